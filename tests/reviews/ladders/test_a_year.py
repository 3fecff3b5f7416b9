"""A fake clock through a year, with its holidays and both changes of the clock, in five places."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest

from reviews.models import Case, Escalation
from reviews.tasks import escalate_overdue_cases
from tests.factories import NOON, build_world, make_calendar
from tests.governance.api.calling import at
from tests.reviews.ladders.made import give, make_ladder

pytestmark = pytest.mark.django_db

PLACES = {
    "berlin": ("Europe/Berlin", "DE"),
    "lisbon": ("Europe/Lisbon", "PT"),
    "helsinki": ("Europe/Helsinki", "FI"),
    "athens": ("Europe/Athens", "GR"),
    "new-york": ("America/New_York", "US"),
}
OPENS, CLOSES = 9 * 60, 17 * 60
LADDER = """
version: 1
calendar: {calendar}
rungs:
  - {{within: PT6H, raise_priority: 1}}
  - {{within: P1D, counts: clock, raise_priority: 1}}
  - {{within: PT11H30M, raise_priority: 1}}
"""
SPANS = (timedelta(hours=4), timedelta(hours=6), None, timedelta(hours=11, minutes=30))
MINUTE = timedelta(minutes=1)


def _starts() -> Iterator[datetime]:
    """The year in steps that come to every weekday and hour, and its days of interest."""
    for number in range(12):
        yield NOON + timedelta(days=30 * number, hours=5 * number, minutes=7 * number)
    for day in ("2026-12-23", "2026-12-31", "2027-03-12", "2027-03-26", "2027-04-30", "2027-10-29"):
        yield datetime.fromisoformat(f"{day}T14:45:00+00:00")


def _counted(place: str, start: datetime, span: timedelta) -> datetime:
    """The end of a span of working time, found by looking at the wall clock minute by minute."""
    zone, country = ZoneInfo(PLACES[place][0]), PLACES[place][1]
    closed = holidays.country_holidays(country, years=[2026, 2027, 2028])
    now, left = start, span
    while left:
        here = now.astimezone(zone)
        of_day = here.hour * 60 + here.minute
        works = here.weekday() < 5 and OPENS <= of_day < CLOSES and here.date() not in closed
        now, left = now + MINUTE, left - MINUTE if works else left
    return now


def test_every_rung_of_a_year_fires_when_the_wall_clock_says_so():
    world = build_world()
    expected = {}
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    for place, (zone, country) in PLACES.items():
        make_calendar(
            place, time_zone=zone, country=country, subdivision="", closed_days=[],
            working_days=[], hours={day: [["09:00", "17:00"]] for day in days},
        )  # fmt: skip
        give(world.first_line, make_ladder(place, LADDER.format(calendar=place)))
        for start in _starts():
            case, due = world.open_case(now=start), start
            dues = []
            for span in SPANS:
                due = due + timedelta(days=1) if span is None else _counted(place, due, span)
                dues.append(due)
            expected[case.pk] = dues

    while (due := _next_due()) is not None:
        with at(due - timedelta(microseconds=1)):
            escalate_overdue_cases()
        assert _next_due() == due
        with at(due):
            escalate_overdue_cases()

    for case in Case.objects.prefetch_related("escalations"):
        fired = [one.escalated_at for one in case.escalations.all()]
        assert sorted([*fired, case.closed_at]) == expected[case.pk], case.opened_at
    assert Escalation.objects.count() == 3 * len(expected)


def _next_due() -> datetime | None:
    return Case.objects.live().order_by("due_at").values_list("due_at", flat=True).first()
