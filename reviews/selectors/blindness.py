"""Whether a person must judge a case before the AI's output is shown to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.models import User
from reviews.models import Case, Decision, Evaluation
from reviews.selectors.contested import unread_contestations


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
    """The live cases that `person` must judge, or whose statement they must read, before they see
    the AI's output."""
    if not person.has_perm("reviews.rule_on_case"):
        return Case.objects.none()
    unjudged = _unjudged_by(person)
    unread = unread_contestations(person)
    return Case.objects.filter(Q(pk__in=unjudged.values("pk")) | Q(pk__in=unread.values("pk")))


def outputs_hidden_from(person: User, now: datetime) -> list[QuerySet[Any]]:
    """The rows whose ledger entries say what the AI put out on the live cases that `person` must
    judge without it: whoever rules and may read the ledger too must not learn it there."""
    if not person.has_perm("reviews.rule_on_case"):
        return []
    decisions = _unjudged_by(person).values("decision")
    return [
        Decision.objects.filter(pk__in=decisions),
        Evaluation.objects.filter(decision__in=decisions),
    ]


def _unjudged_by(person: User) -> QuerySet[Case]:
    return Case.objects.live().filter(blind_first=True).exclude(prior_judgements__judged_by=person)


def with_unread(cases: QuerySet[Case], person: User) -> QuerySet[Case]:
    """Each case with `unread`: whether a statement must be read before it is shown."""
    waiting = unread_contestations(person).filter(decision=OuterRef("decision"))
    return cases.annotate(unread=Exists(waiting))


def is_unread(case: Case, person: User) -> bool:
    """Whether `person` must read a statement before `case`, a contestation or an earlier case of
    the contested decision, is shown to them. Another case that they hold stays theirs: who rules
    on that one cannot rule on the contestation."""
    if case.kind != Case.Kind.CONTESTATION and case.claimed_by_id == person.pk:
        return False
    known: bool | None = getattr(case, "unread", None)
    if known is None:
        known = unread_contestations(person).filter(decision=case.decision_id).exists()
    return known


def shown_facts(case: Case, *, hidden: bool) -> dict[str, Any]:
    """The facts of a case that are not personal; without those that give the output away while it
    is `hidden`."""
    specs = case.decision.decision_type.fact_specs
    return {
        name: value
        for name, value in case.decision.facts.items()
        if not (hidden and specs.get(name, {}).get("derived", False))
    }
