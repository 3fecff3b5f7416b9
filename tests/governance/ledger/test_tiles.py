"""Trees that grow in tiles: which tiles change, what is in them, where they are served."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ledger.merkle import EMPTY_ROOT, HASH_BYTES
from governance.ledger.tiles import (
    BundleId,
    TileId,
    TileMissing,
    TreeBuilder,
    parse_path,
    tiles_of,
)
from tests.governance.ledger.naive_tree import NaiveTree
from tests.governance.ledger.stored_tiles import DefinedTiles, StoredTiles

LEAVES = [sha256(b"leaf %d" % number).digest() for number in range(70_000)]
TREE = NaiveTree(LEAVES)
PATHS = {
    "tile/0/000": (TileId(0, 0), 256),
    "tile/0/000.p/1": (TileId(0, 0), 1),
    "tile/0/x001/x234/067": (TileId(0, 1_234_067), 256),
    "tile/3/x001/000.p/255": (TileId(3, 1000), 255),
    "tile/63/999": (TileId(63, 999), 256),
    "tile/entries/273.p/112": (BundleId(273), 112),
    "tile/entries/x016/777": (BundleId(16_777), 256),
}


def content(size):
    """Every tile of a tree, from the specification's formula."""
    tiles, level = {}, 0
    while count := size // 256**level:
        for index in range(-(-count // 256)):
            tiles[TileId(level, index)] = TREE.tile(level, index, size)
        level += 1
    return tiles


def grown(store, sizes):
    """A store after batches up to each of the sizes."""
    size = 0
    for new in sizes:
        builder = TreeBuilder(size, store)
        builder.extend(LEAVES[size:new])
        store.tiles |= builder.changed()
        size = new
    return store


def test_the_specifications_example_has_its_tiles():
    widths = dict(tiles_of(0, 70_000))

    full = [tile for tile, width in widths.items() if width == 256]
    assert len([tile for tile in full if tile.level == 0]) == 273
    assert [tile for tile in full if tile.level > 0] == [TileId(1, 0)]
    assert {tile: width for tile, width in widths.items() if width < 256} == {
        TileId(0, 273): 112,
        TileId(1, 1): 17,
        TileId(2, 0): 1,
    }


def test_a_tree_of_256_leaves_has_a_tile_above_its_full_one():
    assert list(tiles_of(0, 256)) == [(TileId(0, 0), 256), (TileId(1, 0), 1)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 1500))
def test_the_tiles_of_a_growth_are_those_whose_content_differs(old, more):
    before, after = content(old), content(old + more)

    changed = {tile for tile in after if before.get(tile) != after[tile]}
    listed = list(tiles_of(old, old + more))
    assert {tile for tile, _ in listed} == changed
    assert all(len(after[tile]) == width * HASH_BYTES for tile, width in listed)
    assert [tile for tile, _ in listed] == sorted(changed)


def test_a_tree_built_at_once_has_the_defined_tiles():
    builder = TreeBuilder(0, StoredTiles())
    builder.extend(LEAVES)

    assert builder.changed() == content(70_000)
    assert builder.root() == TREE.root(70_000)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 700), max_size=12))
def test_a_tree_that_grows_by_batches_has_the_defined_tiles_after_each(batches):
    store, size = StoredTiles(), 0
    for more in batches:
        builder = TreeBuilder(size, store)
        builder.extend(LEAVES[size : size + more])
        changed = builder.changed()
        assert list(changed) == [tile for tile, _ in tiles_of(size, size + more)]
        assert not [tile for tile in changed if len(store.tiles.get(tile, b"")) == 256 * HASH_BYTES]
        store.tiles |= changed
        size += more
        assert builder.root() == TREE.root(size)
    assert store.tiles == content(size)


def test_a_builder_that_is_given_leaves_in_pieces_is_the_same_as_at_once():
    builder = TreeBuilder(0, StoredTiles())
    for start in range(0, 2000, 37):
        builder.extend(LEAVES[start : min(start + 37, 2000)])

    assert (builder.size, builder.root()) == (2000, TREE.root(2000))
    assert builder.changed() == content(2000)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_535, 65_536, 65_793, 70_000])
def test_a_start_reads_the_partial_tiles_of_the_border_in_one_call(size):
    store = DefinedTiles(TREE, 70_000)
    builder = TreeBuilder(size, store)

    partial = [tile for tile, width in tiles_of(0, size) if width < 256]
    assert store.calls == ([partial] if partial else [])
    assert builder.root() == TREE.root(size)
    assert builder.changed() == {}


def test_a_store_that_is_ahead_of_the_head_does_not_disturb_a_start():
    ahead = grown(StoredTiles(), [1000, 1300])
    builder = TreeBuilder(1000, ahead)
    builder.extend(LEAVES[1000:1100])

    assert builder.root() == TREE.root(1100)
    assert builder.changed()[TileId(0, 4)] == TREE.tile(0, 4, 1100)


@pytest.mark.parametrize("broken", [TileId(0, 2), TileId(1, 0)])
def test_a_start_without_a_tile_of_the_border_is_refused(broken):
    store = grown(StoredTiles(), [600])
    narrow = {broken: store.tiles[broken][:-HASH_BYTES]}
    for tiles in (store.tiles | narrow, {k: v for k, v in store.tiles.items() if k != broken}):
        with pytest.raises(TileMissing, match=broken.path(88 if broken.level == 0 else 2)):
            TreeBuilder(600, StoredTiles(tiles))


def test_an_empty_tree_has_the_empty_root():
    builder = TreeBuilder(0, StoredTiles())
    builder.extend([])

    assert (builder.root(), builder.changed()) == (EMPTY_ROOT, {})


def test_what_is_no_hash_is_not_appended():
    builder = TreeBuilder(0, StoredTiles())
    with pytest.raises(ValueError, match="32 bytes"):
        builder.extend([LEAVES[0], b"entry"])

    assert (builder.size, builder.changed()) == (0, {})


@pytest.mark.parametrize(("path", "place"), PATHS.items())
def test_a_path_and_its_place_say_the_same(path, place):
    assert parse_path(path) == place
    assert place[0].path(place[1]) == path


PLACES = st.one_of(
    st.builds(TileId, st.integers(0, 63), st.integers(0, 10**18)),
    st.builds(BundleId, st.integers(0, 10**18)),
)


@settings(deadline=None)
@given(PLACES, st.integers(1, 256))
def test_every_place_has_one_path_and_it_leads_back(place, width):
    assert parse_path(place.path(width)) == (place, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x001",
        "tile/0/001/067",
        "tile/0/x000/067",
        "tile/0/X001/067",
        "tile/00/000",
        "tile/64/000",
        "tile/100/000",
        "tile/-1/000",
        "tile/0/-01",
        "tile/0/+01",
        "tile/0/1_0",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/",
        "tile/0/000\n",
        "/tile/0/000",
        "tile//000",
        "tile/entries",
        "tile/entries/x000/000",
        "tile/Entries/000",
        "tile/data/000",
        "tile/0/../000",
        "tile/0/" + "x001/" * 7 + "000",
        "tile/0/" + "x001/" * 100_000 + "000",
    ],
)
def test_no_other_text_is_a_path(path):
    with pytest.raises(ValueError, match="path"):
        parse_path(path)


@settings(deadline=None)
@given(st.text("tile/enrsx01.p-+ ", max_size=24))
def test_no_text_leads_anywhere_but_where_its_place_is(text):
    try:
        place, width = parse_path("tile/" + text)
    except ValueError:
        return
    assert place.path(width) == "tile/" + text
