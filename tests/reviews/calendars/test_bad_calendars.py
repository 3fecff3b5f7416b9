"""What is no calendar is refused at its building, by the field at fault."""

from datetime import date, datetime, timedelta

import pytest

from reviews.calendars import CalendarInvalid, ClockTime, OutOfReach, WorkingTime
from tests.reviews.calendars.oracle import at

GOOD = {
    "time_zone": "Europe/Berlin",
    "hours": {"monday": [["09:00", "12:00"], ["13:00", "17:00"]], "friday": [["09:00", "24:00"]]},
    "country": "DE",
    "subdivision": "BY",
    "closed_days": [{"day": "2026-12-28", "reason": "Between the years"}],
    "working_days": [{"day": "2026-12-05", "reason": "Stocktaking", "hours": [["08:00", "10:00"]]}],
}
EU = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"


@pytest.mark.parametrize(
    ("field", "bad", "said"),
    [
        ("time_zone", "Europe/Atlantis", "no time zone"),
        ("time_zone", "", "no time zone"),
        ("time_zone", ["Europe/Berlin"], "no time zone"),
        ("hours", {}, "less than an hour a week"),
        ("hours", {"monday": [["09:00", "09:59"]]}, "less than an hour a week"),
        ("hours", {"monday": [["09:00", "12:00"], ["11:59", "17:00"]]}, "overlap"),
        ("hours", {"monday": [["17:00", "09:00"]]}, "must end after it starts"),
        ("hours", {"monday": [["09:00", "09:00"]]}, "must end after it starts"),
        ("hours", {"monday": [["09:00", "24:01"]]}, "24:00 at the latest"),
        ("hours", {"monday": [["9", "17:00"]]}, "no time of day|not a time of day"),
        ("hours", {"monday": [[9, 17]]}, "not a time of day"),
        ("hours", {"monday": ["09:00-17:00"]}, "not a pair"),
        ("hours", {"monday": "09:00-17:00"}, "not a list"),
        ("hours", {"mon": [["09:00", "17:00"]]}, "no weekday"),
        ("hours", [], "must map each weekday"),
        ("country", "ZZ", "no holidays"),
        ("country", "Germany", "two letters"),
        ("country", None, "must be a code"),
        ("subdivision", "XX", "DE has no subdivision"),
        ("closed_days", {}, "must be a list"),
        ("closed_days", ["2026-12-28"], "must name day, reason"),
        ("closed_days", [{"day": "28.12.2026", "reason": "x"}], "not a day"),
        ("closed_days", [{"day": "2026-12-28", "reason": " "}], "no reason"),
        ("closed_days", [{"day": "2026-12-28", "reason": "x"}] * 2, "named twice"),
        ("closed_days", [{"day": "2026-12-28", "reason": "x"}] * 1001, "at most 1000"),
        (
            "working_days",
            [{"day": "2026-12-28", "reason": "x", "hours": [["08:00", "09:00"]]}],
            "closed day as well",
        ),
        ("working_days", [{"day": "2026-12-05", "reason": "x", "hours": []}], "no hours"),
        ("working_days", [{"day": "2026-12-05", "reason": "x"}], "must name day, hours, reason"),
    ],
)
def test_a_bad_field_is_named(field, bad, said):
    with pytest.raises(CalendarInvalid, match=said) as raised:
        WorkingTime.from_json({**GOOD, field: bad})
    assert raised.value.field == field


def test_a_subdivision_needs_its_country():
    with pytest.raises(CalendarInvalid) as raised:
        WorkingTime.from_json({**GOOD, "country": ""})
    assert raised.value.field == "subdivision"


def test_a_good_one_reads_as_it_was_written():
    assert WorkingTime.from_json(GOOD).to_json() == {
        **GOOD,
        "hours": {
            **{day: [] for day in ("tuesday", "wednesday", "thursday", "saturday", "sunday")},
            **GOOD["hours"],
        },
    }


@pytest.mark.parametrize("country", EU.split())
def test_the_holidays_of_every_state_of_the_union_are_known(country):
    time = WorkingTime.from_json({**GOOD, "country": country, "subdivision": ""})
    new_year = time.day(date(2027, 1, 1))
    assert not new_year.hours
    assert new_year.reason


@pytest.mark.parametrize(
    ("day", "hours", "reason"),
    [
        ("2026-12-07", "09:00-12:00 13:00-17:00", ""),
        ("2026-12-08", "", ""),
        ("2026-12-28", "", "Between the years"),
        ("2026-12-05", "08:00-10:00", "Stocktaking"),
        # Corpus Christi is a holiday in Bavaria, and not in all of Germany.
        ("2026-06-04", "", "Corpus Christi"),
        ("2026-12-25", "", "Christmas Day"),
    ],
)
def test_a_day_says_its_hours_and_why(day, hours, reason):
    found = WorkingTime.from_json(GOOD).day(date.fromisoformat(day))
    assert (" ".join(map(str, found.hours)), found.reason) == (hours, reason)


def test_hours_up_to_midnight_end_there():
    friday_evening = WorkingTime.from_json(GOOD).after(
        at("2026-12-11 22:30"), timedelta(minutes=30)
    )
    assert friday_evening == at("2026-12-11 23:00")
    assert not WorkingTime.from_json(GOOD).is_open(friday_evening)


@pytest.mark.parametrize("time", [WorkingTime.from_json(GOOD), ClockTime()])
def test_no_search_is_without_end(time):
    start = at("2026-01-05 12:00")
    with pytest.raises(OutOfReach):
        time.after(start, timedelta(days=20 * 365))
    with pytest.raises(OutOfReach):
        time.after(start, timedelta.max)
    with pytest.raises(OutOfReach):
        time.after(datetime.max.replace(tzinfo=start.tzinfo), timedelta(hours=1))
    with pytest.raises(OutOfReach):
        time.is_open(at("1969-12-31 23:59"))
    with pytest.raises(ValueError, match="before its start"):
        time.after(start, timedelta(seconds=-1))
    with pytest.raises(ValueError, match="no time zone"):
        time.after(start.replace(tzinfo=None), timedelta())


def test_what_opens_too_rarely_is_out_of_reach():
    rare = WorkingTime.from_json({**GOOD, "hours": {"sunday": [["09:00", "10:00"]]}})
    start = at("2026-01-05 12:00")
    assert rare.after(start, timedelta(hours=100)) < at("2028-01-01 00:00")
    with pytest.raises(OutOfReach):
        rare.between(start, at("2037-01-05 12:00"))
    with pytest.raises(OutOfReach):
        rare.after(start, timedelta(hours=700))
