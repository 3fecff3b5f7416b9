"""A calendar's open stretches as instants: once a year, then every question is a bisection.

An instant is open when the wall clock at the place then shows an open hour. So an hour that the
clock skips in spring counts for nobody, and one that it shows twice in autumn counts twice.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reviews.calendars.hours import Hours

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
# No zone changes its offset twice within so short a time.
_STEP = timedelta(hours=6)
# No place is further from UTC than fourteen hours: a year's local dates reach a day over it.
_OVERHANG = 2


@dataclass(frozen=True, slots=True)
class Year:
    """The open stretches of one UTC year, in order, with what was worked up to each one's end."""

    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    worked: tuple[timedelta, ...]

    @property
    def total(self) -> timedelta:
        return self.worked[-1] if self.worked else timedelta()

    def before(self, at: datetime) -> timedelta:
        """The working time of this year that has passed at `at`, an instant in it."""
        last = bisect_right(self.starts, at) - 1
        if last < 0:
            return timedelta()
        return self.worked[last] - max(self.ends[last] - at, timedelta())

    def when(self, worked: timedelta) -> datetime:
        """The first instant at which so much of this year has passed; 0 < `worked` <= total."""
        stretch = bisect_left(self.worked, worked)
        return self.ends[stretch] - (self.worked[stretch] - worked)

    def is_open(self, at: datetime) -> bool:
        last = bisect_right(self.starts, at) - 1
        return last >= 0 and at < self.ends[last]


@dataclass(frozen=True, slots=True)
class _Offset:
    """From `start` up to `end` the wall clock is `ahead` of UTC."""

    start: datetime
    end: datetime
    ahead: timedelta


def open_year(year: int, zone: ZoneInfo, hours_of: Callable[[date], tuple[Hours, ...]]) -> Year:
    """The stretches in which the wall clock of `zone` shows one of the hours `hours_of` a date."""
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    offsets = list(_offsets(zone, start, end))
    found = []
    for day in _dates(start.date(), end.date()):
        midnight = datetime.combine(day, time(), UTC)
        for hours in hours_of(day):
            opens = midnight + timedelta(minutes=hours.start)
            closes = midnight + timedelta(minutes=hours.end)
            for offset in offsets:
                first = max(opens - offset.ahead, offset.start)
                last = min(closes - offset.ahead, offset.end)
                if first < last:
                    found.append((first, last))
    # Where the clock is put back, an hour of the day is open before and after another one.
    found.sort()
    return _summed(found)


def _summed(stretches: list[tuple[datetime, datetime]]) -> Year:
    worked, so_far = [], timedelta()
    for first, last in stretches:
        so_far += last - first
        worked.append(so_far)
    return Year(
        tuple(first for first, _ in stretches), tuple(last for _, last in stretches), tuple(worked)
    )


def _dates(first: date, last: date) -> Iterator[date]:
    day = first - _OVERHANG * _DAY
    while day < last + _OVERHANG * _DAY:
        yield day
        day += _DAY


def _offsets(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[_Offset]:
    since, ahead, at = start, _ahead(zone, start), start
    while at < end:
        later = min(at + _STEP, end)
        if _ahead(zone, later) != ahead:
            change = _change(zone, at, later)
            yield _Offset(since, change, ahead)
            since, ahead = change, _ahead(zone, change)
        at = later
    yield _Offset(since, end, ahead)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second from which on the clock of `zone` is as it is at `after`."""
    as_before = _ahead(zone, before)
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _ahead(zone, middle) == as_before:
            before = middle
        else:
            after = middle
    return after


def _ahead(zone: ZoneInfo, at: datetime) -> timedelta:
    ahead = at.astimezone(zone).utcoffset()
    assert ahead is not None
    return ahead
