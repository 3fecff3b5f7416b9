"""The tree in tiles of 256 hashes, as it is stored and served. Source: C2SP tlog-tiles.

The tile (level l, index n) holds the roots of 256 neighbouring perfect subtrees of 256^l leaves
each, the first of which is subtree n * 256; at level 0 these are leaf hashes. A full tile never
changes; the last tile of a level may be partial and is replaced as it grows. Pure: no Django.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from governance.ledger.bundles import BundleMalformed, decode_bundle, encode_bundle
from governance.ledger.merkle import EMPTY_ROOT, HASH_BYTES, fold, perfect_root, subtree_root
from governance.ledger.multiproof import root_from_nodes, uncovered_nodes
from governance.ledger.tile_paths import WIDTH, BundleId, TileId, parse_path

__all__ = [
    "WIDTH",
    "BundleId",
    "BundleMalformed",
    "TileId",
    "TileMissing",
    "TileReader",
    "TreeBuilder",
    "consistency_proof",
    "decode_bundle",
    "encode_bundle",
    "inclusion_proof",
    "parse_path",
    "perfect_subtrees",
    "proof_nodes",
    "root_at",
    "root_from_nodes",
    "tiles_of",
]

HEIGHT = 8
_NODES_AT_ONCE = 512  # so that at most about as many tiles, 4 MB, are in memory


class TileMissing(LookupError):
    """The store has no such tile, or not as wide as the tree's size needs it."""


# Gives the content of each tile as it is stored now, perhaps wider than was needed at the size
# that is asked about. What it leaves out is missing.
TileReader = Callable[[Collection[TileId]], Mapping[TileId, bytes]]


def tiles_of(old_size: int, new_size: int) -> Iterator[tuple[TileId, int]]:
    """Every tile that is not the same in both trees, and its width in the new one; low first."""
    level = 0
    while old_size < new_size:
        for index in range(old_size // WIDTH, -(-new_size // WIDTH)):
            yield TileId(level, index), min(WIDTH, new_size - index * WIDTH)
        level, old_size, new_size = level + 1, old_size // WIDTH, new_size // WIDTH


class TreeBuilder:
    """Grows a stored tree by a batch of leaves; only the tiles of its right border are read."""

    def __init__(self, size: int, reader: TileReader) -> None:
        """Reads at most one partial tile a level, in one call. Raises TileMissing."""
        self.size = self._start = size
        self._full: dict[TileId, bytes] = {}
        border: list[tuple[TileId, int]] = []
        while size:
            border.append((TileId(len(border), size // WIDTH), size % WIDTH))
            size //= WIDTH
        tiles = _read(reader, {place: width for place, width in border if width})
        # The hashes of each level's last tile, while it is partial.
        self._border = [
            bytearray(tiles[place][: width * HASH_BYTES] if width else b"")
            for place, width in border
        ]

    def extend(self, hashes: Sequence[bytes]) -> None:
        """Add leaves' hashes at the right, in order. Raises ValueError unless each has 32 bytes."""
        if any(len(one) != HASH_BYTES for one in hashes):
            raise ValueError("A leaf's hash has 32 bytes")
        at = 0
        while at < len(hashes):
            part = hashes[at : at + WIDTH - self.size % WIDTH]
            self._append(0, self.size, b"".join(part))
            self.size += len(part)
            at += len(part)

    def root(self) -> bytes:
        """The root of all leaves so far."""
        # Level by level, what a lower level left over stands at the right of the higher one's.
        rest: list[bytes] = []
        for hashes in self._border:
            row = [*_split(bytes(hashes)), *rest]
            rest = [subtree_root(row)] if row else []
        return rest[0] if rest else EMPTY_ROOT

    def changed(self) -> dict[TileId, bytes]:
        """The content of each tile that is not as it was at the start, low levels first."""
        return {
            tile: self._full[tile] if width == WIDTH else bytes(self._border[tile.level])
            for tile, width in tiles_of(self._start, self.size)
        }

    def _append(self, level: int, count: int, hashes: bytes) -> None:
        """Add no more hashes than its last tile has room for to a level that had `count`."""
        if level == len(self._border):
            self._border.append(bytearray())
        tile = self._border[level]
        tile += hashes
        if len(tile) == WIDTH * HASH_BYTES:
            full = self._full[TileId(level, count // WIDTH)] = bytes(tile)
            tile.clear()
            self._append(level + 1, count // WIDTH, perfect_root(full))


def root_at(size: int, reader: TileReader) -> bytes:
    """The root of the first `size` leaves, in one call of the reader. Raises TileMissing."""
    return _range_roots([(0, size)], reader)[0] if size else EMPTY_ROOT


def perfect_subtrees(size: int, reader: TileReader) -> list[bytes]:
    """The roots of the perfect subtrees that the first `size` leaves fall apart into, largest
    first, as a Frontier has them; one call of the reader. Raises TileMissing."""
    ranges: list[tuple[int, int]] = []
    start = 0
    for height in reversed(range(size.bit_length())):
        if size >> height & 1:
            ranges.append((start, start + (1 << height)))
            start += 1 << height
    return _range_roots(ranges, reader)


def inclusion_proof(index: int, size: int, reader: TileReader) -> list[bytes]:
    """What shows that leaf `index` is in the tree of `size` leaves, in one call of the reader.

    Raises ValueError when it is not in it, and TileMissing. Source: RFC 9162 section 2.1.3.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}")
    siblings: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left_size(end - start)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return _range_roots(siblings[::-1], reader)


def consistency_proof(old: int, new: int, reader: TileReader) -> list[bytes]:
    """What shows that the tree of `new` leaves begins with that of `old`; one call of the reader.

    It is empty from 0 and between equal sizes. Raises ValueError for a shrinking tree, and
    TileMissing. Source: RFC 9162 section 2.1.4.1.
    """
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {new} leaves does not extend one of {old}")
    if old == 0:
        return []
    ranges: list[tuple[int, int]] = []
    start, end = 0, new
    while end != old:
        middle = start + _left_size(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # else the old root itself is where the proof begins, and the verifier has it
        ranges.append((start, end))
    return _range_roots(ranges[::-1], reader)


def proof_nodes(
    indexes: Iterable[int], size: int, reader: TileReader
) -> Iterator[tuple[int, int, bytes]]:
    """The fewest nodes that, with the hashes of the leaves `indexes`, lead to the root of `size`.

    Gives (level, index, hash) from left to right: node n of level l covers leaves n * 2^l up to
    (n + 1) * 2^l, or to the tree's end. Memory stays flat and each tile is read once. Raises
    ValueError unless the indexes ascend and are in the tree, and TileMissing.
    """
    wanted, reader = uncovered_nodes(indexes, size), _KeepingLast(reader)
    while batch := list(islice(wanted, _NODES_AT_ONCE)):
        ranges = [(index << level, min((index + 1) << level, size)) for level, index in batch]
        roots = _range_roots(ranges, reader)
        for (level, index), root in zip(batch, roots, strict=True):
            yield level, index, root


class _KeepingLast:
    """A reader for questions from left to right, which asks for no tile a second time."""

    def __init__(self, reader: TileReader) -> None:
        self._reader = reader
        self._last: dict[int, tuple[TileId, bytes]] = {}

    def __call__(self, tiles: Collection[TileId]) -> Mapping[TileId, bytes]:
        known = dict(self._last.values())
        unknown = [tile for tile in tiles if tile not in known]
        found = {**known, **self._reader(unknown)} if unknown else known
        for tile in sorted(tiles):
            if tile in found:
                self._last[tile.level] = (tile, found[tile])
        return found


def _range_roots(ranges: Sequence[tuple[int, int]], reader: TileReader) -> list[bytes]:
    """MTH of each range of leaves, each a node of some tree, in one call of the reader."""
    parts = [list(_perfect_parts(start, end)) for start, end in ranges]
    wanted: dict[TileId, int] = {}
    for tile, _, width in chain.from_iterable(parts):
        wanted[tile] = max(width, wanted.get(tile, 0))
    tiles = _read(reader, wanted)
    return [
        fold(
            [
                perfect_root(tiles[tile][first * HASH_BYTES : end * HASH_BYTES])
                for tile, first, end in inside
            ]
        )
        for inside in parts
    ]


def _perfect_parts(start: int, end: int) -> Iterator[tuple[TileId, int, int]]:
    """The perfect subtrees that a range of leaves falls apart into, largest first.

    Each as the hashes first to before end of a tile, whose root it is.
    """
    while start < end:
        height = (end - start).bit_length() - 1
        level, inside = divmod(height, HEIGHT)
        first = start >> (level * HEIGHT)
        index, place = divmod(first, WIDTH)
        yield TileId(level, index), place, place + (1 << inside)
        start += 1 << height


def _read(reader: TileReader, widths: Mapping[TileId, int]) -> Mapping[TileId, bytes]:
    if not widths:
        return {}
    tiles = reader(widths.keys())
    for tile, width in widths.items():
        if len(tiles.get(tile, b"")) < width * HASH_BYTES:
            raise TileMissing(f"There is no {tile.path(width)}")
    return tiles


def _left_size(size: int) -> int:
    """The largest power of two below `size`: where a tree of more than one leaf splits."""
    return 1 << ((size - 1).bit_length() - 1)


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
