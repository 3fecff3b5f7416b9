"""What waits at this moment, by queue: how old it is and when it is due. Live cases alone are read,
through their partial indexes, so that closed ones, however many, cost nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case as CaseWhen
from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Min,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Extract, Floor

from reviews.models import Case, Queue

AGES = (0, 1, 4, 8, 24, 72, 168)
"""Hours from which each band of ages reaches; the last has no end."""
_HOUR = 3600.0


@dataclass(slots=True)
class QueueAges:
    """The live cases of one queue. `paused`: those of the open ones whose clock stands still.
    `bands`: how many are of each band of `AGES`."""

    queue: Queue
    open: int = 0
    claimed: int = 0
    paused: int = 0
    overdue: int = 0
    oldest_at: datetime | None = None
    bands: list[int] = field(default_factory=lambda: [0] * len(AGES))

    @property
    def live(self) -> int:
        return self.open + self.claimed


def queue_ages(now: datetime) -> list[QueueAges]:
    """Every queue, by name. Two queries."""
    found = {queue.pk: QueueAges(queue) for queue in Queue.objects.order_by("name")}
    rows = (
        Case.objects.live()
        .annotate(
            band=CaseWhen(
                *(
                    When(opened_at__lte=now - timedelta(hours=hours), then=Value(index))
                    for index, hours in reversed([*enumerate(AGES)][1:])
                ),
                default=Value(0),
                output_field=IntegerField(),
            )
        )
        .values("queue", "state", "band")
        .annotate(
            n=Count("pk"),
            overdue=Count("pk", filter=Q(due_at__lte=now)),
            paused=Count("paused_until"),
            oldest_at=Min("opened_at"),
        )
        .order_by()
    )
    for row in rows:
        _add(found[row["queue"]], row)
    return list(found.values())


def _add(ages: QueueAges, row: Mapping[str, Any]) -> None:
    ages.bands[row["band"]] += row["n"]
    ages.overdue += row["overdue"]
    ages.paused += row["paused"]
    if row["state"] == Case.State.CLAIMED:
        ages.claimed += row["n"]
    else:
        ages.open += row["n"]
    if ages.oldest_at is None or row["oldest_at"] < ages.oldest_at:
        ages.oldest_at = row["oldest_at"]


@dataclass(frozen=True, slots=True)
class Due:
    """What is due in an hour of a queue. `hour`: counted from now; that of all which is due beyond
    the hours looked at is the number of these. `ballots`: how many people must rule."""

    queue_id: Any
    hour: int
    cases: int
    ballots: int


def due_by_hour(now: datetime, hours: int) -> Iterator[Due]:
    """What is due from now on, by queue and hour; what is overdue is left out. One query."""
    ahead = ExpressionWrapper(F("due_at") - Value(now), output_field=DurationField())
    whole = Cast(Floor(Extract(ahead, "epoch") / _HOUR), IntegerField())
    rows = (
        Case.objects.live()
        .filter(due_at__gt=now)
        .annotate(
            hour=CaseWhen(
                When(due_at__lt=now + timedelta(hours=hours), then=whole),
                default=Value(hours),
                output_field=IntegerField(),
            )
        )
        .values("queue", "hour")
        .annotate(n=Count("pk"), ballots=Sum("verdicts_required"))
        .order_by("queue", "hour")
    )
    for row in rows:
        yield Due(row["queue"], row["hour"], row["n"], row["ballots"])


def cases_by_hour(due: list[Due], hours: int) -> list[int]:
    """Cases due in each of the coming hours, over all queues."""
    counts: Counter[int] = Counter()
    for one in due:
        counts[one.hour] += one.cases
    return [counts[hour] for hour in range(hours)]
