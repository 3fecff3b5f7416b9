"""Draws chart blocks as SVG: bars, lines with bands, histograms; flows are in `flow_chart`."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from governance.reports.blocks import Number, Unit
from governance.reports.chart_blocks import BarChart, Chart, Histogram, LineChart, Series
from governance.reports.flow_chart import draw_flow
from governance.reports.svg import SERIES, WARNING, WIDTH, Canvas, Point, text_width
from governance.reports.wording import number

DASHES: Final = ("", "7 3", "2 3", "9 3 2 3", "4 2")
TOP: Final = 34.0
PLOT_HEIGHT: Final = 190.0
BAR: Final = 15.0


def draw(chart: Chart, *, key: str, spell: Callable[[str], str] = str) -> str:
    """One `<svg role="img">` with title and description. `key`: unique on its page.

    `spell` turns text into what the fonts at hand can show (see `glyphs`); pages need none.
    """
    if isinstance(chart, BarChart):
        canvas = _bars(chart, spell)
    elif isinstance(chart, LineChart):
        canvas = _lines(chart, spell)
    elif isinstance(chart, Histogram):
        canvas = _histogram(chart, spell)
    else:
        canvas = draw_flow(chart, spell)
    return canvas.finished(key=key, title=chart.title, alt=chart.alt)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Maps values from 0 to `top` onto `start` .. `end` of the picture."""

    top: float
    step: Decimal
    start: float
    end: float

    @classmethod
    def over(cls, largest: float, start: float, end: float, unit: Unit) -> "_Axis":
        """An axis to the first round step at or above `largest`, in at most five steps."""
        if largest <= 0:
            largest = 1.0
        raw = max(largest / 5, 1.0) if unit is Unit.COUNT else largest / 5
        power = Decimal(10) ** math.floor(math.log10(raw))
        factor = next(f for f in (1, 2, 5, 10) if f * power >= Decimal(raw) * Decimal("0.999"))
        step = factor * power
        top = math.ceil(largest / float(step) - 1e-9) * float(step)
        return cls(min(top, 1.0) if unit is Unit.SHARE else top, step, start, end)

    def __call__(self, value: Number | float) -> float:
        return self.start + (self.end - self.start) * float(value) / self.top

    def ticks(self) -> list[Decimal]:
        """Round values from 0 up."""
        return [self.step * i for i in range(int(self.top / float(self.step) + 1e-9) + 1)]


def _largest(series: Sequence[Series], *others: Number) -> float:
    shown = [v for one in series for v in (*one.values, *one.high) if v is not None]
    return max((float(value) for value in (*shown, *others)), default=0.0)


def _legend(canvas: Canvas, series: Sequence[Series]) -> None:
    """Names of the series on the first line, each with its colour."""
    room = WIDTH / len(series)
    for index, one in enumerate(series):
        canvas.rect(index * room + 8, 4, 12, 12, SERIES[index])
        canvas.text((index * room + 28, 14), one.name, room=room - 34)


def _bars(chart: BarChart, spell: Callable[[str], str]) -> Canvas:
    rows = len(chart.categories) * len(chart.series)
    gap = 10.0
    above = (24.0 if len(chart.series) > 1 else 4.0) + (18.0 if chart.mark else 0.0)
    below = above + rows * BAR + len(chart.categories) * gap
    canvas = Canvas(below + 26, spell)
    widest = max(text_width(category) for category in chart.categories)
    left = min(max(widest, 60.0), 210.0) + 10
    mark = [chart.mark.value] if chart.mark else []
    largest = _largest(chart.series, *mark)
    axis = _Axis.over(largest, left, WIDTH - 70, chart.unit)
    for tick in axis.ticks():
        canvas.line((axis(tick), above), (axis(tick), below), faint=True)
        label = number(tick, chart.unit)
        canvas.text((axis(tick), below + 16), label, anchor="middle", muted=True)
    if len(chart.series) > 1:
        _legend(canvas, chart.series)
    y = above
    for index, category in enumerate(chart.categories):
        y += gap / 2
        middle = y + len(chart.series) * BAR / 2 + 4
        canvas.text((left - 8, middle), category, anchor="end", room=left - 8)
        for colour, one in zip(SERIES, chart.series, strict=False):
            _bar(canvas, axis, y, one, index, chart.unit, colour)
            y += BAR
        y += gap / 2
    canvas.line((left, above), (left, below))
    if chart.mark:
        x = axis(chart.mark.value)
        canvas.line((x, above - 4), (x, below), dashed=True)
        words = f"{chart.mark.label}: {number(chart.mark.value, chart.unit)}"
        _beside(canvas, x, above - 8, words)
    return canvas


def _bar(
    canvas: Canvas, axis: _Axis, y: float, one: Series, index: int, unit: Unit, colour: str
) -> None:
    """A bar with its whisker and its value; a dash where there is no value."""
    value = one.values[index]
    if value is None:
        canvas.text((axis.start + 6, y + 12), "no value", muted=True)
        return
    canvas.rect(axis.start, y + 1, axis(value) - axis.start, BAR - 2, colour)
    label_at = axis(value)
    low, high = (bounds[index] if bounds else None for bounds in (one.low, one.high))
    if low is not None and high is not None:
        middle = y + BAR / 2
        canvas.line((axis(low), middle), (axis(high), middle))
        for end in (low, high):
            canvas.line((axis(end), middle - 3), (axis(end), middle + 3))
        label_at = max(label_at, axis(high))
    canvas.text((label_at + 6, y + 12), number(value, unit))


def _beside(canvas: Canvas, x: float, y: float, words: str) -> None:
    """Words next to a vertical line, on the side where there is room."""
    if x + text_width(words) + 6 > WIDTH:
        canvas.text((x - 4, y), words, anchor="end", room=x - 4)
    else:
        canvas.text((x + 4, y), words, room=WIDTH - x - 4)


def _lines(chart: LineChart, spell: Callable[[str], str]) -> Canvas:
    canvas = Canvas(TOP + PLOT_HEIGHT + 30, spell)
    mark = [chart.mark.value] if chart.mark else []
    largest = _largest(chart.series, *mark)
    axis = _Axis.over(largest, TOP + PLOT_HEIGHT, TOP, chart.unit)
    left = max(text_width(number(tick, chart.unit)) for tick in axis.ticks()) + 10
    for tick in axis.ticks():
        canvas.line((left, axis(tick)), (WIDTH, axis(tick)), faint=True)
        label = number(tick, chart.unit)
        canvas.text((left - 8, axis(tick) + 4), label, anchor="end", muted=True)
    xs = _spread(len(chart.categories), left + 32, WIDTH - 32)
    _labels_below(canvas, xs, chart.categories)
    _line_names(canvas, chart)
    if chart.mark:
        canvas.line((left, axis(chart.mark.value)), (WIDTH, axis(chart.mark.value)), dashed=True)
    for index, one in enumerate(chart.series):
        _line(canvas, axis, xs, one, index)
    if len(chart.series) == 1 and len(xs) <= 14:
        for x, value in zip(xs, chart.series[0].values, strict=True):
            if value is not None:
                crossed = chart.mark and 0 < axis(value) - axis(chart.mark.value) < 24
                base = axis(value) + (18 if crossed else -9)
                canvas.text((x, base), number(value, chart.unit), anchor="middle")
    return canvas


def _line_names(canvas: Canvas, chart: LineChart) -> None:
    """The first line of the picture: each line's name, and the mark's, which lines may cross."""
    names = len(chart.series) + (1 if chart.mark else 0)
    room = WIDTH / max(names, 2)
    for index, one in enumerate(chart.series):
        canvas.polyline([(index * room, 10), (index * room + 22, 10)], SERIES[index], DASHES[index])
        canvas.text((index * room + 28, 14), one.name, room=room - 34)
    if chart.mark:
        x = (names - 1) * room
        canvas.line((x, 10), (x + 22, 10), dashed=True)
        words = f"{chart.mark.label}: {number(chart.mark.value, chart.unit)}"
        canvas.text((x + 28, 14), words, room=room - 34)


def _line(canvas: Canvas, axis: _Axis, xs: list[float], one: Series, index: int) -> None:
    """A line with its band, broken where values are absent: a gap is never bridged."""
    for run in _runs(one.values):
        points: list[Point] = [(xs[i], axis(one.values[i] or 0)) for i in run]
        if one.low:
            upper = [f"{xs[i]:.1f},{axis(one.high[i] or 0):.1f}" for i in run]
            lower = [f"{xs[i]:.1f},{axis(one.low[i] or 0):.1f}" for i in reversed(run)]
            canvas.area("M" + " L".join(upper + lower) + " Z", SERIES[index], 0.18)
        canvas.polyline(points, SERIES[index], DASHES[index])
        for point in points:
            canvas.dot(point, SERIES[index])


def _runs(values: Sequence[Number | None]) -> list[list[int]]:
    """Indices of neighbouring values, split where one is absent."""
    runs: list[list[int]] = [[]]
    for index, value in enumerate(values):
        if value is not None:
            runs[-1].append(index)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _spread(count: int, start: float, end: float) -> list[float]:
    if count == 1:
        return [(start + end) / 2]
    return [start + (end - start) * index / (count - 1) for index in range(count)]


def _labels_below(canvas: Canvas, xs: list[float], labels: Sequence[str]) -> None:
    """Labels under the plot, every k-th where all would collide."""
    pitch = xs[1] - xs[0] if len(xs) > 1 else WIDTH
    every = max(1, math.ceil((max(text_width(label) for label in labels) + 8) / pitch))
    every = min(every, max(1, math.ceil(120 / pitch)))
    for index in range(0, len(xs), every):
        at = (xs[index], TOP + PLOT_HEIGHT + 18)
        canvas.text(at, labels[index], anchor="middle", muted=True, room=pitch * every)


def _histogram(chart: Histogram, spell: Callable[[str], str]) -> Canvas:
    canvas = Canvas(TOP + PLOT_HEIGHT + 44, spell)
    axis = _Axis.over(float(max(chart.counts)), TOP + PLOT_HEIGHT, TOP, Unit.COUNT)
    left = max(text_width(number(tick, Unit.COUNT)) for tick in axis.ticks()) + 10
    first, last = float(chart.edges[0]), float(chart.edges[-1])

    def across(value: Number) -> float:
        return left + (WIDTH - left - 16) * (float(value) - first) / (last - first)

    for tick in axis.ticks():
        canvas.line((left, axis(tick)), (WIDTH, axis(tick)), faint=True)
        label = number(tick, Unit.COUNT)
        canvas.text((left - 8, axis(tick) + 4), label, anchor="end", muted=True)
    bins = list(zip(chart.edges, chart.edges[1:], chart.counts, strict=False))
    for low, high, rows in bins:
        short = chart.floor is not None and high <= chart.floor.value
        width = across(high) - across(low)
        colour = WARNING if short else SERIES[0]
        canvas.rect(across(low) + 1, axis(rows), width - 2, axis(0) - axis(rows), colour)
        if rows and width >= text_width(number(rows, Unit.COUNT)) + 2:
            middle = (across(low) + across(high)) / 2
            words = number(rows, Unit.COUNT)
            canvas.text((middle, axis(rows) - 5), words, anchor="middle", muted=True)
    canvas.line((left, axis(0)), (WIDTH, axis(0)))
    labels = [number(edge, chart.unit) for edge in chart.edges]
    _labels_below(canvas, [across(edge) for edge in chart.edges], labels)
    canvas.text((WIDTH, TOP + PLOT_HEIGHT + 38), chart.quantity, anchor="end", muted=True)
    if chart.floor:
        x = across(chart.floor.value)
        canvas.line((x, TOP - 14), (x, axis(0)), dashed=True)
        _beside(
            canvas, x, TOP - 18, f"{chart.floor.label}: {number(chart.floor.value, chart.unit)}"
        )
    return canvas
