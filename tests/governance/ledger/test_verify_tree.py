"""The tree is checked part by part, and each fault is named where it is."""

from __future__ import annotations

from hashlib import sha256

import pytest

from governance.ledger.merkle import Frontier, subtree_root
from governance.ledger.tiles import TileId, TreeBuilder, perfect_subtrees
from governance.ledger.verify import Wrong
from governance.ledger.verify_tree import (
    SUBTREE,
    check_subtree,
    check_upper_tiles,
    roots_at,
    tree_root,
)


class Stored:
    """A tree as a database keeps it: what its entries hash to, its tiles, and its root."""

    def __init__(self, size: int) -> None:
        self.sealed = [sha256(str(number).encode()).digest() for number in range(size)]
        self.found: list[bytes | None] = list(self.sealed)
        builder = TreeBuilder(0, lambda _: {})
        builder.extend(self.sealed)
        self.tiles, self.root = builder.changed(), builder.root()

    def flip(self, tile: TileId, place: int) -> None:
        content = bytearray(self.tiles[tile])
        content[place * 32 + 7] ^= 1
        self.tiles[tile] = bytes(content)

    def reader(self, tiles):
        return {tile: self.tiles[tile] for tile in tiles if tile in self.tiles}

    def faults(self) -> list[tuple[Wrong, str, int | None]]:
        """What is found, with the root that comes out in the end."""
        size, roots, faults = len(self.found), [], []
        for low in range(0, size, SUBTREE):

            def leads_to_root(row, before=tuple(roots)):
                return tree_root(size, [*before, subtree_root(row)]) == self.root

            part = self.found[low : low + SUBTREE]
            checked = check_subtree(low, part, self.tiles, leads_to_root)
            faults += checked.faults
            roots.append(checked.root)
        faults += check_upper_tiles(size, roots, self.reader)
        assert tree_root(size, roots) == self.root
        return [(fault.wrong, fault.place, fault.index) for fault in faults]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_a_tree_that_is_whole_has_no_fault(size):
    assert Stored(size).faults() == []


@pytest.mark.parametrize(
    ("size", "tile", "place", "index"),
    [
        (5, TileId(0, 0), 3, 3),
        (700, TileId(0, 1), 3, 259),
        (700, TileId(0, 2), 100, 612),
        (700, TileId(1, 0), 1, 256),
        (SUBTREE + 3, TileId(0, 200), 9, 200 * 256 + 9),
        (SUBTREE + 3, TileId(0, 256), 2, SUBTREE + 2),
        (SUBTREE + 3, TileId(1, 0), 7, 7 * 256),
        (SUBTREE + 3, TileId(2, 0), 0, 0),
    ],
)
def test_a_flipped_hash_is_found_in_its_own_tile_and_nowhere_else(size, tile, place, index):
    stored = Stored(size)
    stored.flip(tile, place)
    assert stored.faults() == [(Wrong.TILE_CHANGED, f"tile {tile.level}/{tile.index}", index)]


@pytest.mark.parametrize("tile", [TileId(0, 0), TileId(0, 2), TileId(1, 0)])
def test_a_missing_tile_is_found(tile):
    stored = Stored(700)
    del stored.tiles[tile]
    assert {wrong for wrong, _, _ in stored.faults()} == {Wrong.TILE_CHANGED}


@pytest.mark.parametrize("at", [0, 255, 256, 600, 699])
def test_an_entry_with_other_bytes_is_changed(at):
    stored = Stored(700)
    stored.found[at] = sha256(b"another").digest()
    assert stored.faults() == [(Wrong.CHANGED, f"leaf {at}", at)]


def test_two_entries_that_changed_places_are_reordered():
    stored = Stored(700)
    stored.found[3], stored.found[400] = stored.found[400], stored.found[3]
    assert stored.faults() == [
        (Wrong.REORDERED, "leaf 3", 3),
        (Wrong.REORDERED, "leaf 400", 400),
    ]


def test_where_one_is_gone_and_all_moved_up_the_first_fault_says_so():
    stored = Stored(300)
    stored.found = [*stored.found[:40], *stored.found[41:], None]
    first, *others = stored.faults()
    assert first == (Wrong.MISSING, "leaf 40", 40)
    assert {wrong for wrong, _, _ in others} == {Wrong.REORDERED}


def test_where_one_was_put_in_and_all_moved_down_the_first_fault_says_so():
    stored = Stored(300)
    stored.found = [*stored.found[:40], sha256(b"forged").digest(), *stored.found[40:-1]]
    first, *others = stored.faults()
    assert first == (Wrong.INSERTED, "leaf 40", 40)
    assert {wrong for wrong, _, _ in others} <= {Wrong.REORDERED, Wrong.MISSING}


def test_an_entry_that_is_elsewhere_leaves_the_tree_to_its_tiles():
    stored = Stored(700)
    stored.found[10] = stored.found[650] = None
    assert stored.faults() == []
    stored.flip(TileId(0, 0), 20)
    assert (Wrong.TILE_CHANGED, "tile 0/0", 20) in stored.faults()


def test_the_root_at_every_size_of_a_part_is_that_of_the_first_leaves():
    stored, low = Stored(2 * 256 + 40), 512
    before = perfect_subtrees(low, stored.reader)
    sizes = range(low, len(stored.sealed) + 1)
    found = dict(roots_at(sizes, low, before, stored.sealed[low:]))
    assert found == {size: subtree_root(stored.sealed[:size]) for size in sizes}


@pytest.mark.parametrize("size", [0, 1, 5, 256, 511, 700])
def test_a_border_read_from_tiles_is_that_of_a_tree_that_grew(size):
    stored, frontier = Stored(700), Frontier()
    frontier.extend(stored.sealed[:size])
    assert perfect_subtrees(size, stored.reader) == frontier.hashes
