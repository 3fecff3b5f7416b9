"""What a pause does to a deadline: the time it took does not count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.calendars.clock_time import ClockTime
from reviews.calendars.instants import bounded, counted
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


@dataclass(frozen=True, slots=True)
class Unpaused:
    """`time` without `pauses`: each from an instant up to another, in any order."""

    time: CountedTime
    pauses: tuple[tuple[datetime, datetime], ...] = ()

    def after(self, start: datetime, within: timedelta) -> datetime:
        """The first instant at which `within` has passed since `start`, pauses left out."""
        at, left = counted(start), bounded(within)
        if not left:
            return at
        for paused_at, resumed_at in sorted(self.pauses):
            if resumed_at <= at:
                continue
            before = self.time.between(at, paused_at)
            if before >= left:
                break
            at, left = max(at, counted(resumed_at)), left - before
        return self.time.after(at, left)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The time from `start` to `end`, pauses left out."""
        passed, at = timedelta(), counted(start)
        for paused_at, resumed_at in sorted(self.pauses):
            if resumed_at <= at:
                continue
            passed += self.time.between(at, min(paused_at, end))
            at = max(at, resumed_at)
        return passed + self.time.between(at, end)

    def is_open(self, at: datetime) -> bool:
        """Whether time counts at `at`."""
        paused = any(start <= at < end for start, end in self.pauses)
        return not paused and self.time.is_open(at)
