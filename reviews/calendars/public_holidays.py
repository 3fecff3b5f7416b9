"""Which days a country keeps as public holidays, from the `holidays` package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import holidays

from reviews.calendars.faults import CalendarInvalid

_CODE = re.compile(r"[A-Z]{2}", re.ASCII)
_ANY_YEAR = 2026


@lru_cache(maxsize=256)
def public_holidays(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """The holidays of `year` with their English names; of no country: none.

    Raises CalendarInvalid for a country or subdivision the package does not know.
    """
    if not country:
        if subdivision:
            raise CalendarInvalid("subdivision", "a subdivision needs its country")
        return MappingProxyType({})
    if not _CODE.fullmatch(country):
        raise CalendarInvalid("country", f"{country!r} is not a code of two letters, such as DE")
    try:
        holidays.country_holidays(country, years=_ANY_YEAR)
    except NotImplementedError as error:
        raise CalendarInvalid("country", f"no holidays of {country!r} are known") from error
    try:
        found = holidays.country_holidays(
            country, subdiv=subdivision or None, years=year, expand=False, language="en_US"
        )
    except NotImplementedError as error:
        raise CalendarInvalid(
            "subdivision", f"{country} has no subdivision {subdivision!r}"
        ) from error
    return MappingProxyType({day: str(name) for day, name in found.items()})


def refuse_unknown(country: Any, subdivision: Any) -> None:
    """Raises CalendarInvalid where `public_holidays` could not be asked."""
    for field, said in (("country", country), ("subdivision", subdivision)):
        if not isinstance(said, str):
            raise CalendarInvalid(field, "must be a code, or empty for none")
    public_holidays(country, subdivision, _ANY_YEAR)
