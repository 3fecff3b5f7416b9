"""Days that are not as their weekday: closed ones, worked ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from reviews.calendars.faults import CalendarInvalid
from reviews.calendars.hours import Hours, in_order, read_hours

MAX_DAYS = 1000
MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which nobody works, though its weekday would."""

    day: date
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {"day": self.day.isoformat(), "reason": self.reason}


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A day that is worked, in its own hours, though its weekday or a holiday would close it."""

    day: date
    reason: str
    hours: tuple[Hours, ...]

    def __post_init__(self) -> None:
        if not self.hours:
            raise CalendarInvalid("working_days", f"{self.day} names no hours")
        in_order(self.hours, "working_days")

    def to_json(self) -> dict[str, Any]:
        hours = [each.to_json() for each in self.hours]
        return {"day": self.day.isoformat(), "reason": self.reason, "hours": hours}


@dataclass(frozen=True, slots=True)
class Day:
    """What a date is: its hours, and why they are not those of its weekday (else empty)."""

    day: date
    hours: tuple[Hours, ...]
    reason: str = ""


def read_closed_days(said: Any) -> tuple[ClosedDay, ...]:
    """Raises CalendarInvalid for anything but a list of objects with `day` and `reason`."""
    field = "closed_days"
    return tuple(
        ClosedDay(_date(each, field), _reason(each, field))
        for each in _objects(said, field, {"day", "reason"})
    )


def read_working_days(said: Any) -> tuple[WorkingDay, ...]:
    """Raises CalendarInvalid for anything but objects with `day`, `reason` and `hours`."""
    field = "working_days"
    return tuple(
        WorkingDay(
            day := _date(each, field),
            _reason(each, field),
            read_hours(each["hours"], field, day.isoformat()),
        )
        for each in _objects(said, field, {"day", "reason", "hours"})
    )


def _objects(said: Any, field: str, keys: set[str]) -> list[dict[str, Any]]:
    if not isinstance(said, list) or len(said) > MAX_DAYS:
        raise CalendarInvalid(field, f"must be a list of at most {MAX_DAYS} days")
    for each in said:
        if not isinstance(each, dict) or set(each) != keys:
            raise CalendarInvalid(field, f"{each!r} must name {', '.join(sorted(keys))}")
    return said


def _date(said: dict[str, Any], field: str) -> date:
    try:
        return date.fromisoformat(said["day"])
    except (TypeError, ValueError) as error:
        raise CalendarInvalid(field, f"{said['day']!r} is not a day such as 2026-12-24") from error


def _reason(said: dict[str, Any], field: str) -> str:
    reason = said["reason"]
    if not isinstance(reason, str) or not 0 < len(reason.strip()) <= MAX_REASON:
        raise CalendarInvalid(
            field, f"{said['day']} names no reason of at most {MAX_REASON} characters"
        )
    return reason.strip()
