"""A monitor's statistic over time, with its limits and its alarms, as inline SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from governance.reports.svg import SERIES, WARNING, WIDTH, Canvas, Point
from reviews.models import MonitorRun

_TOP, _BOTTOM, _HEIGHT = 34.0, 214.0, 244.0
_LEFT, _RIGHT = 62.0, WIDTH - 12.0
_TICKS = 4


def chart_of(runs: Sequence[MonitorRun], *, title: str, statistic: str) -> SafeString | None:
    """The looks that had data, oldest first; None where fewer than two had. A look without data is
    a gap that no line bridges. A square marks an alarm: colour alone would not do."""
    measured = [run for run in runs if run.statistic is not None and run.limit is not None]
    if len(measured) < 2:
        return None
    step = _step(max(max(run.statistic or 0, run.limit or 0) for run in measured))
    top = step * _TICKS
    first = runs[0].ran_at.timestamp()
    span = max(runs[-1].ran_at.timestamp() - first, 1.0)

    def x(run: MonitorRun) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (run.ran_at.timestamp() - first) / span

    def y(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * value / top

    canvas = Canvas(_HEIGHT, str)
    for tick in range(_TICKS + 1):
        value = step * tick
        canvas.line((_LEFT, y(value)), (_RIGHT, y(value)), faint=True)
        canvas.text((_LEFT - 8, y(value) + 4), f"{value:,.10g}", anchor="end", muted=True)
    for index, (at, anchor) in enumerate(((_LEFT, "start"), (_RIGHT, "end"))):
        day = runs[-index].ran_at
        canvas.text((at, _BOTTOM + 18), f"{day:%Y-%m-%d %H:%M}", anchor=anchor, muted=True)
    for line in _unbroken(runs):
        canvas.polyline([(x(run), y(run.limit or 0)) for run in line], SERIES[1], "7 3")
        if line[0].lower_limit is not None:
            lower = [(x(run), y(run.lower_limit or 0)) for run in line]
            canvas.polyline(lower, SERIES[1], "2 3")
        points: list[Point] = [(x(run), y(run.statistic or 0)) for run in line]
        canvas.polyline(points, SERIES[0], "")
        for run, point in zip(line, points, strict=True):
            if run.finding == MonitorRun.Finding.ALARM:
                canvas.rect(point[0] - 4, point[1] - 4, 8, 8, WARNING)
            elif len(runs) <= 60:
                canvas.dot(point, SERIES[0])
    _legend(canvas, statistic, has_lower=measured[-1].lower_limit is not None)
    alarms = sum(run.finding == MonitorRun.Finding.ALARM for run in runs)
    alt = _("%(looks)d looks, %(alarms)d of them an alarm. The table below has the figures.") % {
        "looks": len(runs), "alarms": alarms,
    }  # fmt: skip
    # Every text in it was escaped as it was written.
    return SafeString(canvas.finished(key="monitor", title=title, alt=alt))


def _step(largest: float) -> float:
    """A round step, so that the ticks reach a little above `largest`."""
    raw = max(largest, 1e-9) * 1.05 / _TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    return next(round(f * power, 12) for f in (1, 2, 2.5, 5, 10) if f * power >= raw)


def _unbroken(runs: Sequence[MonitorRun]) -> Iterator[list[MonitorRun]]:
    """Neighbouring looks that had data and the same settings."""
    line: list[MonitorRun] = []
    for run in runs:
        if line and (run.statistic is None or run.spec != line[-1].spec):
            yield line
            line = []
        if run.statistic is not None:
            line.append(run)
    if line:
        yield line


def _legend(canvas: Canvas, statistic: str, *, has_lower: bool) -> None:
    names = [(statistic, SERIES[0], ""), (_("Limit"), SERIES[1], "7 3")]
    if has_lower:
        names.append((_("Lower limit"), SERIES[1], "2 3"))
    room = WIDTH / (len(names) + 1)
    for index, (name, colour, dashes) in enumerate(names):
        canvas.polyline([(index * room, 10), (index * room + 22, 10)], colour, dashes)
        canvas.text((index * room + 28, 14), name, room=room - 34)
    canvas.rect(len(names) * room + 8, 6, 8, 8, WARNING)
    canvas.text((len(names) * room + 28, 14), _("Alarm"), room=room - 34)
