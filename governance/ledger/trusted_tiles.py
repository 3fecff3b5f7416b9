"""Tiles that lead to a root: none is given out that the tree of a checkpoint does not hold.

The hash of each full tile stands in the tile above it, and the partial tiles at the tree's right
border make up the root itself; so a tile is checked by those above it, whoever stored it. Pure.
"""

from __future__ import annotations

from governance.ledger.merkle import HASH_BYTES, perfect_root
from governance.ledger.tiles import HEIGHT, WIDTH, TileId, TileMissing, TileReader, TreeBuilder


class TileWrong(ValueError):
    """A tile is missing or another one than the tree holds; the sentence names it."""


def border(size: int) -> dict[TileId, int]:
    """The partial tiles of a tree of `size` leaves and their widths, low levels first."""
    found = {}
    level = 0
    while hashes := size >> HEIGHT * level:
        if width := hashes % WIDTH:
            found[TileId(level, hashes // WIDTH)] = width
        level += 1
    return found


class TrustedTiles:
    """The tiles of the tree of `size` leaves with that root, from a store that nobody trusts."""

    def __init__(self, size: int, root: bytes, reader: TileReader) -> None:
        """Reads the tiles of the right border, one a level. Raises TileWrong."""
        self.size = size
        self._reader = reader
        self._border = {tile: self._read(tile, width) for tile, width in border(size).items()}
        # The last tile of each level: whoever goes from left to right needs no other again.
        self._last: dict[int, tuple[TileId, bytes]] = {}
        if TreeBuilder(size, lambda _: self._border).root() != root:
            names = ", ".join(tile.path(self.width(tile)) for tile in sorted(self._border))
            raise TileWrong(f"{names} do not lead to the root of {size} leaves")

    def width(self, tile: TileId) -> int:
        """How many hashes the tile has in a tree of this size; 0: it is not in it."""
        hashes = self.size >> HEIGHT * tile.level
        return max(0, min(WIDTH, hashes - tile.index * WIDTH))

    def hashes(self, tile: TileId) -> bytes:
        """The content of a tile of this tree. Raises TileWrong, naming the tile, if it is not."""
        if tile in self._border:
            return self._border[tile]
        place, content = self._last.get(tile.level, (None, b""))
        if place != tile:
            content = self._read_full(tile)
            self._last[tile.level] = (tile, content)
        return content

    def _read_full(self, tile: TileId) -> bytes:
        content = self._read(tile, WIDTH)
        above, place = divmod(tile.index, WIDTH)
        parents = self.hashes(TileId(tile.level + 1, above))
        if perfect_root(content) != parents[place * HASH_BYTES : (place + 1) * HASH_BYTES]:
            raise TileWrong(f"{tile.path(WIDTH)} is not the tile of this tree")
        return content

    def _read(self, tile: TileId, width: int) -> bytes:
        if self.width(tile) < width:
            raise TileWrong(f"{tile.path(width)} is in no tree of {self.size} leaves")
        try:
            content = self._reader([tile]).get(tile, b"")[: width * HASH_BYTES]
        except TileMissing as fault:
            raise TileWrong(str(fault)) from fault
        if len(content) < width * HASH_BYTES:
            raise TileWrong(f"{tile.path(width)} is missing")
        return content
