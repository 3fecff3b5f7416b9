"""Work by the hour of the week, and whether it is done in time.

The week begins on Monday at 00:00 UTC; its hours are counted from 0 to 167. People who work a queue
are taken as a steady stream within each hour: so many verdicts as were measured in that hour of the
week. Cases are worked in the order in which they came.
"""

from collections.abc import Sequence
from itertools import accumulate

HOURS = 168
_HOUR, _WEEK = 3600.0, 604_800.0
# 1970 began on a Thursday.
_FIRST_MONDAY = 4 * 86_400.0
# Sums of doubles end a hair beside the sum that they mean.
_HAIR = 1e-6


def hour_of_week(at: float) -> int:
    """The hour of the week of an instant in seconds since 1970."""
    return int((at - _FIRST_MONDAY) % _WEEK // _HOUR)


def hours_between(start: float, end: float) -> list[float]:
    """How often each hour of the week lies in the period; its ends count in part."""
    whole, rest = divmod(end - start, _WEEK)
    found = [whole] * HOURS
    at, last = start, start + rest
    while at < last:
        following = min(last, (at // _HOUR + 1) * _HOUR)
        found[hour_of_week(at)] += (following - at) / _HOUR
        at = following
    return found


class Capacity:
    """Verdicts that can be given: `per_hour`, for each hour of the week."""

    def __init__(self, per_hour: Sequence[float]) -> None:
        if len(per_hour) != HOURS or min(per_hour) < 0:
            raise ValueError(f"a week has {HOURS} hours, none of less than no work")
        self._per_hour = tuple(per_hour)
        self._upto = (0.0, *accumulate(per_hour))

    @property
    def per_week(self) -> float:
        return self._upto[-1]

    def until(self, at: float) -> float:
        """All that can be done up to an instant, counted from the first Monday of 1970."""
        weeks, rest = divmod(at - _FIRST_MONDAY, _WEEK)
        hour = int(rest // _HOUR)
        part = rest / _HOUR - hour
        return weeks * self.per_week + self._upto[hour] + part * self._per_hour[hour]


class Backlog:
    """What waits in one queue, first come, first served. Cases come in the order of time."""

    def __init__(self, capacity: Capacity) -> None:
        self._capacity = capacity
        self._done = float("-inf")

    def is_late(self, at: float, due: float, verdicts: int) -> bool:
        """Take in a case that came at `at`, and tell whether it is worked later than `due`."""
        self._done = max(self._done, self._capacity.until(at)) + verdicts
        return self._done > self._capacity.until(due) + _HAIR
