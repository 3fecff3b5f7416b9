"""When a notice may leave: quiet hours and summaries, in a person's own time zone. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_UTC = ZoneInfo("UTC")


class Summary(StrEnum):
    """How often a person hears of what is not urgent."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Hours:
    """`quiet_from` to `quiet_until`: by the wall clock of `zone`, over midnight where the end is
    earlier; both None for no quiet hours. `daily_at`: of a daily summary."""

    zone: ZoneInfo = _UTC
    quiet_from: time | None = None
    quiet_until: time | None = None
    summary: Summary = Summary.AT_ONCE
    daily_at: time = time(8)


def leaves_at(now: datetime, hours: Hours, *, urgent: bool) -> datetime:
    """The instant at which a notice of `now` leaves: at once if it is urgent, else with the next
    summary, and never within the quiet hours."""
    if urgent:
        return now
    due = _summary_after(now, hours)
    return _quiet_end(due, hours) if is_quiet(due, hours) else due


def is_quiet(at: datetime, hours: Hours) -> bool:
    """Whether `at` lies in the quiet hours: the first minute does, the last does not."""
    start, end = hours.quiet_from, hours.quiet_until
    if start is None or end is None:
        return False
    clock = at.astimezone(hours.zone).time()
    return start <= clock < end if start < end else clock >= start or clock < end


def _summary_after(now: datetime, hours: Hours) -> datetime:
    if hours.summary is Summary.AT_ONCE:
        return now
    if hours.summary is Summary.DAILY:
        # Once on a day that has the time twice.
        days = (min(on_day) for on_day in _instants(now, hours.daily_at, hours.zone))
        return next(at for at in days if at > now)
    due = _next_full_hour(now, hours.zone)
    # A clock that is set by half an hour in between shows no full hour then.
    return due if not due.astimezone(hours.zone).minute else _next_full_hour(due, hours.zone)


def _next_full_hour(now: datetime, zone: ZoneInfo) -> datetime:
    wall = now.astimezone(zone)
    past = timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
    return now + timedelta(hours=1) - past


def _quiet_end(at: datetime, hours: Hours) -> datetime:
    assert hours.quiet_until is not None
    days = _instants(at, hours.quiet_until, hours.zone)
    ends = (end for on_day in days for end in sorted(on_day))
    return next(end for end in ends if end > at and not is_quiet(end, hours))


def _instants(around: datetime, clock: time, zone: ZoneInfo) -> Iterator[set[datetime]]:
    """Day by day from that of `around` on, the instants at which the wall clock shows `clock`. A
    clock that is set forward past it: the first instant after the gap. Set back: both."""
    day = around.astimezone(zone).date()
    while True:
        yield _on(day, clock, zone)
        day += _DAY


def _on(day: date, clock: time, zone: ZoneInfo) -> set[datetime]:
    first, second = (
        datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1)
    )
    if second < first:
        # In the gap: read with the offset after it, this is before; the change lies between.
        return {_after_gap(second, first, zone)}
    return {first, second}


def _after_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant of the change, which lies in (before, after]; to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
