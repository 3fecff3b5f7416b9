"""How much work came and how much people did lately: what the forecast and M13 reckon with.

All of it lies in a window of two weeks, so that each hour of the week is seen twice, and is found
by ids, which begin with their time: a longer history costs no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import TruncHour

from governance.models import Absence
from reviews.lab.week import HOURS, hour_of_week
from reviews.models import Case, Escalation, Verdict
from reviews.selectors.recent import first_id, since

WINDOW: Final = timedelta(days=14)
WEEKS: Final = WINDOW / timedelta(weeks=1)


def _week() -> list[float]:
    return [0.0] * HOURS


@dataclass(slots=True)
class Worked:
    """What people did in a queue, over the window. `ballots`, `people`: by the hour of the week, on
    average; only of people who are not away now. `seconds`: spent in all, from claim to verdict."""

    ballots: list[float] = field(default_factory=_week)
    people: list[float] = field(default_factory=_week)
    given: int = 0
    seconds: float = 0.0

    @property
    def mean_seconds(self) -> float | None:
        return self.seconds / self.given if self.given else None


@dataclass(slots=True)
class Arrived:
    """Ballots asked for in a queue, over the window, by the hour of the week, on average.

    `due_hours`: from opening to deadline, on average; None where nothing was opened there."""

    ballots: list[float] = field(default_factory=_week)
    asked: float = 0.0
    due_hours: float | None = None


def worked(now: datetime) -> dict[UUID, Worked]:
    """By queue. One query, of a row for each queue and hour of the window."""
    away = Absence.objects.in_force(now).values("person")
    here = ~Q(ruled_by__in=away)
    rows = (
        _ballots(now)
        .annotate(hour=TruncHour("ruled_at"))
        .values("hour", queue=F("case__queue"))
        .annotate(
            given=Count("pk"),
            here=Count("pk", filter=here),
            people=Count("ruled_by", distinct=True, filter=here),
            spent=Sum(_spent()),
        )
        .order_by()
    )
    found: dict[UUID, Worked] = defaultdict(Worked)
    for row in rows:
        one, hour = found[row["queue"]], hour_of_week(row["hour"].timestamp())
        one.ballots[hour] += row["here"] / WEEKS
        one.people[hour] += row["people"] / WEEKS
        one.given += row["given"]
        one.seconds += row["spent"].total_seconds()
    return found


def arrived(now: datetime) -> dict[UUID, Arrived]:
    """By queue: cases that were opened there, and those that moved there. Two queries.

    A case that has moved up counts where it was opened, by the first rung it climbed.
    """
    found: dict[UUID, Arrived] = defaultdict(Arrived)
    opened = Case.objects.filter(since(now - WINDOW, "opened_at"), opened_at__lt=now)
    still = (
        opened.filter(rung=0)
        .annotate(hour=TruncHour("opened_at"))
        .values("queue", "hour")
        .annotate(
            asked=Sum("verdicts_required"),
            n=Count("pk"),
            time=Avg(ExpressionWrapper(F("due_at") - F("opened_at"), output_field=DurationField())),
        )
        .order_by()
    )
    times: dict[UUID, list[tuple[int, float]]] = defaultdict(list)
    for row in still:
        _arrive(found[row["queue"]], row)
        times[row["queue"]].append((row["n"], row["time"].total_seconds()))
    for queue, weighed in times.items():
        total = sum(n for n, _ in weighed)
        found[queue].due_hours = sum(n * seconds for n, seconds in weighed) / total / 3600
    for moved in _moved(now):
        _arrive(found[moved["queue"]], moved)
    return found


def _moved(now: datetime) -> Iterable[Mapping[str, Any]]:
    """Arrivals that a case's present queue does not tell of: in the queue it was opened in, and in
    each one that it moved to."""
    moved = Escalation.objects.filter(since(now - WINDOW, "escalated_at"))
    first = moved.filter(rung=1, case__opened_at__gte=now - WINDOW)
    into = moved.exclude(from_queue=F("to_queue"))
    rows: QuerySet[Any, Any] = _by_hour(first, "case__opened_at", "from_queue").union(
        _by_hour(into, "escalated_at", "to_queue"), all=True
    )
    return rows


def _by_hour(rows: QuerySet[Any], at: str, queue: str) -> QuerySet[Any, Any]:
    counted: QuerySet[Any, Any] = (
        rows.order_by()
        .values(queue=F(queue), hour=TruncHour(at))
        .annotate(asked=Sum("case__verdicts_required"))
    )
    return counted


def _arrive(one: Arrived, row: Mapping[str, Any]) -> None:
    one.ballots[hour_of_week(row["hour"].timestamp())] += row["asked"] / WEEKS
    one.asked += row["asked"]


@dataclass(slots=True)
class RoleWork:
    """What was ruled with a role's rights in the window. `asked`: ballots that arrived for it."""

    role: str
    given: int = 0
    seconds: float = 0.0
    people: set[UUID] = field(default_factory=set)
    asked: float = 0.0

    @property
    def mean_seconds(self) -> float:
        return self.seconds / self.given


def work_by_role(now: datetime, arrivals: Mapping[UUID, Arrived]) -> list[RoleWork]:
    """By name of the role. One query, of a row for each role, queue and person.

    What arrives in a queue is divided among the roles as its ballots were.
    """
    rows = (
        _ballots(now)
        .values(
            "ruled_by",
            queue=F("case__queue"),
            role=F("right__role"),
            name=F("right__role__name"),
        )
        .annotate(given=Count("pk"), spent=Sum(_spent()))
        .order_by("name")
    )
    found: dict[UUID, RoleWork] = {}
    of_queue: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        one = found.setdefault(row["role"], RoleWork(row["name"]))
        one.given += row["given"]
        one.seconds += row["spent"].total_seconds()
        one.people.add(row["ruled_by"])
        of_queue[row["queue"]][row["role"]] += row["given"]
    for queue, shares in of_queue.items():
        total = sum(shares.values())
        for role, given in shares.items():
            found[role].asked += arrivals[queue].asked * given / total if queue in arrivals else 0
    return list(found.values())


def _ballots(now: datetime) -> QuerySet[Verdict]:
    return Verdict.objects.ballots().filter(
        pk__gte=first_id(now - WINDOW), ruled_at__gte=now - WINDOW, ruled_at__lt=now
    )


def _spent() -> Any:
    return ExpressionWrapper(F("ruled_at") - F("claimed_at"), output_field=DurationField())
