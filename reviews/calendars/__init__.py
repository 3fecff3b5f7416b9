"""How long a deadline runs: by the clock, or by the hours people work.

Pure: no database, no settings, no clock. Instants go in and come out in UTC; inside, hours are
what the clock on the wall says at the calendar's place. `WorkingTime` and `ClockTime` have the same
three methods: `after`, `between`, `is_open`.
"""

from reviews.calendars.clock_time import ClockTime
from reviews.calendars.days import ClosedDay, Day, WorkingDay
from reviews.calendars.faults import CalendarInvalid, OutOfReach
from reviews.calendars.hours import WEEKDAYS, Hours
from reviews.calendars.pausing import CountedTime, due_after_pause
from reviews.calendars.working_time import WorkingTime, faults_in

__all__ = [
    "WEEKDAYS",
    "CalendarInvalid",
    "ClockTime",
    "ClosedDay",
    "CountedTime",
    "Day",
    "Hours",
    "OutOfReach",
    "WorkingDay",
    "WorkingTime",
    "due_after_pause",
    "faults_in",
]
