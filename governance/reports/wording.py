"""How numbers, instants and results read in a report: one wording for page and PDF."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from governance.reports.blocks import Cell, Interval, Number, Result, Unit

# Both keep a number and its unit on one line.
GROUP: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
NOTHING: Final = "\N{EN DASH}"

RESULTS: Final[Mapping[Result, str]] = {
    Result.MET: "Met",
    Result.PARTLY: "Partly met",
    Result.NOT_MET: "Not met",
    Result.NOT_ASSESSABLE: "Not assessable",
}

_SUFFIX: Final[Mapping[Unit, str]] = {
    Unit.SHARE: f"{GROUP}%",
    Unit.COUNT: "",
    Unit.SECONDS: f"{GROUP}s",
    Unit.MINUTES: f"{GROUP}min",
    Unit.HOURS: f"{GROUP}h",
    Unit.DAYS: f"{GROUP}days",
    Unit.INDEX: "",
}
_PLACES: Final[Mapping[Unit, int]] = {
    Unit.SHARE: 1,
    Unit.COUNT: 0,
    Unit.SECONDS: 1,
    Unit.MINUTES: 1,
    Unit.HOURS: 1,
    Unit.DAYS: 1,
    Unit.INDEX: 3,
}


def number(value: Number, unit: Unit) -> str:
    """`value` for readers, rounded as its unit deserves, e.g. 31.4 % for a share of 0.314159.

    A share that is not zero or one never reads as 0 or 100 %.
    """
    scaled = Decimal(value) * 100 if unit is Unit.SHARE else Decimal(value)
    places = _PLACES[unit]
    shown = scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    step = Decimal(1).scaleb(-places)
    if unit is Unit.SHARE and scaled > 0 and shown == 0:
        return f"<{GROUP}{step}{_SUFFIX[unit]}"
    if unit is Unit.SHARE and scaled < 100 and shown == 100:
        return f">{GROUP}{100 - step}{_SUFFIX[unit]}"
    whole_unit = isinstance(value, int) and unit is not Unit.SHARE
    return _grouped(Decimal(value) if whole_unit else shown) + _SUFFIX[unit]


def cell(value: Cell, unit: Unit | None = None) -> str:
    """A table's cell. An absent value is a dash, never an empty cell or a zero."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value
    return number(value, unit) if unit else _grouped(Decimal(value))


def instant(at: datetime) -> str:
    """To the minute, in UTC, e.g. 2026-11-01 00:00 UTC."""
    return f"{at:%Y-%m-%d %H:%M}{GROUP}UTC"


def interval(bounds: Interval, unit: Unit) -> str:
    """Bounds with their level, e.g. 95 % interval 25.5 % to 36.6 %."""
    level = _grouped((bounds.level * 100).normalize())
    low, high = number(bounds.low, unit), number(bounds.high, unit)
    return f"{level}{GROUP}% interval {low} to {high} ({bounds.method})"


def _grouped(value: Decimal) -> str:
    """Plain digits in groups of three, with a true minus sign."""
    digits = f"{abs(value):,f}".replace(",", GROUP)
    return f"{MINUS}{digits}" if value < 0 else digits
