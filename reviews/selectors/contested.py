"""What is contested: the outcome that stands of a decision, and whose rulings it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.models import User
from reviews.models import Case, Contestation, Decision, StatementReading, Verdict


def outcome_that_stands(decision: Decision, others: Iterable[Case]) -> str:
    """What was settled last by `others`, cases of the decision, else the AI's own outcome.

    After an override this is the people's outcome: it is theirs that a person contests.
    """
    last = max(
        (case for case in others if case.state == Case.State.DECIDED),
        key=_settled_at,
        default=None,
    )
    return decision.outcome if last is None else last.final_outcome


def contested_outcome(case: Case) -> str:
    """The outcome that whoever rules on a contestation upholds. The decision must be loaded."""
    others = Case.objects.filter(decision=case.decision_id).exclude(pk=case.pk)
    return outcome_that_stands(case.decision, others)


def earlier_rulings(case: Case) -> QuerySet[Verdict]:
    """What people ruled before, oldest first. Ballots of a case that is open stay sealed."""
    return (
        Verdict.objects.filter(case__decision=case.decision_id, case__state=Case.State.DECIDED)
        .exclude(case=case.pk)
        .select_related("case", "ruled_by", "right__role")
        .order_by("id")
    )


def contestation_of(case: Case) -> Contestation | None:
    if case.kind != Case.Kind.CONTESTATION:
        return None
    return Contestation.objects.filter(case=case).first()


def unread_contestations(person: User) -> QuerySet[Case]:
    """The live contestations whose statement `person` has yet to read before they see anything
    else of the decision: those of their queues, but for whoever has ruled on the decision."""
    if not person.has_perm("reviews.rule_on_case"):
        return Case.objects.none()
    ruled = Verdict.objects.filter(ruled_by=person, case__decision=OuterRef("decision"))
    return (
        Case.objects.live()
        .visible_to(person)
        .filter(kind=Case.Kind.CONTESTATION)
        .exclude(Q(Exists(ruled)))
        .exclude(Exists(StatementReading.objects.filter(person=person, case=OuterRef("pk"))))
    )


def unread_of(case: Case, person: User) -> Case | None:
    """The contestation that `person` must read before they see `case`, which may be the same."""
    return unread_contestations(person).filter(decision=case.decision_id).first()


def _settled_at(case: Case) -> tuple[datetime, str]:
    assert case.closed_at is not None  # a decided case says when; see its constraint
    return case.closed_at, str(case.pk)
