"""What a pause does to a deadline: the time it took does not count."""

from __future__ import annotations

from datetime import datetime

from reviews.calendars.clock_time import ClockTime
from reviews.calendars.working_time import WorkingTime

CountedTime = WorkingTime | ClockTime


def due_after_pause(
    time: CountedTime, *, due_at: datetime, paused_at: datetime, resumed_at: datetime
) -> datetime:
    """The deadline that leaves, at `resumed_at`, as much time as was left at `paused_at`.

    Never earlier than `due_at`; one that had passed already stays as it is.
    """
    left = time.between(paused_at, due_at)
    return max(due_at, time.after(resumed_at, left)) if left else due_at
