"""ISO 8601 durations of days, hours, minutes and seconds.

Years and months are left out, for they have no fixed length.
"""

import re
from datetime import timedelta

DURATION = re.compile(
    r"P(?=[0-9T])(?:(?P<days>[0-9]{1,4})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,4})H)?(?:(?P<minutes>[0-9]{1,4})M)?"
    r"(?:(?P<seconds>[0-9]{1,5})S)?)?"
)


def parse_duration(text: str) -> timedelta | None:
    """The span that `text` names, such as PT4H; None if it names none."""
    match = DURATION.fullmatch(text)
    if match is None:
        return None
    return timedelta(**{unit: int(count) for unit, count in match.groupdict("0").items()})
