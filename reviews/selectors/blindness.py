"""Whether a person must judge a case before the AI's output is shown to them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

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


def cases_hidden_from(person: User) -> QuerySet[Case]:
    """The same rule for lists: every case of which `is_hidden_from` is true for `person`."""
    if not person.has_perm("reviews.rule_on_case"):
        return Case.objects.none()
    return Case.objects.live().filter(blind_first=True).exclude(prior_judgements__judged_by=person)


def shown_facts(case: Case, *, hidden: bool) -> dict[str, Any]:
    """The facts of a case that are not personal; without those that give the output away while it
    is `hidden`."""
    specs = case.decision.decision_type.fact_specs
    return {
        name: value
        for name, value in case.decision.facts.items()
        if not (hidden and specs.get(name, {}).get("derived", False))
    }
