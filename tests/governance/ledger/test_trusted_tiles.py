"""Tiles from a store that nobody trusts: each is that of the tree, or it is named."""

from hashlib import sha256

import pytest

from governance.ledger.tiles import WIDTH, TileId, TreeBuilder
from governance.ledger.trusted_tiles import TileWrong, TrustedTiles, border

SIZES = [1, 255, 256, 257, 511, 512, 700, 65_536, 65_537, 65_536 + 300]


class Stored(dict):
    """The tiles of a tree of `size` leaves, as a reader."""

    def __init__(self, size: int) -> None:
        tree = TreeBuilder(0, lambda _: {})
        tree.extend([sha256(b"%d" % index).digest() for index in range(size)])
        super().__init__(tree.changed())
        self.root = tree.root()

    def read(self, tiles):
        return {tile: self[tile] for tile in tiles if tile in self}


@pytest.fixture(params=SIZES)
def size(request):
    return request.param


def test_every_tile_of_a_tree_is_given_out(size):
    stored = Stored(size)
    tiles = TrustedTiles(size, stored.root, stored.read)

    assert all(tiles.hashes(tile) == content for tile, content in sorted(stored.items()))
    assert all(tiles.width(tile) == len(content) // 32 for tile, content in stored.items())


def test_a_tile_with_a_flipped_bit_is_named_and_never_given_out(size):
    stored = Stored(size)
    places = sorted(stored)
    for tile in {places[0], places[len(places) // 2], places[-1]}:
        content = stored[tile]
        stored[tile] = bytes([content[0] ^ 1]) + content[1:]
        with pytest.raises(TileWrong, match=tile.path(len(content) // 32)):
            TrustedTiles(size, stored.root, stored.read).hashes(tile)
        stored[tile] = content


def test_a_missing_tile_and_a_short_one_are_named():
    stored = Stored(700)
    for content in (b"", stored[TileId(0, 1)][:-32]):
        stored[TileId(0, 1)] = content
        with pytest.raises(TileWrong, match=r"tile/0/001 is missing"):
            TrustedTiles(700, stored.root, stored.read).hashes(TileId(0, 1))


def test_a_tile_that_grew_since_is_read_as_it_was():
    old, new = Stored(300), Stored(700)

    tiles = TrustedTiles(300, old.root, new.read)

    assert tiles.hashes(TileId(0, 1)) == old[TileId(0, 1)]


def test_no_tile_beyond_the_tree_is_given_out():
    stored = Stored(300)

    with pytest.raises(TileWrong, match="in no tree of 300 leaves"):
        TrustedTiles(300, stored.root, stored.read).hashes(TileId(0, 2))


def test_another_root_is_not_led_to():
    stored = Stored(300)

    with pytest.raises(TileWrong, match="do not lead to the root of 300 leaves"):
        TrustedTiles(300, b"R" * 32, stored.read)


def test_the_border_is_what_is_partial(size):
    partial = {
        tile: len(content) // 32
        for tile, content in Stored(size).items()
        if len(content) < WIDTH * 32
    }
    assert border(size) == partial
