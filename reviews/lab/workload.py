"""What people would have to do: hours by the hour of the week, and what would run late.

The model: each queue is worked as it was measured in the period, so many verdicts in each hour of
the week, spread evenly over the hour; cases are taken first come, first served; a case is late when
its verdicts would be given after its deadline. What people did is the least that they can do, so
lateness is rather overstated than understated, before and after alike.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from reviews.lab.routes import Way
from reviews.lab.week import HOURS, Backlog, Capacity, hour_of_week, hours_between

FEW_VERDICTS = 30
"""With fewer measured verdicts a mean is marked as uncertain; a heuristic."""


class Handling(NamedTuple):
    """How long verdicts took in one queue, from claim to verdict, in seconds."""

    n: int
    mean: float
    median: float


class Measured(NamedTuple):
    """What was measured of people in the period. `worked`: verdicts by queue and hour of the week.
    `overall`: the handling over all queues, None where nobody ruled."""

    handling: Mapping[str, Handling]
    overall: Handling | None
    worked: Mapping[str, Mapping[int, int]]


class Side:
    """One of the two: what was, or what would be. Cases come in the order of time."""

    def __init__(self, capacities: Mapping[str, Capacity]) -> None:
        self._backlogs = {queue: Backlog(capacity) for queue, capacity in capacities.items()}
        self.cases: Counter[str] = Counter()
        self.verdicts: dict[str, list[int]] = defaultdict(lambda: [0] * HOURS)
        self.late = [0] * HOURS
        self.judged = 0
        self.unworked: Counter[str] = Counter()

    def add(self, at: float, way: Way) -> None:
        if not way.verdicts:
            return
        hour = hour_of_week(at)
        self.cases[way.queue] += 1
        self.verdicts[way.queue][hour] += way.verdicts
        backlog = self._backlogs.get(way.queue)
        if backlog is None:
            self.unworked[way.queue] += 1
            return
        self.judged += 1
        self.late[hour] += backlog.is_late(at, at + way.due_seconds, way.verdicts)


class Workload:
    """Both sides over one period, in seconds since 1970."""

    def __init__(self, measured: Measured, start: float, end: float) -> None:
        self._measured = measured
        self._weeks = (end - start) / (HOURS * 3600)
        self._often = hours_between(start, end)
        capacities = {queue: self._capacity(by_hour) for queue, by_hour in measured.worked.items()}
        self.before = Side(capacities)
        self.after = Side(capacities)

    def _capacity(self, by_hour: Mapping[int, int]) -> Capacity:
        # A verdict at the very edge of the period: its hour then counts as one.
        return Capacity(
            [
                by_hour.get(hour, 0) / (often if often >= 1 else 1)
                for hour, often in enumerate(self._often)
            ]
        )

    def result(self) -> dict[str, Any]:
        queues = sorted({*self.before.cases, *self.after.cases})
        return {
            "weeks": self._weeks,
            "queues": [self._queue(queue) for queue in queues],
            "hours_before": self._hours(self.before),
            "hours_after": self._hours(self.after),
            "late_before": _lateness(self.before),
            "late_after": _lateness(self.after),
        }

    def _queue(self, queue: str) -> dict[str, Any]:
        own = self._measured.handling.get(queue)
        used = own or self._measured.overall
        return {
            "queue": queue,
            "measured": own is not None,
            "n": used.n if used else 0,
            "few": used is None or used.n < FEW_VERDICTS,
            "mean_seconds": used.mean if used else None,
            "median_seconds": used.median if used else None,
            "cases_before": self.before.cases[queue],
            "cases_after": self.after.cases[queue],
            "hours_before": self._spent(self.before, queue, used),
            "hours_after": self._spent(self.after, queue, used),
        }

    @staticmethod
    def _spent(side: Side, queue: str, handling: Handling | None) -> float | None:
        """Hours in the whole period; None where no handling time is known."""
        if handling is None:
            return None
        return sum(side.verdicts[queue]) * handling.mean / 3600 if queue in side.verdicts else 0.0

    def _hours(self, side: Side) -> list[float] | None:
        """A reviewer's hours that arrive in each hour of the week, on average over the period."""
        found = [0.0] * HOURS
        for queue, by_hour in side.verdicts.items():
            handling = self._measured.handling.get(queue) or self._measured.overall
            if handling is None:
                return None
            for hour, n in enumerate(by_hour):
                found[hour] += n * handling.mean / 3600
        return [
            spent / (often if often >= 1 else 1)
            for spent, often in zip(found, self._often, strict=True)
        ]


def _lateness(side: Side) -> dict[str, Any]:
    return {
        "late": sum(side.late),
        "judged": side.judged,
        "by_hour": side.late,
        "unworked": [{"queue": queue, "n": n} for queue, n in sorted(side.unworked.items())],
    }
