"""The charts a section may hold, as data. `charts` draws them; each also is a table.

A chart never stands alone: every rendering puts `table()` beside it, so that nobody has to read
a number off a picture.
"""

from dataclasses import dataclass
from decimal import Decimal

from governance.reports.blocks import (
    Cell,
    Column,
    Number,
    Table,
    Unit,
    require,
    require_number,
    require_text,
)
from governance.reports.wording import number

# More than this many hues cannot be told apart reliably, with or without colour blindness.
MOST_SERIES = 5
# More bars than this do not fit on a page; they belong in a table.
MOST_BARS = 40


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values, one per category; None where there is nothing to show.

    `low` and `high` are interval bounds in the same order: whiskers on bars, a band on lines.
    """

    name: str
    values: tuple[Number | None, ...]
    low: tuple[Number | None, ...] = ()
    high: tuple[Number | None, ...] = ()

    def __post_init__(self) -> None:
        require_text("series name", self.name)
        for value in (*self.values, *self.low, *self.high):
            if value is not None:
                require_number(self.name, value)
        for bounds in (self.low, self.high):
            require(not bounds or len(bounds) == len(self.values), f"{self.name}: bounds missing")
        require(bool(self.low) == bool(self.high), f"{self.name}: only one bound is given")


@dataclass(frozen=True, slots=True)
class Mark:
    """A value to compare with, drawn as a labelled line: a floor, a limit, an expectation."""

    label: str
    value: Number

    def __post_init__(self) -> None:
        require_text("mark label", self.label)
        require_number(self.label, self.value)


@dataclass(frozen=True, slots=True)
class _Plotted:
    """What bar and line charts share: categories along x, a value axis from 0 along y."""

    title: str
    alt: str
    category: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit
    mark: Mark | None = None
    note: str = ""

    def __post_init__(self) -> None:
        require_text("chart title", self.title)
        require_text(f"{self.title}: alternative text", self.alt)
        require_text(f"{self.title}: category", self.category)
        require(bool(self.categories), f"{self.title}: no categories")
        require(0 < len(self.series) <= MOST_SERIES, f"{self.title}: 1 to {MOST_SERIES} series")
        for series in self.series:
            fits = len(series.values) == len(self.categories)
            require(fits, f"{self.title}: {series.name} does not fit the categories")
            for value in (*series.values, *series.low, *series.high):
                require(value is None or value >= 0, f"{self.title}: a value below zero")
                over = self.unit is Unit.SHARE and value is not None and value > 1
                require(not over, f"{self.title}: a share above one")

    def table(self) -> Table:
        """The same numbers, a row per category; bounds stand beside their value."""
        columns = [Column(self.category)]
        cells: list[tuple[Cell, ...]] = [self.categories]
        for series in self.series:
            for suffix, numbers in (
                ("", series.values),
                (", low", series.low),
                (", high", series.high),
            ):
                if numbers:
                    columns.append(Column(series.name + suffix, numeric=True, unit=self.unit))
                    cells.append(numbers)
        rows = tuple(zip(*cells, strict=True))
        return Table(
            self.title, tuple(columns), rows, note=_with_mark(self.note, self.mark, self.unit)
        )


@dataclass(frozen=True, slots=True)
class BarChart(_Plotted):
    """Bars, a group per category, drawn from top to bottom in the given order."""

    def __post_init__(self) -> None:
        _Plotted.__post_init__(self)
        bars = len(self.categories) * len(self.series)
        require(bars <= MOST_BARS, f"{self.title}: more than {MOST_BARS} bars")


@dataclass(frozen=True, slots=True)
class LineChart(_Plotted):
    """A line per series; the categories are points in their natural order, as months are."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts between edges, and a floor: the value below which a row draws a question.

    `edges` has one value more than `counts`, in `unit`, rising.
    """

    title: str
    alt: str
    quantity: str
    edges: tuple[Number, ...]
    counts: tuple[int, ...]
    unit: Unit
    floor: Mark | None = None
    note: str = ""

    def __post_init__(self) -> None:
        require_text("chart title", self.title)
        require_text(f"{self.title}: alternative text", self.alt)
        require_text(f"{self.title}: quantity", self.quantity)
        for edge in self.edges:
            require_number(f"{self.title}: edge", edge)
        require(bool(self.counts), f"{self.title}: no counts")
        require(len(self.edges) == len(self.counts) + 1, f"{self.title}: one edge too many or few")
        rising = all(low < high for low, high in zip(self.edges, self.edges[1:], strict=False))
        require(rising, f"{self.title}: edges must rise")
        require(all(count >= 0 for count in self.counts), f"{self.title}: a count below zero")

    def table(self) -> Table:
        """The same numbers, a row per bin with the share of all."""
        total = sum(self.counts)
        columns = (
            Column(f"{self.quantity} from", numeric=True, unit=self.unit),
            Column("to below", numeric=True, unit=self.unit),
            Column("Rows", numeric=True),
            Column("Share of all", numeric=True, unit=Unit.SHARE),
        )
        rows = tuple(
            (low, high, count, Decimal(count) / total if total else None)
            for low, high, count in zip(self.edges, self.edges[1:], self.counts, strict=False)
        )
        note = _with_mark(self.note, self.floor, self.unit)
        return Table(self.title, columns, rows, note=note, row_header=None)


@dataclass(frozen=True, slots=True)
class Link:
    """`count` rows that went from `source` to `target`."""

    source: str
    target: str
    count: int

    def __post_init__(self) -> None:
        require_text("link source", self.source)
        require_text("link target", self.target)
        require(self.count >= 0, "a link with a count below zero")


@dataclass(frozen=True, slots=True)
class Flow:
    """How rows moved from stage to stage (a Sankey diagram): `links[i]` joins stage i and i + 1.

    A node is named once per stage. What flows into a node and does not leave it stayed there.
    """

    title: str
    alt: str
    stages: tuple[str, ...]
    links: tuple[tuple[Link, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        require_text("chart title", self.title)
        require_text(f"{self.title}: alternative text", self.alt)
        require(len(self.stages) >= 2, f"{self.title}: a flow needs two stages")
        fits = len(self.links) == len(self.stages) - 1
        require(fits, f"{self.title}: links join neighbouring stages")
        for step, following in zip(self.links, self.links[1:], strict=False):
            arrived = _sums(step, "target")
            for node, left in _sums(following, "source").items():
                require(left <= arrived.get(node, 0), f"{self.title}: more left {node} than came")

    def table(self) -> Table:
        """The same numbers, a row per link."""
        columns = (
            Column("Step"),
            Column("From"),
            Column("To"),
            Column("Rows", numeric=True),
        )
        rows = tuple(
            (
                f"{self.stages[index]} to {self.stages[index + 1]}",
                link.source,
                link.target,
                link.count,
            )
            for index, step in enumerate(self.links)
            for link in step
        )
        return Table(self.title, columns, rows, note=self.note, row_header=None)


Chart = BarChart | LineChart | Histogram | Flow


def _sums(step: tuple[Link, ...], end: str) -> dict[str, int]:
    """Rows per node at one `end` (source or target) of a step."""
    sums: dict[str, int] = {}
    for link in step:
        node = link.source if end == "source" else link.target
        sums[node] = sums.get(node, 0) + link.count
    return sums


def _with_mark(note: str, mark: Mark | None, unit: Unit) -> str:
    """The table's note, with the line that only the picture would show otherwise."""
    if mark is None:
        return note
    return f"{note} {mark.label}: {number(mark.value, unit)}.".strip()
