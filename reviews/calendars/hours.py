"""The hours of a day, as the clock on the wall says them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from reviews.calendars.faults import CalendarInvalid

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MINUTES = 24 * 60
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """From `start` up to `end`, both in minutes since midnight; 24:00 ends the day."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= _MINUTES:
            raise CalendarInvalid(
                "hours",
                f"{self} is no stretch of one day: it must end after it starts, 24:00 at the "
                "latest; hours over midnight are two stretches, one on each day",
            )

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"

    @property
    def minutes(self) -> int:
        return self.end - self.start

    def to_json(self) -> list[str]:
        return [_clock(self.start), _clock(self.end)]


def read_hours(said: Any, field: str, whose: str) -> tuple[Hours, ...]:
    """The hours that lists of "from" and "to" name, such as [["09:00", "17:00"]], in order.

    Raises CalendarInvalid, naming `field` and `whose` hours they are.
    """
    if not isinstance(said, list):
        raise CalendarInvalid(field, f"the hours of {whose} are not a list")
    try:
        return in_order(map(_stretch, said), field)
    except CalendarInvalid as error:
        raise CalendarInvalid(field, f"{whose}: {error.fault}") from error


def in_order(hours: Iterable[Hours], field: str) -> tuple[Hours, ...]:
    """`hours`, the earliest first. Raises CalendarInvalid where two of them overlap."""
    ordered = tuple(sorted(hours))
    for one, next_one in pairwise(ordered):
        if next_one.start < one.end:
            raise CalendarInvalid(field, f"{one} and {next_one} overlap")
    return ordered


def _stretch(said: Any) -> Hours:
    if not isinstance(said, list | tuple) or len(said) != 2:
        raise CalendarInvalid("hours", f"{said!r} is not a pair of from and to")
    return Hours(_minutes(said[0]), _minutes(said[1]))


def _minutes(said: Any) -> int:
    match = _CLOCK.fullmatch(said) if isinstance(said, str) else None
    if match is None:
        raise CalendarInvalid("hours", f"{said!r} is not a time of day such as 09:00")
    return int(match[1]) * 60 + int(match[2])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
