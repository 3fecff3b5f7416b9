"""Figures of one queue's live cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from governance.models import User
from reviews.models import Case, Queue


@dataclass(frozen=True, slots=True)
class Counts:
    """How many live cases are open, of these paused, claimed, overdue, and held by the asking
    person."""

    open: int
    paused: int
    claimed: int
    overdue: int
    mine: int


def counts_of(queue: Queue, person: User, now: datetime) -> Counts:
    counts = (
        Case.objects.live()
        .filter(queue=queue)
        .aggregate(
            open=Count("pk", filter=Q(state=Case.State.OPEN)),
            paused=Count("pk", filter=Q(paused_until__isnull=False)),
            claimed=Count("pk", filter=Q(state=Case.State.CLAIMED)),
            overdue=Count("pk", filter=Q(due_at__lte=now)),
            mine=Count("pk", filter=Q(claimed_by=person)),
        )
    )
    return Counts(**counts)


def types_waiting_in(queue: Queue) -> list[tuple[str, str]]:
    """Slug and name of the decision types of the queue's live cases."""
    return list(
        Case.objects.live()
        .filter(queue=queue)
        .order_by("decision__decision_type__name")
        .values_list("decision__decision_type__slug", "decision__decision_type__name")
        .distinct()
    )
