"""Working time counted the slow way: step by step over a stretch of UTC.

It shares nothing with the product's: it asks the wall clock at each step whether it shows an open
hour, and adds up. Its holidays are written down by hand.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN_2026 = "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"
LISBON_2026 = "01-01 04-03 04-05 04-25 05-01 06-04 06-10 08-15 10-05 11-01 12-01 12-08 12-25"
ATHENS_2026 = "01-01 01-06 02-23 03-25 04-10 04-12 04-13 05-01 05-31 06-01 08-15 10-28 12-25 12-26"
NEW_YORK_2026 = "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25"
APIA_2011 = "12-25 12-26"
OFFICE = [("09:00", "12:30"), ("13:15", "17:00")]


class Oracle:
    """`hours`: of each weekday, Monday first, pairs of "09:00"; `closed`: dates."""

    def __init__(self, zone, hours, closed, start, end, step=timedelta(minutes=15)):
        self.start, self.step = start, step
        place = ZoneInfo(zone)
        self.passed = [0]
        self.open = []
        at = start
        while at < end:
            wall = at.astimezone(place)
            shown = f"{wall.hour:02}:{wall.minute:02}"
            works = wall.date() not in closed and any(
                opens <= shown < closes for opens, closes in hours[wall.weekday()]
            )
            self.open.append(works)
            self.passed.append(self.passed[-1] + works)
            at += step

    def between(self, start, end):
        steps = self.passed[self._step(end)] - self.passed[self._step(start)]
        return max(steps, 0) * self.step

    def after(self, start, steps):
        """The first step at which `steps` of them were open since `start`, or None."""
        at = self._step(start)
        wanted = self.passed[at] + steps
        while at < len(self.passed):
            if self.passed[at] == wanted:
                return self.start + at * self.step
            at += 1
        return None

    def _step(self, at):
        return (at - self.start) // self.step


def days(year, said):
    """The dates of `year` that "01-01 12-25" names."""
    return {date.fromisoformat(f"{year}-{each}") for each in said.split()}


def at(said):
    """The UTC instant that "2026-03-29 01:00" names."""
    return datetime.fromisoformat(said).replace(tzinfo=UTC)
