"""The time to answer whoever contests a decision: one month, once two more. Pure.

Calendar months from receipt, as the plain date: a month without that day ends it on its last.
Source: Regulation (EU) 2016/679 Art. 12(3).
"""

from __future__ import annotations

import calendar
from datetime import datetime

_MONTHS = 12
TO_ANSWER = 1
EXTENSION = 2


def answer_due(received_at: datetime) -> datetime:
    """When the person must have their answer, unless the time is extended."""
    return months_after(received_at, TO_ANSWER)


def extended(due_at: datetime) -> datetime:
    """The same after the one extension."""
    return months_after(due_at, EXTENSION)


def months_after(at: datetime, months: int) -> datetime:
    """The same day and time `months` later, or the last day of a month that has no such day."""
    year, month = divmod(at.year * _MONTHS + at.month - 1 + months, _MONTHS)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)
