"""What waits, queue by queue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, FilteredRelation, Min, Q

from governance.models import User
from reviews.models import Case, Queue


@dataclass(frozen=True, slots=True)
class QueueBacklog:
    """The live cases of one queue. `oldest_at`: when the longest waiting one opened; `next_due`:
    the deadline that comes next, None where none is still to come."""

    queue: Queue
    open: int
    claimed: int
    overdue: int
    oldest_at: datetime | None
    next_due: datetime | None

    @property
    def live(self) -> int:
        return self.open + self.claimed


def backlog_of(person: User, now: datetime) -> list[QueueBacklog]:
    """Every queue that `person` may look into, by name. One query over live cases alone."""
    annotated: Iterable[Any] = (
        Queue.objects.visible_to(person)
        .annotate(
            waiting=FilteredRelation("cases", condition=Q(cases__state__in=Case.LIVE)),
            n_open=Count("waiting", filter=Q(waiting__state=Case.State.OPEN)),
            n_claimed=Count("waiting", filter=Q(waiting__state=Case.State.CLAIMED)),
            n_overdue=Count("waiting", filter=Q(waiting__due_at__lte=now)),
            oldest_at=Min("waiting__opened_at"),
            next_due=Min("waiting__due_at", filter=Q(waiting__due_at__gt=now)),
        )
        .order_by("name")
    )
    return [
        QueueBacklog(
            queue=queue,
            open=queue.n_open,
            claimed=queue.n_claimed,
            overdue=queue.n_overdue,
            oldest_at=queue.oldest_at,
            next_due=queue.next_due,
        )
        for queue in annotated
    ]
