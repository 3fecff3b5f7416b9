"""The tree in tiles of 256 hashes, as it is stored and served. Source: C2SP tlog-tiles.

The tile (level l, index n) holds the roots of 256 neighbouring perfect subtrees of 256^l leaves
each, the first of which is subtree n * 256; at level 0 these are leaf hashes. A full tile never
changes; the last tile of a level may be partial and is replaced as it grows. Pure: no Django.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from governance.ledger.leaf import MAX_LEAF_BYTES
from governance.ledger.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    ProofRejected,
    fold,
    node_hash,
    perfect_root,
    subtree_root,
)

HEIGHT = 8
WIDTH = 256
MAX_LEVEL = 63
_NODES_AT_ONCE = 512  # at most as many tiles, 4 MB, are in memory for a proof
_LENGTH_BYTES = 2
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class TileMissing(LookupError):
    """The store has no such tile, or not as wide as the tree's size needs it."""


class BundleMalformed(ValueError):
    """Entries are no bundle, or bytes are none."""


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


# Gives the content of each tile as it is stored now, perhaps wider than was needed at the size
# that is asked about. What it leaves out is missing.
TileReader = Callable[[Collection[TileId]], Mapping[TileId, bytes]]


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
    if isinstance(place, TileId) and place.level > MAX_LEVEL:
        raise ValueError(f"{path!r:.120} is above the highest level")
    return place, width


def _numbered(index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return name if width == WIDTH else f"{name}.p/{width}"


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
        """Add leaves' hashes at the right, in order."""
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
    wanted, reader = _uncovered(indexes, size), _KeepingLast(reader)
    while batch := list(islice(wanted, _NODES_AT_ONCE)):
        ranges = [(index << level, min((index + 1) << level, size)) for level, index in batch]
        roots = _range_roots(ranges, reader)
        for (level, index), root in zip(batch, roots, strict=True):
            yield level, index, root


def root_from_nodes(
    leaves: Iterable[tuple[int, bytes]], size: int, nodes: Mapping[tuple[int, int], bytes]
) -> bytes:
    """The root of `size` leaves from some (index, leaf hash), ascending, and their `proof_nodes`.

    Raises ProofRejected for leaves out of order or out of the tree, and when a node is missing, or
    is there without being needed: each set of leaves has one proof only.
    """
    border = _Border(nodes)
    start = 0
    for index, leaf in leaves:
        if not start <= index < size:
            raise ProofRejected(f"Leaf {index} is out of order, or out of {size} leaves")
        for place in _cover(start, index, size):
            border.add_proven(*place)
        border.add(0, index, leaf)
        start = index + 1
    for place in _cover(start, size, size):
        border.add_proven(*place)
    if border.proven != len(nodes):
        raise ProofRejected(f"Of {len(nodes)} nodes the leaves need {border.proven} only")
    return fold([node for _, _, node in border.nodes]) if border.nodes else EMPTY_ROOT


class _Border:
    """Subtrees side by side from the left, two that are siblings becoming their parent."""

    def __init__(self, given: Mapping[tuple[int, int], bytes]) -> None:
        self.nodes: list[tuple[int, int, bytes]] = []
        self.proven = 0
        self._given = given

    def add_proven(self, level: int, index: int) -> None:
        node = self._given.get((level, index))
        if node is None:
            raise ProofRejected(f"Node {index} of level {level} is missing")
        self.proven += 1
        self.add(level, index, node)

    def add(self, level: int, index: int, node: bytes) -> None:
        if len(node) != HASH_BYTES:
            raise ProofRejected(f"Node {index} of level {level} has {len(node)} bytes")
        while index & 1 and self.nodes[-1][0] == level:
            node = node_hash(self.nodes.pop()[2], node)
            level, index = level + 1, index >> 1
        self.nodes.append((level, index, node))


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


def _uncovered(indexes: Iterable[int], size: int) -> Iterator[tuple[int, int]]:
    """The largest nodes that hold none of these leaves, as (level, index), from left to right."""
    start = 0
    for index in indexes:
        if not start <= index < size:
            raise ValueError(f"Leaf {index} is out of order, or out of {size} leaves")
        yield from _cover(start, index, size)
        start = index + 1
    yield from _cover(start, size, size)


def _cover(start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    """The largest nodes of a tree of `size` leaves that cover exactly `start` to before `end`.

    At the tree's end a node is complete with the leaves there are.
    """
    while start < end:
        level = _trailing_zeros(start) if start else (size - 1).bit_length()
        if end < size:
            level = min(level, (end - start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


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


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def encode_bundle(leaves: Sequence[bytes]) -> bytes:
    """1 to 256 entries, each after its length in 2 bytes, big-endian. Raises BundleMalformed."""
    if not 1 <= len(leaves) <= WIDTH:
        raise BundleMalformed(f"A bundle has 1 to {WIDTH} entries, not {len(leaves)}")
    if max(map(len, leaves)) > MAX_LEAF_BYTES:
        raise BundleMalformed(f"An entry has at most {MAX_LEAF_BYTES} bytes")
    return b"".join([len(leaf).to_bytes(_LENGTH_BYTES, "big") + leaf for leaf in leaves])


def decode_bundle(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. Raises BundleMalformed unless it is one to its last byte."""
    leaves: list[bytes] = []
    at = 0
    while at < len(bundle):
        start = at + _LENGTH_BYTES
        end = start + int.from_bytes(bundle[at:start], "big")
        if start > len(bundle) or end > len(bundle):
            raise BundleMalformed(f"Entry {len(leaves)} of the bundle is cut off")
        leaves.append(bundle[start:end])
        at = end
    if not 1 <= len(leaves) <= WIDTH:
        raise BundleMalformed(f"A bundle has 1 to {WIDTH} entries, not {len(leaves)}")
    return leaves
