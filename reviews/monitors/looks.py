"""One look of a monitor: what it measured, against which limit, and what follows."""

from dataclasses import dataclass
from enum import StrEnum


class Finding(StrEnum):
    """What a look comes to. Too few data is never quiet: nobody has looked then."""

    QUIET = "quiet"
    ALARM = "alarm"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Look:
    """One look. `n`: items in the window; `least`: how many it takes. `where`: the segment or bin
    that the statistic comes from, if it comes from one. Without enough data there is neither
    statistic nor limit. `lower`: where too little is an alarm too."""

    n: int
    least: int
    finding: Finding
    statistic: float | None = None
    limit: float | None = None
    lower: float | None = None
    where: str = ""


def judged(
    n: int,
    least: int,
    statistic: float,
    limit: float,
    *,
    lower: float | None = None,
    where: str = "",
) -> Look:
    """A look that had data enough: an alarm outside of its limits, quiet on them and inside."""
    outside = statistic > limit or (lower is not None and statistic < lower)
    finding = Finding.ALARM if outside else Finding.QUIET
    return Look(n, least, finding, statistic, limit, lower, where)


def too_few(n: int, least: int, where: str = "") -> Look:
    return Look(n, least, Finding.TOO_FEW, where=where)


def per_look(rate: float, looks: int) -> float:
    """The level of one look, so that of `looks` in a row none is a false alarm with a chance of at
    least 1 - rate, whether their windows overlap or not (Bonferroni)."""
    return rate / max(looks, 1)
