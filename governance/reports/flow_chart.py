"""Draws a flow (Sankey diagram): stages from left to right, ribbons as wide as their rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from governance.reports.blocks import Unit
from governance.reports.chart_blocks import Flow, Link
from governance.reports.svg import SERIES, WIDTH, Canvas
from governance.reports.wording import number

HEAD: Final = 22.0
LABEL: Final = 26.0
RIBBONS: Final = 190.0
NODE: Final = 12.0


@dataclass(slots=True)
class _Node:
    """A node's place; `left` and `right` are where its next ribbon ends and starts."""

    name: str
    rows: int
    y: float
    left: float
    right: float


def draw_flow(flow: Flow, spell: Callable[[str], str]) -> Canvas:
    """The picture without its frame; `charts.draw` finishes it."""
    totals = [_rows_per_node(flow, index) for index in range(len(flow.stages))]
    most = max((sum(stage.values()) for stage in totals), default=0) or 1
    scale = RIBBONS / most
    tallest = max(len(stage) for stage in totals)
    canvas = Canvas(HEAD + RIBBONS + tallest * LABEL + 8, spell)
    columns = [_placed(stage, scale) for stage in totals]
    pitch = (WIDTH - NODE) / (len(columns) - 1)
    for index, step in enumerate(flow.links):
        _ribbons(canvas, step, columns[index], columns[index + 1], index * pitch, pitch, scale)
    for index, column in enumerate(columns):
        _stage(canvas, flow.stages[index], column, index, pitch, scale, last=len(columns) - 1)
    return canvas


def _rows_per_node(flow: Flow, index: int) -> dict[str, int]:
    """Rows at each node of stage `index`: what came in, or on the first stage what leaves."""
    rows: dict[str, int] = {}
    step: Sequence[Link] = flow.links[index - 1] if index else flow.links[0]
    for link in step:
        node = link.target if index else link.source
        rows[node] = rows.get(node, 0) + link.count
    return rows


def _placed(stage: dict[str, int], scale: float) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    y = HEAD
    for name, rows in stage.items():
        y += LABEL
        nodes[name] = _Node(name, rows, y, y, y)
        y += rows * scale
    return nodes


def _ribbons(
    canvas: Canvas,
    step: Sequence[Link],
    sources: dict[str, _Node],
    targets: dict[str, _Node],
    x: float,
    pitch: float,
    scale: float,
) -> None:
    colours = {name: SERIES[index % len(SERIES)] for index, name in enumerate(sources)}
    start, end = x + NODE, x + pitch
    bend = (start + end) / 2
    for link in step:
        source, target = sources[link.source], targets[link.target]
        width = link.count * scale
        a, b = source.right, target.left
        path = (
            f"M{start:.1f},{a:.1f} C{bend:.1f},{a:.1f} {bend:.1f},{b:.1f} {end:.1f},{b:.1f} "
            f"L{end:.1f},{b + width:.1f} C{bend:.1f},{b + width:.1f} "
            f"{bend:.1f},{a + width:.1f} {start:.1f},{a + width:.1f} Z"
        )
        canvas.area(path, colours[link.source], 0.35)
        source.right += width
        target.left += width


def _stage(
    canvas: Canvas,
    title: str,
    column: dict[str, _Node],
    index: int,
    pitch: float,
    scale: float,
    last: int,
) -> None:
    """A stage's heading, its nodes and their labels, which stand above them."""
    x = index * pitch
    anchor = "start" if index == 0 else "end" if index == last else "middle"
    at = x if index == 0 else x + NODE if index == last else x + NODE / 2
    canvas.text((at, 13), title, anchor=anchor, bold=True, room=pitch)
    for node in column.values():
        canvas.rect(x, node.y, NODE, max(node.rows * scale, 1), "currentColor")
        words = f"{node.name} {number(node.rows, Unit.COUNT)}"
        canvas.text((at, node.y - 6), words, anchor=anchor, room=pitch)
