"""A small SVG writer: shapes in presentation attributes, text escaped, nothing that runs.

The same bytes serve page and PDF. Ink is `currentColor`, so a page in dark mode turns it with
its text; series colours are of middle lightness and keep three to one against both papers.
"""

from collections.abc import Callable, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

FONT: Final = "IBM Plex Sans, sans-serif"
WIDTH: Final = 640.0

# Blue, orange, green, violet, grey: told apart under the common colour deficiencies, and each
# series also differs by its dashes, its marker or its label.
SERIES: Final = ("#2f6db5", "#c8641b", "#1f8a70", "#8a5fb8", "#747a83")
WARNING: Final = "#c8641b"

Point = tuple[float, float]


class Canvas:
    """Collects shapes and gives them as one accessible `<svg>`."""

    def __init__(self, height: float, spell: Callable[[str], str]) -> None:
        """`spell` turns text into what the fonts at hand can show."""
        self.height = height
        self._spell = spell
        self._parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A filled rectangle; a width or height below zero counts as zero."""
        size = f'width="{_n(max(width, 0))}" height="{_n(max(height, 0))}"'
        self._parts.append(f'<rect x="{_n(x)}" y="{_n(y)}" {size} fill="{fill}"/>')

    def line(self, start: Point, end: Point, *, faint: bool = False, dashed: bool = False) -> None:
        """A line in ink: `faint` for grids, `dashed` for marks."""
        look = ' stroke-opacity="0.18"' if faint else ""
        look += ' stroke-dasharray="5 3"' if dashed else ""
        ends = f'x1="{_n(start[0])}" y1="{_n(start[1])}" x2="{_n(end[0])}" y2="{_n(end[1])}"'
        self._parts.append(f'<line {ends} stroke="currentColor"{look}/>')

    def polyline(self, points: Sequence[Point], colour: str, dashes: str) -> None:
        """An open line through `points`."""
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"'
            f' stroke-linejoin="round"{dash}/>'
        )

    def area(self, path: str, fill: str, opacity: float) -> None:
        """A filled path, e.g. a band between two lines."""
        self._parts.append(f'<path d="{path}" fill="{fill}" fill-opacity="{opacity}"/>')

    def dot(self, centre: Point, colour: str) -> None:
        """A point of a line."""
        x, y = centre
        self._parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3" fill="{colour}"/>')

    def text(
        self,
        at: Point,
        words: str,
        *,
        anchor: str = "start",
        muted: bool = False,
        bold: bool = False,
        room: float = WIDTH,
    ) -> None:
        """Words at a base line, cut with an ellipsis where they would take more than `room`."""
        look = ' fill-opacity="0.72"' if muted else ""
        look += ' font-weight="600"' if bold else ""
        shown = escape(shortened(self._spell(words), room))
        self._parts.append(
            f'<text x="{_n(at[0])}" y="{_n(at[1])}" text-anchor="{anchor}"{look}>{shown}</text>'
        )

    def finished(self, *, key: str, title: str, alt: str) -> str:
        """The whole `<svg>`. `key` makes its ids unique on the page."""
        names = quoteattr(f"{key}-title {key}-desc")
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(WIDTH)} {_n(self.height)}"'
            f' class="report-svg" role="img" aria-labelledby={names} color="#1b2430"'
            f' fill="currentColor" font-family="{FONT}" font-size="12">'
            f"<title id={quoteattr(key + '-title')}>{escape(self._spell(title))}</title>"
            f"<desc id={quoteattr(key + '-desc')}>{escape(self._spell(alt))}</desc>"
        )
        return head + "".join(self._parts) + "</svg>"


def text_width(words: str) -> float:
    """About how wide `words` run at 12 units, generously: wide letters must not collide."""
    return 6.7 * len(words)


def shortened(words: str, room: float) -> str:
    """`words`, or their beginning and an ellipsis where they would not fit into `room`."""
    fitting = int(room / 6.7)
    flat = " ".join(words.split())
    return flat if len(flat) <= fitting else flat[: max(fitting - 1, 1)] + "\N{HORIZONTAL ELLIPSIS}"


def _n(value: float) -> str:
    """A coordinate to a tenth, without a trailing zero, the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")
