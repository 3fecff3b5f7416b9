"""What a section is made of: paragraphs, pairs, tables, figures and findings. Charts: `charts`.

Blocks are frozen and refuse what an auditor could not check, above all a figure that does not
say how many rows it stands on. Binary floats are refused everywhere: a report's numbers are
integers or `Decimal`, so that they read the same in each rendering and on each machine.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from governance.reports.period import Span


class BlockError(ValueError):
    """A block states something that cannot be checked, or contradicts itself."""


Number = int | Decimal
Cell = str | int | Decimal | None


class Unit(StrEnum):
    """What a number counts. A share is from 0 to 1 and is shown as a percentage."""

    SHARE = "share"
    COUNT = "count"
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    INDEX = "index"


class Result(StrEnum):
    """What a check found. `not_assessable` is never a quiet pass: it carries its reason."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NOT_ASSESSABLE = "not_assessable"


def require(holds: bool, fault: str) -> None:
    """Raises BlockError with `fault` unless `holds`."""
    if not holds:
        raise BlockError(fault)


def require_text(name: str, text: object) -> None:
    """Raises BlockError unless `text` is a string that says something."""
    require(isinstance(text, str) and bool(text.strip()), f"{name} is missing")


def require_number(name: str, value: object) -> None:
    """Raises BlockError unless `value` is an integer or a finite Decimal."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    exact = isinstance(value, Decimal) and value.is_finite()
    require(whole or exact, f"{name} must be an int or a finite Decimal, not {value!r}")


def require_cell(name: str, value: object) -> None:
    """Raises BlockError unless `value` can stand in a table."""
    if value is not None and not isinstance(value, str):
        require_number(name, value)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. It is text in every rendering, never markup."""

    text: str

    def __post_init__(self) -> None:
        require_text("paragraph", self.text)


@dataclass(frozen=True, slots=True)
class KeyValues:
    """Named facts in reading order."""

    pairs: tuple[tuple[str, Cell], ...]

    def __post_init__(self) -> None:
        require(bool(self.pairs), "key values without a pair")
        for key, value in self.pairs:
            require_text("key", key)
            require_cell(key, value)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `numeric` cells are set flush right."""

    title: str
    numeric: bool = False
    unit: Unit | None = None

    def __post_init__(self) -> None:
        require_text("column title", self.title)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns. `row_header`: index of the column that names each row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    row_header: int | None = 0

    def __post_init__(self) -> None:
        require_text("table caption", self.caption)
        require(bool(self.columns), "a table without columns")
        if self.row_header is not None:
            require(0 <= self.row_header < len(self.columns), "row header is not a column")
        for row in self.rows:
            require(len(row) == len(self.columns), f"{self.caption}: a row of another width")
            for column, cell in zip(self.columns, row, strict=True):
                require_cell(column.title, cell)


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a figure. `level` from 0 to 1, `method` as a statistician would name it."""

    low: Number
    high: Number
    method: str
    level: Decimal

    def __post_init__(self) -> None:
        require_number("interval low", self.low)
        require_number("interval high", self.high)
        require_number("interval level", self.level)
        require(self.low <= self.high, "an interval runs from low to high")
        require_text("interval method", self.method)
        require(0 < self.level < 1, "an interval's level lies between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with all that is needed to check it.

    `query` says in words which rows were counted, `n` how many there were, `sample` names some
    of them by id. Either `value` or `not_assessable` (the reason) is given, never both. A value
    has an `interval` or says in `no_interval` why it has none.
    Raises BlockError.
    """

    label: str
    query: str
    period: Span
    unit: Unit
    n: int
    value: Number | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    interval: Interval | None = None
    no_interval: str = ""
    not_assessable: str = ""
    sample: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_text("figure label", self.label)
        require_text(f"{self.label}: query", self.query)
        counted = isinstance(self.n, int) and not isinstance(self.n, bool) and self.n >= 0
        require(counted, f"{self.label}: n is missing")
        if self.value is None:
            require_text(f"{self.label}: both the value and a reason", self.not_assessable)
            require(self.interval is None, f"{self.label}: an interval without a value")
            return
        require(not self.not_assessable, f"{self.label}: both a value and a reason for none")
        self._require_checkable(self.value)

    def _require_checkable(self, value: Number) -> None:
        require_number(f"{self.label}: value", value)
        if self.unit is Unit.SHARE:
            self._require_share(value)
        if self.interval is None:
            require_text(f"{self.label}: interval, or why there is none,", self.no_interval)
            return
        inside = self.interval.low <= value <= self.interval.high
        require(inside, f"{self.label}: the value lies outside its interval")

    def _require_share(self, value: Number) -> None:
        require_number(f"{self.label}: numerator", self.numerator)
        require_number(f"{self.label}: denominator", self.denominator)
        require(0 <= value <= 1, f"{self.label}: a share lies between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found on the obligations it belongs to. `sample`: ids of rows behind it."""

    check: str
    title: str
    obligations: tuple[str, ...]
    result: Result
    reason: str
    sample: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_text("check", self.check)
        require_text(f"{self.check}: title", self.title)
        require(bool(self.obligations), f"{self.check}: no obligation is named")
        require_text(f"{self.check}: reason", self.reason)
