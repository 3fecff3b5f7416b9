"""Which instants are counted from, and how far ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from reviews.calendars.faults import OutOfReach

# A deadline further off is a mistake: the search for it has to end somewhere.
REACH_YEARS = 10
REACH = timedelta(days=366 * REACH_YEARS)
FIRST_YEAR, LAST_YEAR = 1970, 2900


def counted(at: datetime) -> datetime:
    """`at` in UTC. Raises ValueError without a zone, OutOfReach for a year nobody works in."""
    if at.tzinfo is None:
        raise ValueError(f"{at} names no time zone, so it is no instant")
    try:
        at = at.astimezone(UTC)
    except OverflowError as error:
        raise OutOfReach(f"{at} is outside of {FIRST_YEAR} to {LAST_YEAR}") from error
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise OutOfReach(f"{at} is outside of {FIRST_YEAR} to {LAST_YEAR}")
    return at


def bounded(within: timedelta) -> timedelta:
    """`within`. Raises ValueError for a deadline before its start, OutOfReach for a far one."""
    if within < timedelta():
        raise ValueError(f"a deadline of {within} would lie before its start")
    if within > REACH:
        raise OutOfReach(f"{within} is more than {REACH_YEARS} years")
    return within


def within_reach(start: datetime, end: datetime) -> None:
    """Raises OutOfReach where `end` is more than `REACH_YEARS` later than `start`."""
    if end.year - start.year > REACH_YEARS:
        raise OutOfReach(f"{end} is more than {REACH_YEARS} years after {start}")
