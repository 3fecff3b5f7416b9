"""Roots and proofs that are read from tiles, against the RFC's own recursive definition."""

from contextlib import suppress
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ledger.merkle import EMPTY_ROOT, HASH_BYTES, verify_consistency, verify_inclusion
from governance.ledger.tiles import (
    TileId,
    TileMissing,
    consistency_proof,
    inclusion_proof,
    root_at,
)
from tests.governance.ledger.naive_tree import NaiveTree, VastTree
from tests.governance.ledger.stored_tiles import DefinedTiles, StoredTiles

LEAVES = [sha256(b"leaf %d" % number).digest() for number in range(1300)]
TREE = NaiveTree(LEAVES)
STORE = DefinedTiles(TREE, len(LEAVES))
VAST = 2**40


def check_all(sizes):
    for size in sizes:
        assert root_at(size, STORE) == TREE.root(size)
        for number in range(size):
            assert inclusion_proof(number, size, STORE) == TREE.path(number, size)
        for number in range(size + 1):
            assert consistency_proof(number, size, STORE) == TREE.proof(number, size)


def test_roots_and_proofs_are_the_definitions_in_trees_of_up_to_130_leaves():
    check_all(range(131))


@pytest.mark.long
def test_roots_and_proofs_are_the_definitions_in_trees_of_up_to_1025_leaves():
    check_all(range(1026))


@pytest.mark.parametrize("size", [255, 256, 257, 511, 512, 513, 1024, 1025])
def test_roots_and_proofs_are_the_definitions_around_full_tiles(size):
    check_all([size])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_roots_and_proofs_are_the_definitions_in_trees_of_up_to_1300_leaves(data):
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))

    assert root_at(size, STORE) == TREE.root(size)
    assert inclusion_proof(index, size, STORE) == TREE.path(index, size)
    assert consistency_proof(old, size, STORE) == TREE.proof(old, size)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_roots_and_proofs_are_the_definitions_in_trees_of_up_to_2_to_the_40_leaves(data):
    numbers = st.integers(0, VAST - 1)
    index = data.draw(numbers)
    tree = VastTree({index, *data.draw(st.lists(numbers, max_size=20))})
    size = data.draw(st.integers(index + 1, VAST))
    old = data.draw(st.integers(1, size))
    store = DefinedTiles(tree, data.draw(st.integers(size, VAST)))

    path, proof = inclusion_proof(index, size, store), consistency_proof(old, size, store)
    root = root_at(size, store)

    assert (root, path, proof) == (tree.root(size), tree.path(index, size), tree.proof(old, size))
    assert len(store.calls) <= 3
    assert max(map(len, store.calls)) <= 10  # two a level, of which 2^40 leaves have five
    verify_inclusion(leaf=tree.leaf(index), index=index, size=size, proof=path, root=root)
    verify_consistency(
        old_size=old, old_root=tree.root(old), new_size=size, new_root=root, proof=proof
    )


def test_trees_of_2_to_the_40_leaves_at_random_places():
    random = Random(40)
    for _ in range(200):
        size = random.randrange(2 ** random.randrange(11, 40), VAST)
        index, old = random.randrange(size), random.randrange(1, size + 1)
        tree = VastTree({index, *(random.randrange(size) for _ in range(30))})
        store = DefinedTiles(tree, size)
        assert inclusion_proof(index, size, store) == tree.path(index, size)
        assert consistency_proof(old, size, store) == tree.proof(old, size)


@pytest.mark.parametrize(
    "ask",
    [
        lambda reader: root_at(1025, reader),
        lambda reader: inclusion_proof(700, 1025, reader),
        lambda reader: consistency_proof(700, 1025, reader),
    ],
)
def test_the_store_is_asked_once_and_a_tile_that_is_too_narrow_is_missed(ask):
    store = DefinedTiles(TREE, len(LEAVES))
    answer = ask(store)

    [asked] = store.calls
    assert len(asked) == len(set(asked)) <= 4
    for tile in asked:
        others = {place: store.tiles[place] for place in asked if place != tile}
        with pytest.raises(TileMissing, match=f"tile/{tile.level}/"):
            ask(StoredTiles(others))
        answers = []
        for length in range(0, len(store.tiles[tile]), HASH_BYTES // 2):
            with suppress(TileMissing):
                answers.append(ask(StoredTiles(others | {tile: store.tiles[tile][:length]})))
        assert answers.count(answer) == len(answers) < 2 * 256


def test_a_tile_as_wide_as_the_size_needs_will_do():
    narrow = StoredTiles({TileId(0, 0): b"".join(LEAVES[:77])})

    assert root_at(77, narrow) == TREE.root(77)
    with pytest.raises(TileMissing):
        root_at(78, narrow)


def test_nothing_is_read_where_nothing_is_to_prove():
    store = StoredTiles()

    assert root_at(0, store) == EMPTY_ROOT
    assert inclusion_proof(0, 1, store) == []
    assert consistency_proof(0, 9, store) == consistency_proof(9, 9, store) == []
    assert store.calls == []


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (6, 5), (-1, 5)])
def test_a_leaf_out_of_the_tree_has_no_proof(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, size, STORE)


@pytest.mark.parametrize(("old", "new"), [(6, 5), (-1, 5), (1, 0)])
def test_a_tree_that_shrinks_has_no_proof(old, new):
    with pytest.raises(ValueError, match="does not extend"):
        consistency_proof(old, new, STORE)
