"""A unified diff as lines with what each of them is."""

from __future__ import annotations

from dataclasses import dataclass

_KINDS = {"+": "added", "-": "removed", "@": "place"}


@dataclass(frozen=True, slots=True)
class DiffLine:
    """`kind`: added, removed, place (where the next ones lie) or kept."""

    kind: str
    text: str


def diff_lines(diff: str) -> list[DiffLine]:
    """The lines of a unified diff, without the two that name the files."""
    lines = diff.split("\n")[2:] if diff else []
    return [DiffLine(_KINDS.get(line[:1], "kept"), line) for line in lines]
