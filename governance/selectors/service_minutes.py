"""What the minutes of service say of a period, added up by the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from governance.models import ServiceMinute

SAMPLE = 5


@dataclass(frozen=True, slots=True)
class CheckOverTime:
    """One check: minutes in which it was late, and its longest age in seconds, None where it never
    had one."""

    name: str
    late: int
    longest: int | None


def minutes_measured(start: datetime, end: datetime) -> int:
    """Minutes from `start` (included) to `end` that have a row."""
    return ServiceMinute.objects.filter(minute__gte=start, minute__lt=end).count()


def checks_over_time(start: datetime, end: datetime) -> list[CheckOverTime]:
    """Every check that was late or had an age, by name. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_OVER_TIME, {"start": start, "end": end})
        return [CheckOverTime(*row) for row in cursor.fetchall()]


def late_minutes(name: str, start: datetime, end: datetime) -> tuple[str, ...]:
    """The ids of the first few rows in which the check was late."""
    rows = ServiceMinute.objects.filter(
        minute__gte=start, minute__lt=end, late__contains=[name]
    ).order_by("minute")
    return tuple(str(key) for key in rows.values_list("pk", flat=True)[:SAMPLE])


_OVER_TIME = """
    SELECT name, count(*) FILTER (WHERE is_late), max(age)
    FROM governance_serviceminute AS measured,
    LATERAL (
        SELECT key AS name, value::integer AS age, false AS is_late
        FROM jsonb_each_text(measured.seconds)
        UNION ALL
        SELECT unnest(measured.late), NULL, true
    ) AS found
    WHERE minute >= %(start)s AND minute < %(end)s
    GROUP BY name ORDER BY name COLLATE "C"
"""
