"""Where tiles and bundles of entries are, as places in the tree and as paths.

Source: C2SP tlog-tiles, "Merkle Tree" and "Log entries". Pure: no Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

WIDTH = 256
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True, order=True)
class TileId:
    """A tile's place; both numbers count from 0. Orders by level, then from left to right."""

    level: int
    index: int

    def path(self, width: int) -> str:
        """Where the tile of so many hashes is served: `tile/1/x234/067`, or `.../067.p/112`."""
        return f"tile/{self.level}/{_numbered(self.index, width)}"


@dataclass(frozen=True, slots=True, order=True)
class BundleId:
    """The place of a bundle of 256 entries, beside the tile of level 0 with the same index."""

    index: int

    def path(self, width: int) -> str:
        """Where the bundle of so many entries is served: `tile/entries/x234/067`."""
        return f"tile/entries/{_numbered(self.index, width)}"


def parse_path(path: str) -> tuple[TileId | BundleId, int]:
    """The tile or bundle at this path, and its width. Raises ValueError for any other text."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise ValueError(f"{path!r:.120} is the path of no tile")
    index = int(match["index"].replace("x", "").replace("/", ""))
    place = BundleId(index) if match["level"] == "entries" else TileId(int(match["level"]), index)
    width = int(match["width"] or WIDTH)
    # One tile has one path: no zeros in front, and a full one no width.
    if (match["width"] and width >= WIDTH) or place.path(width) != path:
        raise ValueError(f"{path!r:.120} is the path of no tile")
    return place, width


def _numbered(index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return name if width == WIDTH else f"{name}.p/{width}"
