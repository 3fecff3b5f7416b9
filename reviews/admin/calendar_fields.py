"""Hours and days of a calendar as lines that people can read and write."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from governance.admin.fields import LinesField
from reviews.calendars import WEEKDAYS


class _PartsField(LinesField):
    """Lines of parts with | between them, kept as JSON. Whether the days and hours are any, the
    calendar says."""

    parts: int

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(self.lines(value or {}))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))

    def clean(self, value: Any) -> Any:
        return self.kept([self._parts(line) for line in super().clean(value)])

    def _parts(self, line: str) -> list[str]:
        parts = [part.strip() for part in line.split("|", self.parts - 1)]
        if len(parts) != self.parts or not all(parts):
            raise ValidationError(
                _("“%(line)s” needs %(parts)s parts, with | between them"),
                params={"line": line, "parts": self.parts},
            )
        return parts

    def lines(self, value: Any) -> list[str]:
        """The lines of what is kept."""
        raise NotImplementedError

    def kept(self, rows: list[list[str]]) -> Any:
        """What is kept of the lines' parts. Raises ValidationError."""
        raise NotImplementedError


class WeekField(_PartsField):
    """`monday | 09:00-12:30 13:00-17:00`, a weekday to a line; one left out is closed."""

    parts = 2

    def lines(self, value: Any) -> list[str]:
        return [f"{day} | {_hours_line(value[day])}" for day in WEEKDAYS if value.get(day)]

    def kept(self, rows: list[list[str]]) -> Any:
        week: dict[str, Any] = {}
        for day, hours in rows:
            if day.lower() in week:
                raise ValidationError(_("%(day)s is named twice"), params={"day": day})
            week[day.lower()] = _hours(hours)
        return week


class ClosedDaysField(_PartsField):
    """`2026-12-24 | Christmas Eve`, a day to a line."""

    parts = 2

    def lines(self, value: Any) -> list[str]:
        return [f"{each['day']} | {each['reason']}" for each in value]

    def kept(self, rows: list[list[str]]) -> Any:
        return [{"day": day, "reason": reason} for day, reason in rows]


class WorkingDaysField(_PartsField):
    """`2026-12-05 | 08:00-12:00 | Stocktaking`, a day to a line."""

    parts = 3

    def lines(self, value: Any) -> list[str]:
        return [
            f"{each['day']} | {_hours_line(each['hours'])} | {each['reason']}" for each in value
        ]

    def kept(self, rows: list[list[str]]) -> Any:
        return [
            {"day": day, "hours": _hours(hours), "reason": reason} for day, hours, reason in rows
        ]


def _hours(said: str) -> list[list[str]]:
    return [stretch.split("-") for stretch in said.replace(",", " ").split()]


def _hours_line(hours: list[list[str]]) -> str:
    return " ".join("-".join(stretch) for stretch in hours)
