"""Checking the tree in parts: leaves against their tiles, tiles against those above. Pure.

A part is what lies under one tile of level 1: 65,536 leaves, or fewer at the tree's end. Parts need
nothing of one another; their roots lead to the tree's root. Where an entry and its tile disagree,
the hash above decides which of them is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from governance.ledger.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    Frontier,
    fold,
    perfect_root,
    subtree_root,
)
from governance.ledger.tiles import WIDTH, TileId, TileReader
from governance.ledger.verify import Fault, Wrong

SUBTREE = WIDTH * WIDTH
_UNKNOWN = bytes(HASH_BYTES)

Row = list[bytes]


@dataclass(frozen=True, slots=True)
class CheckedSubtree:
    """`hashes`: of the leaves, as the tree above vouches for them, at least one."""

    hashes: Row
    faults: list[Fault]

    @property
    def root(self) -> bytes:
        return subtree_root(self.hashes)


def check_subtree(
    low: int,
    found: Sequence[bytes | None],
    tiles: Mapping[TileId, bytes],
    leads_to_root: Callable[[Row], bool],
) -> CheckedSubtree:
    """Compare the hashes of stored entries from leaf `low` on with the tiles of levels 0 and 1.

    `found`: None where the entry is not here; whether it should be is the caller's matter.
    `leads_to_root`: whether these leaves, at the tree's end, give the root that the log states.
    """
    hashes: Row = []
    faults: list[Fault] = []
    above = _split(tiles.get(TileId(1, low // SUBTREE), b""))
    for at in range(0, len(found), WIDTH):
        ours = list(found[at : at + WIDTH])
        tile = TileId(0, (low + at) // WIDTH)
        stored = _split(tiles.get(tile, b""))[: len(ours)]
        if len(ours) == WIDTH:
            parent = above[at // WIDTH] if at // WIDTH < len(above) else None
            vouches = _has_root(parent)
        else:
            vouches = _leads_on(hashes, leads_to_root)
        row, wrong = _settle(tile, stored, ours, vouches)
        hashes += row
        faults += wrong
    faults += _misplaced(low, found, hashes)
    return CheckedSubtree(hashes, faults)


def _has_root(parent: bytes | None) -> Callable[[Row], bool]:
    return lambda row: perfect_root(b"".join(row)) == parent


def _leads_on(before: Row, leads_to_root: Callable[[Row], bool]) -> Callable[[Row], bool]:
    return lambda row: leads_to_root([*before, *row])


def _settle(
    tile: TileId, stored: Row, ours: Sequence[bytes | None], vouches: Callable[[Row], bool]
) -> tuple[Row, list[Fault]]:
    """The row of hashes to go on with, and what is wrong with the stored tiles."""
    spare = [*stored, *[_UNKNOWN] * (len(ours) - len(stored))]
    entered = [known or instead for known, instead in zip(ours, spare, strict=True)]
    if stored == entered:
        if len(stored) < WIDTH or vouches(stored):
            return stored, []
        # The leaves are as they were, so it is the tile above that was changed.
        above = TileId(1, tile.index // WIDTH)
        detail = f"its hash {tile.index % WIDTH} is not the root of {_name(tile)}"
        return stored, [_tile_fault(above, detail, tile.index * WIDTH)]
    if len(stored) == len(ours) and vouches(stored):
        return stored, []
    first = next(at for at, one in enumerate(entered) if stored[at : at + 1] != [one])
    detail = f"its hash {first} is not that of the entry, or is missing"
    fault = _tile_fault(tile, detail, tile.index * WIDTH + first)
    # If nobody vouches for either, the entries are compared with what there is of the tile.
    return (entered if vouches(entered) else spare), [fault]


def _misplaced(low: int, found: Sequence[bytes | None], hashes: Row) -> Iterator[Fault]:
    wrong = [
        at
        for at, (ours, sealed) in enumerate(zip(found, hashes, strict=True))
        if ours is not None and ours != sealed
    ]
    if not wrong:
        return
    sealed_at = {sealed: at for at, sealed in enumerate(hashes)}
    stored = set(found)
    for at in wrong:
        ours = found[at]
        index, other = low + at, None if ours is None else sealed_at.get(ours)
        is_gone = hashes[at] not in stored
        if other is not None and is_gone:
            detail = f"in its place stands the entry that was sealed as number {low + other}"
            yield Fault(Wrong.MISSING, f"leaf {index}", detail, index)
        elif other is not None:
            detail = f"it was sealed as number {low + other}"
            yield Fault(Wrong.REORDERED, f"leaf {index}", detail, index)
        elif is_gone:
            detail = "its bytes are not those that were sealed"
            yield Fault(Wrong.CHANGED, f"leaf {index}", detail, index)
        else:
            detail = "it was never sealed, and stands in another's place"
            yield Fault(Wrong.INSERTED, f"leaf {index}", detail, index)


def roots_at(
    sizes: Iterable[int], low: int, before: Sequence[bytes], hashes: Row
) -> Iterator[tuple[int, bytes]]:
    """The root of the tree at each of some sizes, ascending, that end within this part.

    `before`: the roots of the perfect subtrees that the first `low` leaves fall apart into.
    """
    inside = Frontier()
    for size in sizes:
        inside.extend(hashes[inside.size : size - low])
        nodes = [*before, *inside.hashes]
        yield size, fold(nodes) if nodes else EMPTY_ROOT


def check_upper_tiles(size: int, roots: Sequence[bytes], tiles: TileReader) -> Iterator[Fault]:
    """Compare the tiles from level 2 upwards with the roots of all parts of `size` leaves."""
    row, level, leaves = list(roots[: size // SUBTREE]), 2, SUBTREE
    while row:
        places = [TileId(level, at) for at in range(-(-len(row) // WIDTH))]
        found = tiles(places)
        for place in places:
            expected = row[place.index * WIDTH : (place.index + 1) * WIDTH]
            stored = _split(found.get(place, b""))
            for at, root in enumerate(expected):
                if stored[at : at + 1] != [root]:
                    detail = f"its hash {at} is not the root of the tile below it"
                    yield _tile_fault(place, detail, (place.index * WIDTH + at) * leaves)
        row = [
            perfect_root(b"".join(row[at : at + WIDTH]))
            for at in range(0, len(row) - len(row) % WIDTH, WIDTH)
        ]
        level, leaves = level + 1, leaves * WIDTH


def tree_root(size: int, roots: Sequence[bytes]) -> bytes:
    """The root of `size` leaves from the roots of all its parts."""
    whole = Frontier()
    whole.extend(roots[: size // SUBTREE])
    nodes = [*whole.hashes, *roots[size // SUBTREE :]]
    return fold(nodes) if nodes else EMPTY_ROOT


def _split(hashes: bytes) -> Row:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def _tile_fault(tile: TileId, detail: str, index: int) -> Fault:
    return Fault(Wrong.TILE_CHANGED, _name(tile), detail, index)


def _name(tile: TileId) -> str:
    return f"tile {tile.level}/{tile.index}"
