"""Time as people work it: weekly hours at a place, without its holidays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Self
from zoneinfo import ZoneInfo, available_timezones

from reviews.calendars.days import (
    ClosedDay,
    Day,
    WorkingDay,
    read_closed_days,
    read_working_days,
)
from reviews.calendars.faults import CalendarInvalid, OutOfReach
from reviews.calendars.hours import WEEKDAYS, Hours, in_order, read_hours
from reviews.calendars.instants import REACH_YEARS, bounded, counted, within_reach
from reviews.calendars.public_holidays import public_holidays, refuse_unknown
from reviews.calendars.spans import Year, open_year

# Less a week, and a deadline of some hours would lie months off.
LEAST_MINUTES_A_WEEK = 60


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The hours of a place. `hours`: of each weekday, Monday first. `country`: whose holidays.

    A closed day goes over everything, a working day over weekday and holiday.
    Raises CalendarInvalid for a calendar nobody could count by, such as one that never opens.
    """

    time_zone: str
    hours: tuple[tuple[Hours, ...], ...]
    country: str = ""
    subdivision: str = ""
    closed_days: tuple[ClosedDay, ...] = ()
    working_days: tuple[WorkingDay, ...] = ()

    def __post_init__(self) -> None:
        refuse_unknown_zone(self.time_zone)
        refuse_bad_week(self.hours)
        refuse_unknown(self.country, self.subdivision)
        _refuse_twice("closed_days", [each.day for each in self.closed_days])
        _refuse_twice("working_days", [each.day for each in self.working_days])
        for both in {each.day for each in self.closed_days} & {e.day for e in self.working_days}:
            raise CalendarInvalid("working_days", f"{both} is a closed day as well")

    def after(self, start: datetime, within: timedelta) -> datetime:
        """The first instant at which `within` of working time has passed since `start`.

        Nothing has passed at `start` itself. Raises OutOfReach more than ten years on.
        """
        start = counted(start)
        if not bounded(within):
            return start
        wanted = self._year(start).before(start) + within
        for year in range(start.year, start.year + REACH_YEARS + 1):
            this = _year_of(self, year)
            if wanted <= this.total:
                return this.when(wanted)
            wanted -= this.total
        raise OutOfReach(f"{within} of working time after {start} is over {REACH_YEARS} years off")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; nothing where `end` is the earlier.

        Raises OutOfReach where they are more than ten years apart.
        """
        start, end = counted(start), counted(end)
        if end <= start:
            return timedelta()
        within_reach(start, end)
        whole = (_year_of(self, year).total for year in range(start.year, end.year))
        return (
            sum(whole, timedelta()) + self._year(end).before(end) - self._year(start).before(start)
        )

    def is_open(self, at: datetime) -> bool:
        """Whether people work at `at`."""
        at = counted(at)
        return self._year(at).is_open(at)

    def day(self, day: date) -> Day:
        """The hours of a date at this place, and why, where they are not those of its weekday."""
        return _Days(self).day(day)

    def exceptions(self, year: int) -> list[Day]:
        """The days of `year` that are not as their weekday: closed ones and extra worked ones. A
        holiday on a day that is closed anyway is left out."""
        days = _Days(self)
        start = date(year, 1, 1)
        found = (days.day(start + timedelta(days=n)) for n in range(_days_in(year)))
        return [each for each in found if each.hours != self.hours[each.day.weekday()]]

    def to_json(self) -> dict[str, Any]:
        return {
            "time_zone": self.time_zone,
            "hours": {
                name: [each.to_json() for each in hours]
                for name, hours in zip(WEEKDAYS, self.hours, strict=True)
            },
            "country": self.country,
            "subdivision": self.subdivision,
            "closed_days": [each.to_json() for each in self.closed_days],
            "working_days": [each.to_json() for each in self.working_days],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The calendar that `to_json` made `data` of. Raises CalendarInvalid for a bad one."""
        return cls(
            data["time_zone"],
            read_week(data["hours"]),
            data["country"],
            data["subdivision"],
            read_closed_days(data["closed_days"]),
            read_working_days(data["working_days"]),
        )

    def _year(self, at: datetime) -> Year:
        return _year_of(self, at.year)


class _Days:
    """A calendar's dates, with its exceptions at hand."""

    def __init__(self, time: WorkingTime) -> None:
        self._time = time
        self._closed = {each.day: each.reason for each in time.closed_days}
        self._worked = {each.day: each for each in time.working_days}

    def day(self, day: date) -> Day:
        if day in self._closed:
            return Day(day, (), self._closed[day])
        if worked := self._worked.get(day):
            return Day(day, worked.hours, worked.reason)
        time = self._time
        holiday = public_holidays(time.country, time.subdivision, day.year).get(day)
        if holiday is not None:
            return Day(day, (), holiday)
        return Day(day, time.hours[day.weekday()])


def read_week(said: Any) -> tuple[tuple[Hours, ...], ...]:
    """The hours of each weekday, from a mapping of its name to lists; a day left out is closed.

    Raises CalendarInvalid for another name, and for hours that are none.
    """
    if not isinstance(said, Mapping):
        raise CalendarInvalid("hours", "must map each weekday to its hours")
    for name in said:
        if name not in WEEKDAYS:
            raise CalendarInvalid("hours", f"{name!r} is no weekday; they are {_NAMES}")
    return tuple(read_hours(said.get(name, []), "hours", name) for name in WEEKDAYS)


def faults_in(data: Mapping[str, Any]) -> list[CalendarInvalid]:
    """What is wrong with a calendar of these fields, one fault for each; empty: it is one."""
    checks: tuple[Callable[[], object], ...] = (
        lambda: refuse_unknown_zone(data["time_zone"]),
        lambda: refuse_bad_week(read_week(data["hours"])),
        lambda: refuse_unknown(data["country"], data["subdivision"]),
        lambda: read_closed_days(data["closed_days"]),
        lambda: read_working_days(data["working_days"]),
    )
    faults = [fault for check in checks if (fault := _fault_of(check))]
    whole = None if faults else _fault_of(lambda: WorkingTime.from_json(data))
    return [whole] if whole else faults


def _fault_of(check: Callable[[], object]) -> CalendarInvalid | None:
    try:
        check()
    except CalendarInvalid as fault:
        return fault
    return None


def refuse_unknown_zone(time_zone: Any) -> None:
    """Raises CalendarInvalid for anything but a name of the IANA time zone database."""
    if not isinstance(time_zone, str) or time_zone not in _zones():
        raise CalendarInvalid("time_zone", f"{time_zone!r} is no time zone, such as Europe/Berlin")


def refuse_bad_week(hours: tuple[tuple[Hours, ...], ...]) -> None:
    """Raises CalendarInvalid unless the seven days' hours are apart and come to an hour."""
    if len(hours) != len(WEEKDAYS):
        raise CalendarInvalid("hours", f"a week has the seven days {_NAMES}")
    for day in hours:
        in_order(day, "hours")
    if sum(each.minutes for day in hours for each in day) < LEAST_MINUTES_A_WEEK:
        raise CalendarInvalid(
            "hours", "opens for less than an hour a week, so no deadline would ever end"
        )


def _days_in(year: int) -> int:
    return (date(year, 12, 31) - date(year, 1, 1)).days + 1


def _refuse_twice(field: str, days: list[date]) -> None:
    for day, times in Counter(days).items():
        if times > 1:
            raise CalendarInvalid(field, f"{day} is named twice")


@lru_cache(maxsize=128)
def _year_of(time: WorkingTime, year: int) -> Year:
    days = _Days(time)
    return open_year(year, ZoneInfo(time.time_zone), lambda day: days.day(day).hours)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


_NAMES = ", ".join(WEEKDAYS)
