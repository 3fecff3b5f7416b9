"""Whether a person must judge a case before the AI's output is shown to them."""

from __future__ import annotations

from governance.models import User
from reviews.models import Case


def is_hidden_from(case: Case, person: User) -> bool:
    """True while `case` is blind first, undecided, and `person` has committed no judgement on it.

    Those who oversee but cannot rule see everything: they have nothing to be biased about.
    """
    return (
        case.blind_first
        and case.state in Case.LIVE
        and person.has_perm("reviews.rule_on_case")
        and not case.prior_judgements.filter(judged_by=person).exists()
    )
