"""Counting decisions by the hour, once, so that windows of weeks need not read them again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import Count, F, FloatField, IntegerField, Max, QuerySet
from django.db.models.functions import Cast, Floor, Least, TruncHour

from models_registry.models import DecisionType
from reviews.models import Decision, DecisionTally
from reviews.monitors.drift import FINE

HOUR = timedelta(hours=1)
SETTLES_IN = timedelta(minutes=10)
"""An hour is counted when it has been over for so long: what came in it is committed by then."""

_MOST_HOURS_PER_SWEEP = 1_000
_HOURS_PER_QUERY = 24


@dataclass(slots=True)
class Counted:
    """What came in a time."""

    total: int = 0
    last_at: datetime | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    confidences: Counter[int] = field(default_factory=Counter)

    def add(self, other: Counted) -> None:
        self.total += other.total
        if other.last_at is not None:
            self.last_at = max(self.last_at or other.last_at, other.last_at)
        self.outcomes.update(other.outcomes)
        self.confidences.update(other.confidences)

    @property
    def steps(self) -> list[int]:
        """Decisions per step of the confidence."""
        return [self.confidences[step] for step in range(FINE)]


def hour_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def settled_until(now: datetime) -> datetime:
    """The end of the last hour that is counted."""
    return hour_of(now - SETTLES_IN)


def tally(decision_type: DecisionType, start: datetime, now: datetime) -> bool:
    """Count the whole hours from `start` that are not counted yet; whether all are now.

    Of very many, the newest first; the next sweep goes on. Two at once count the same: the second
    to write leaves the first one's row.
    """
    end = settled_until(now)
    hours = int((end - hour_of(start)) / HOUR)
    counted = DecisionTally.objects.filter(
        decision_type=decision_type, hour__gte=hour_of(start), hour__lt=end
    )
    known = set(counted.values_list("hour", flat=True))
    wanted = (end - HOUR * number for number in range(1, hours + 1))
    missing = [hour for hour in wanted if hour not in known]
    taken = missing[:_MOST_HOURS_PER_SWEEP]
    for first in range(0, len(taken), _HOURS_PER_QUERY):
        _count(decision_type, sorted(taken[first : first + _HOURS_PER_QUERY]))
    return len(taken) == len(missing)


def tallied(decision_type: DecisionType, start: datetime, end: datetime) -> list[DecisionTally]:
    """The counted hours from `start` to before `end`, oldest first."""
    rows = DecisionTally.objects.filter(decision_type=decision_type, hour__gte=start, hour__lt=end)
    return list(rows.order_by("hour"))


def summed(rows: Iterable[DecisionTally]) -> Counted:
    total = Counted()
    for row in rows:
        confidences = Counter({int(step): count for step, count in row.confidences.items()})
        total.add(Counted(row.total, row.last_at, Counter(row.outcomes), confidences))
    return total


def counted_live(decision_type: DecisionType, start: datetime, end: datetime) -> Counted:
    """What came from `start` to `end`, counted from the decisions: for the hour or so that is not
    tallied yet."""
    total = Counted()
    for hour in _counted_by_hour(decision_type, start, end).values():
        total.add(hour)
    return total


def _count(decision_type: DecisionType, hours: list[datetime]) -> None:
    found = _counted_by_hour(decision_type, hours[0], hours[-1] + HOUR)
    rows = []
    for hour in hours:
        counted = found.get(hour, Counted())
        rows.append(
            DecisionTally(
                decision_type=decision_type,
                hour=hour,
                total=counted.total,
                last_at=counted.last_at,
                outcomes=dict(counted.outcomes),
                confidences={str(step): count for step, count in counted.confidences.items()},
            )
        )
    DecisionTally.objects.bulk_create(rows, ignore_conflicts=True)


def _counted_by_hour(
    decision_type: DecisionType, start: datetime, end: datetime
) -> dict[datetime, Counted]:
    found: dict[datetime, Counted] = defaultdict(Counted)
    for row in _groups(decision_type, start, end):
        counted = found[row["hour"]]
        counted.total += row["count"]
        counted.last_at = max(counted.last_at or row["last"], row["last"])
        counted.outcomes[row["outcome"]] += row["count"]
        if row["step"] is not None:
            counted.confidences[row["step"]] += row["count"]
    return found


def _groups(
    decision_type: DecisionType, start: datetime, end: datetime
) -> QuerySet[Decision, dict]:  # type: ignore[type-arg]
    # By the system first: that is the index which follows time.
    return (
        Decision.objects.filter(
            system=decision_type.system_id,
            decision_type=decision_type,
            received_at__gte=start,
            received_at__lt=end,
        )
        .order_by()
        .values(
            "outcome",
            hour=TruncHour("received_at", tzinfo=UTC),
            step=Least(
                Cast(Floor(F("confidence") * FINE, output_field=FloatField()), IntegerField()),
                FINE - 1,
            ),
        )
        .annotate(count=Count("pk"), last=Max("received_at"))
    )
