"""A year of working time in six places, against a step-by-step count."""

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.calendars import WEEKDAYS, ClockTime, WorkingTime
from tests.reviews.calendars import oracle
from tests.reviews.calendars.oracle import OFFICE, Oracle, at, days

NIGHTS = [("00:00", "04:30"), ("22:15", "24:00")]
PLACES = {
    "Europe/Berlin": ("DE", 2026, oracle.BERLIN_2026, OFFICE),
    "Europe/Lisbon": ("PT", 2026, oracle.LISBON_2026, NIGHTS),
    "Europe/Athens": ("GR", 2026, oracle.ATHENS_2026, OFFICE),
    "America/New_York": ("US", 2026, oracle.NEW_YORK_2026, NIGHTS),
    "Australia/Lord_Howe": ("", 2026, "", NIGHTS),
    # The place that had no 30 December: it went over the date line.
    "Pacific/Apia": ("", 2011, oracle.APIA_2011, NIGHTS),
}
QUARTER = timedelta(minutes=15)


def working(zone, hours, closed_days=(), country="", subdivision="", working_days=()):
    return WorkingTime.from_json(
        {
            "time_zone": zone,
            "hours": dict(zip(WEEKDAYS, hours, strict=True)),
            "country": country,
            "subdivision": subdivision,
            "closed_days": list(closed_days),
            "working_days": list(working_days),
        }
    )


@pytest.mark.parametrize("zone", PLACES)
def test_a_year_is_counted_as_step_by_step(zone):
    country, year, holidays, day = PLACES[zone]
    closed = days(year, holidays)
    hours = [day] * 5 + [day[:1], []]
    start, end = at(f"{year}-01-02 00:00"), at(f"{year}-12-31 00:00")
    slow = Oracle(zone, hours, closed, start, end)
    named = [] if country else [{"day": f"{d}", "reason": "By hand"} for d in sorted(closed)]
    fast = working(zone, hours, named, country)

    assert fast.between(start, end) == slow.between(start, end) > timedelta(hours=1500)
    for step, opens in enumerate(slow.open):
        assert fast.is_open(start + step * QUARTER) == opens, start + step * QUARTER
    draw = Random(zone)
    for _ in range(3000):
        one = start + draw.randrange(len(slow.open)) * QUARTER
        other = start + draw.randrange(len(slow.open)) * QUARTER
        assert fast.between(one, other) == slow.between(one, other)
        steps = draw.randrange(1, 400)
        if (due := slow.after(one, steps)) is not None:
            assert fast.after(one, steps * QUARTER) == due


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-10-25 01:00"),
        ("America/New_York", "2026-11-01 06:00"),
        ("Australia/Lord_Howe", "2026-04-04 15:00"),
        # Its clocks are put back from midnight to the evening before.
        ("Atlantic/Azores", "2026-10-25 01:00"),
        ("Pacific/Apia", "2011-12-30 10:00"),
    ],
)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_hours_over_a_change_of_the_clock_are_counted_minute_by_minute(zone, change, data):
    clock = st.integers(0, 1440).map(lambda m: f"{m // 60:02}:{m % 60:02}")
    pairs = st.lists(clock, min_size=4, max_size=4, unique=True).map(sorted)
    day = data.draw(pairs.map(lambda c: [(c[0], c[1]), (c[2], c[3])]), label="hours")
    hours = [day] * 6 + [[("00:00", "24:00")]]
    start, end = at(change) - timedelta(days=2), at(change) + timedelta(days=2)
    slow = Oracle(zone, hours, set(), start, end, timedelta(minutes=1))
    fast = working(zone, hours)

    minutes = st.integers(0, len(slow.open) - 1)
    one = start + timedelta(minutes=data.draw(minutes, label="from"))
    other = start + timedelta(minutes=data.draw(minutes, label="to"))
    steps = data.draw(st.integers(1, 600), label="within")
    assert fast.between(one, other) == slow.between(one, other)
    assert fast.is_open(one) == slow.open[(one - start) // timedelta(minutes=1)]
    due = slow.after(one, steps)
    if due is not None:
        assert fast.after(one, timedelta(minutes=steps)) == due


def test_two_stretches_within_the_hour_that_comes_twice_take_turns():
    twice = [("02:00", "02:20"), ("02:30", "02:50")]
    time = working("Europe/Berlin", [[("09:00", "10:00")]] * 6 + [twice])
    start = at("2026-10-25 00:00")

    # 20 minutes each, in summer time and once more in winter time.
    assert time.between(start, at("2026-10-25 02:00")) == timedelta(minutes=80)
    assert time.after(start, timedelta(minutes=30)) == at("2026-10-25 00:40")
    assert time.after(start, timedelta(minutes=50)) == at("2026-10-25 01:10")
    assert not time.is_open(at("2026-10-25 00:55"))


TIMES = [
    working(zone, [day] * 5 + [[], []], country=country)
    for zone, (country, _, _, day) in PLACES.items()
] + [ClockTime()]
instants = st.datetimes(datetime(2026, 6, 1), datetime(2027, 4, 1))
spans = st.timedeltas(timedelta(), timedelta(days=60))


@given(st.sampled_from(TIMES), instants, spans, spans)
@settings(max_examples=200, deadline=None)
def test_what_is_added_is_found_between(time, naive, within, more):
    start = at(naive.isoformat())
    due = time.after(start, within)
    assert time.between(start, due) == within
    assert time.after(due, more) == time.after(start, within + more) or not within
    assert start <= due <= time.after(start, within + more)


@given(st.sampled_from(TIMES), instants, spans)
@settings(max_examples=200, deadline=None)
def test_the_time_between_ends_at_its_last_open_moment(time, naive, apart):
    start = at(naive.isoformat())
    end = start + apart
    passed = time.between(start, end)
    assert timedelta() <= passed <= apart
    last = time.after(start, passed)
    assert last <= end
    assert time.between(last, end) == timedelta()
    assert time.between(end, start) == timedelta()
