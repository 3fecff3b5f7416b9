"""When a notice leaves: quiet hours and summaries by the wall clock, also when it is set."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from governance.notices.hours import Hours, Summary, is_quiet, leaves_at

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
LORD_HOWE, KOLKATA = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")
NIGHT = Hours(BERLIN, time(22), time(7))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "now", "leaves"),
    [
        # By day at once; in the night at its end, which the summer moves in UTC.
        (NIGHT, "2026-01-15 12:00", "2026-01-15 12:00"),
        (NIGHT, "2026-01-15 21:00", "2026-01-16 06:00"),
        (NIGHT, "2026-01-16 05:59", "2026-01-16 06:00"),
        (NIGHT, "2026-01-16 06:00", "2026-01-16 06:00"),
        (NIGHT, "2026-07-15 20:00", "2026-07-16 05:00"),
        # The nights on which the clock is set: eight hours and ten.
        (NIGHT, "2026-03-28 21:00", "2026-03-29 05:00"),
        (NIGHT, "2026-10-24 20:00", "2026-10-25 06:00"),
        # An end that the clock leaves out: the first instant after it; that it shows twice: the
        # second, for after the first the clock shows quiet hours again.
        (Hours(BERLIN, time(22), time(2, 30)), "2026-03-29 00:30", "2026-03-29 01:00"),
        (Hours(BERLIN, time(22), time(2, 30)), "2026-10-24 23:30", "2026-10-25 00:30"),
        (Hours(BERLIN, time(22), time(2, 30)), "2026-10-25 01:10", "2026-10-25 01:30"),
        # Within one day.
        (Hours(NEW_YORK, time(12), time(13)), "2026-06-01 16:30", "2026-06-01 17:00"),
        # Half hours: of a zone, and of a change of the clock.
        (Hours(KOLKATA, time(23), time(6)), "2026-05-01 20:00", "2026-05-02 00:30"),
        (Hours(LORD_HOWE, time(22), time(2, 15)), "2026-10-03 15:00", "2026-10-03 15:30"),
        # Summaries: the next full hour of the wall clock, the next time of day.
        (Hours(BERLIN, summary=Summary.HOURLY), "2026-01-15 12:20", "2026-01-15 13:00"),
        (Hours(BERLIN, summary=Summary.HOURLY), "2026-01-15 12:00", "2026-01-15 13:00"),
        (Hours(KOLKATA, summary=Summary.HOURLY), "2026-01-15 12:20", "2026-01-15 12:30"),
        (Hours(LORD_HOWE, summary=Summary.HOURLY), "2026-10-03 15:10", "2026-10-03 16:00"),
        (Hours(BERLIN, summary=Summary.DAILY), "2026-01-15 06:59", "2026-01-15 07:00"),
        (Hours(BERLIN, summary=Summary.DAILY), "2026-01-15 07:00", "2026-01-16 07:00"),
        (Hours(BERLIN, summary=Summary.DAILY), "2026-03-28 12:00", "2026-03-29 06:00"),
        # A daily summary at a time that the clock leaves out, and at one that it shows twice: once.
        (Hours(BERLIN, summary=Summary.DAILY, daily_at=time(2, 30)), "2026-03-28 12:00",
         "2026-03-29 01:00"),
        (Hours(BERLIN, summary=Summary.DAILY, daily_at=time(2, 30)), "2026-10-24 12:00",
         "2026-10-25 00:30"),
        (Hours(BERLIN, summary=Summary.DAILY, daily_at=time(2, 30)), "2026-10-25 00:30",
         "2026-10-26 01:30"),
        # A summary that is due in the quiet hours waits for their end.
        (Hours(BERLIN, time(22), time(7), Summary.HOURLY), "2026-01-15 20:30", "2026-01-16 06:00"),
        (Hours(BERLIN, time(22), time(7), Summary.DAILY, time(23)), "2026-01-15 12:00",
         "2026-01-16 06:00"),
    ],
)  # fmt: skip
def test_it_leaves_by_the_wall_clock(hours, now, leaves):
    assert leaves_at(utc(now), hours, urgent=False) == utc(leaves)
    assert leaves_at(utc(now), hours, urgent=True) == utc(now)


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE, KOLKATA, ZoneInfo("Pacific/Apia")])
@pytest.mark.parametrize("summary", list(Summary))
def test_through_a_year_nothing_leaves_in_quiet_hours_or_waits_for_days(zone, summary):
    hours = Hours(zone, time(21, 45), time(6, 30), summary, time(5))
    now = utc("2026-01-01 00:07")
    while now < utc("2027-01-02 00:00"):
        leaves = leaves_at(now, hours, urgent=False)
        assert leaves >= now
        assert not is_quiet(leaves, hours)
        assert leaves - now <= timedelta(hours=34)
        now += timedelta(minutes=97)
