"""The lab's pictures: two curves over the hours of a week, and cost against threshold."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from governance.reports.svg import SERIES, WIDTH, Canvas
from reviews.lab.thresholds import NONE_PASSES, STEPS, Advice

_TOP, _HEIGHT, _LEFT, _RIGHT = 40.0, 170.0, 56.0, 620.0
_BASE = _TOP + _HEIGHT
_DASHES = ("", "7 3")


def week_chart(before: Sequence[float], after: Sequence[float], *, key: str, title: str) -> str:
    """Both sides by the hour of the week, from Monday, 00:00 UTC."""
    canvas = Canvas(_BASE + 26, str)
    largest = max(*before, *after) or 1.0
    _grid(canvas, largest)
    days = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    for index, day in enumerate(days):
        x = _x(index / len(days))
        canvas.line((x, _TOP), (x, _BASE), faint=True)
        canvas.text((x + 4, _BASE + 16), day, muted=True)
    for index, (name, values) in enumerate(
        ((_("as it was"), before), (_("under the draft"), after))
    ):
        canvas.polyline(
            [(index * 180 + 8, 12), (index * 180 + 30, 12)], SERIES[index], _DASHES[index]
        )
        canvas.text((index * 180 + 36, 16), name)
        points = [
            (_x((hour + end) / len(values)), _y(value, largest))
            for hour, value in enumerate(values)
            for end in (0, 1)
        ]
        canvas.polyline(points, SERIES[index], _DASHES[index])
    alt = _("Steps for each hour of the week. The figures are in the table.")
    return _drawn(canvas, key, title, alt)


def cost_chart(advice: Advice, *, key: str, title: str) -> str:
    """Cost per decision for each threshold, its band, the best and the present one."""
    canvas = Canvas(_BASE + 40, str)
    largest = max(point.high for point in advice.points) or 1.0
    _grid(canvas, largest)
    for step in range(0, STEPS + 1, 20):
        canvas.text((_at(step), _BASE + 16), f"{step / STEPS:.2f}", anchor="middle", muted=True)
    words = _("let pass from this confidence on; at the right end nothing passes")
    canvas.text((_RIGHT, _BASE + 34), words, anchor="end", muted=True)
    upper = [f"{_at(p.step):.1f},{_y(p.high, largest):.1f}" for p in advice.points]
    lower = [f"{_at(p.step):.1f},{_y(p.low, largest):.1f}" for p in reversed(advice.points)]
    canvas.area("M" + " L".join(upper + lower) + " Z", SERIES[0], 0.18)
    canvas.polyline([(_at(p.step), _y(p.cost, largest)) for p in advice.points], SERIES[0], "")
    _mark(canvas, advice, advice.best, _("best"), 14, largest)
    if advice.present is not None:
        _mark(canvas, advice, advice.present, _("now"), 30, largest)
    alt = _("A line of expected cost with its band. The figures are in the table.")
    return _drawn(canvas, key, title, alt)


def threshold_words(step: int) -> str:
    return _("nothing passes") if step == NONE_PASSES else f"{step / STEPS:.2f}"


def _mark(canvas: Canvas, advice: Advice, step: int, word: str, y: float, largest: float) -> None:
    x = _at(step)
    canvas.line((x, y + 4), (x, _BASE), dashed=True)
    canvas.dot((x, _y(advice.points[step].cost, largest)), SERIES[1])
    words = f"{word}: {threshold_words(step)}"
    if x > WIDTH - 140:
        canvas.text((x - 4, y), words, anchor="end", bold=True)
    else:
        canvas.text((x + 4, y), words, bold=True)


def _grid(canvas: Canvas, largest: float) -> None:
    for part in range(5):
        value = largest * part / 4
        canvas.line((_LEFT, _y(value, largest)), (_RIGHT, _y(value, largest)), faint=True)
        canvas.text((_LEFT - 6, _y(value, largest) + 4), f"{value:.3g}", anchor="end", muted=True)


def _x(share: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * share


def _at(step: int) -> float:
    return _x(step / NONE_PASSES)


def _y(value: float, largest: float) -> float:
    return _BASE - _HEIGHT * value / largest


def _drawn(canvas: Canvas, key: str, title: str, alt: str) -> SafeString:
    # Safe, because the canvas escapes all text, and the rest is ours.
    return mark_safe(canvas.finished(key=key, title=title, alt=alt))
