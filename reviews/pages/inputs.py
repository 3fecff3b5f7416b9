"""What the AI system was given, in the shape in which a person reads it best. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviews.selectors.said import said

DARKEST = 16  # of a scanned image's pixels; 0 is paper
MOST_PIXELS = 64 * 64
_LONG_TEXT = 80  # characters from which a text gets a block of its own
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Ink:
    """A run of equally dark pixels: `x`, `y`, `width` in pixels, `shade` from 0.0 to 1.0."""

    x: int
    y: int
    width: int
    shade: str


@dataclass(frozen=True, slots=True)
class Node:
    """One member of nested JSON: a name with a text, or with members of its own."""

    name: str
    text: str
    members: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One part of the input. `kind` says which of the other fields count:
    image (`width`, `height`, `inks`), table (`columns`, `rows`, `left_out` more), text (`text`),
    tree (`nodes`), facts (`rows` of label and value)."""

    kind: str
    name: str
    width: int = 0
    height: int = 0
    inks: tuple[Ink, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    nodes: tuple[Node, ...] = ()
    left_out: int = 0


def blocks_of(content: Mapping[str, Any]) -> list[Block]:
    """The parts of an input, in its own order; short single values are gathered in front."""
    short = tuple((name, said(value)) for name, value in content.items() if _is_short(value))
    blocks = [Block("facts", "", rows=short)] if short else []
    blocks += [_block(name, value) for name, value in content.items() if not _is_short(value)]
    return blocks


def _block(name: str, value: Any) -> Block:
    image = _image(name, value)
    if image is not None:
        return image
    if isinstance(value, str):
        return Block("text", name, text=value)
    if _is_table(value):
        return _table(name, value)
    if isinstance(value, dict) and value and all(_is_short(inner) for inner in value.values()):
        return Block("facts", name, rows=tuple((key, said(inner)) for key, inner in value.items()))
    return Block("tree", name, nodes=nodes_of(value))


def nodes_of(value: Any) -> tuple[Node, ...]:
    """The members of an object or list, all the way down; the API bounds how deep that is."""
    if isinstance(value, dict):
        members = list(value.items())
    elif isinstance(value, list):
        members = [(str(number), inner) for number, inner in enumerate(value, start=1)]
    else:
        return (Node("", said(value)),)
    return tuple(
        Node(name, "", nodes_of(inner))
        if isinstance(inner, dict | list) and inner
        else Node(name, said(inner))
        for name, inner in members
    )


def _is_short(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONG_TEXT and "\n" not in value
    return value is None or isinstance(value, bool | int | float)


def _image(name: str, value: Any) -> Block | None:
    """A scanned image: rows of pixels from 0 (paper) to 16 (ink); None where it is no such."""
    if not isinstance(value, dict):
        return None
    pixels = value.get("pixels")
    if not isinstance(pixels, list) or not pixels or not all(map(_is_row, pixels)):
        return None
    width, height = len(pixels[0]), len(pixels)
    if width * height > MOST_PIXELS or any(len(row) != width for row in pixels):
        return None
    return Block("image", name, width=width, height=height, inks=tuple(_inks(pixels)))


def _is_row(row: object) -> bool:
    return (
        isinstance(row, list)
        and bool(row)
        and all(
            isinstance(level, int | float) and not isinstance(level, bool) and 0 <= level <= DARKEST
            for level in row
        )
    )


def _inks(pixels: Sequence[Sequence[float]]) -> Iterable[Ink]:
    for y, row in enumerate(pixels):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end] == row[x]:
                end += 1
            if row[x]:
                yield Ink(x, y, end - x, f"{row[x] / DARKEST:.3f}")
            x = end


def _is_table(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(row, dict) and all(_is_short(cell) for cell in row.values()) for row in value
        )
    )


def _table(name: str, value: Sequence[Mapping[str, Any]]) -> Block:
    columns = tuple(dict.fromkeys(key for row in value for key in row))
    rows = tuple(tuple(said(row.get(column)) for column in columns) for row in value[:_MOST_ROWS])
    return Block(
        "table", name, columns=columns, rows=rows, left_out=max(0, len(value) - _MOST_ROWS)
    )
