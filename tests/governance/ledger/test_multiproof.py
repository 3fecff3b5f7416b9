"""One proof for many leaves: the fewest nodes there can be, and nothing but these is accepted."""

from hashlib import sha256
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ledger.merkle import EMPTY_ROOT, ProofRejected
from governance.ledger.tiles import (
    TileId,
    TileMissing,
    TreeBuilder,
    proof_nodes,
    root_from_nodes,
)
from tests.governance.ledger.naive_tree import NaiveTree, VastTree
from tests.governance.ledger.stored_tiles import DefinedTiles, StoredTiles

LEAVES = [sha256(b"leaf %d" % number).digest() for number in range(1300)]
TREE = NaiveTree(LEAVES)
STORE = DefinedTiles(TREE, len(LEAVES))


def proof(indexes, size, store=STORE):
    return {(level, index): node for level, index, node in proof_nodes(indexes, size, store)}


def chosen(indexes):
    return [(index, LEAVES[index]) for index in indexes]


def check(indexes, size):
    nodes = list(proof_nodes(indexes, size, STORE))
    assert nodes == TREE.nodes_for(indexes, size)
    given = {(level, index): node for level, index, node in nodes}
    assert root_from_nodes(chosen(indexes), size, given) == TREE.root(size)


def test_every_set_of_leaves_of_a_small_tree_has_the_defined_nodes():
    for size in range(1, 11):
        for bits in range(1 << size):
            check([index for index in range(size) if bits >> index & 1], size)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_leaves_of_larger_trees_have_the_defined_nodes(data):
    size = data.draw(st.integers(1, len(LEAVES)))
    check(sorted(data.draw(st.sets(st.integers(0, size - 1), max_size=60))), size)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_run_of_neighbours_has_the_defined_nodes(data):
    size = data.draw(st.integers(1, len(LEAVES)))
    start = data.draw(st.integers(0, size - 1))
    check(range(start, data.draw(st.integers(start, size))), size)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_leaves_of_a_tree_of_2_to_the_40_lead_to_its_root(data):
    indexes = sorted(data.draw(st.sets(st.integers(0, 2**40 - 1), min_size=1, max_size=12)))
    size = data.draw(st.integers(indexes[-1] + 1, 2**40))
    tree = VastTree(indexes)
    nodes = proof(indexes, size, DefinedTiles(tree, size))

    leaves = [(index, tree.leaf(index)) for index in indexes]
    assert root_from_nodes(leaves, size, nodes) == tree.root(size)


def test_all_leaves_need_no_node_and_none_needs_the_root_alone():
    assert proof(range(1300), 1300) == {}
    assert proof([], 1300) == {(11, 0): TREE.root(1300)}
    assert proof([], 0) == {}
    assert root_from_nodes([], 0, {}) == EMPTY_ROOT


def stored(count):
    store = StoredTiles()
    leaves = [sha256(b"%d" % number).digest() for number in range(count)]
    builder = TreeBuilder(0, store)
    builder.extend(leaves)
    store.tiles |= builder.changed()
    return store, leaves, builder.root()


def test_scattered_leaves_are_proven_with_each_tile_read_once():
    store, leaves, root = stored(200_000)
    indexes = range(7, 200_000, 50)
    nodes = proof(indexes, 200_000, store)

    asked = [tile for call in store.calls for tile in call]
    assert len(asked) == len(set(asked)) <= len(store.tiles)
    assert max(map(len, store.calls)) < 600
    given = [(index, leaves[index]) for index in indexes]
    assert root_from_nodes(given, 200_000, nodes) == root


def test_few_leaves_far_apart_are_proven_with_few_tiles():
    store, leaves, root = stored(200_000)
    nodes = proof([3, 199_999], 200_000, store)

    assert sum(map(len, store.calls)) <= 6
    assert root_from_nodes([(3, leaves[3]), (199_999, leaves[199_999])], 200_000, nodes) == root


def test_nodes_come_while_the_indexes_are_still_being_told():
    told = []

    def indexes():
        for index in range(0, 1300, 2):
            told.append(index)
            yield index

    next(proof_nodes(indexes(), 1300, STORE))
    assert len(told) < 650


CASES = [([0], 1), ([0], 2), ([4], 5), ([2, 3], 7), ([0, 6], 7), ([17, 600, 601, 1299], 1300)]


@pytest.mark.parametrize(("indexes", "size"), CASES)
def test_a_missing_node_is_told(indexes, size):
    nodes = proof(indexes, size)
    for place in nodes:
        fewer = {other: node for other, node in nodes.items() if other != place}
        with pytest.raises(ProofRejected, match=f"Node {place[1]} of level {place[0]} is missing"):
            root_from_nodes(chosen(indexes), size, fewer)


@pytest.mark.parametrize(("indexes", "size"), CASES)
def test_a_node_that_is_not_needed_is_refused_even_if_it_is_true(indexes, size):
    nodes = proof(indexes, size)
    levels = range(12)
    others = [(level, index) for level in levels for index in range(-(-size // (1 << level)))]
    for level, index in others:
        if (level, index) not in nodes:
            true = TREE.mth(index << level, min((index + 1) << level, size))
            with pytest.raises(ProofRejected, match="need"):
                root_from_nodes(chosen(indexes), size, nodes | {(level, index): true})


@pytest.mark.parametrize(("indexes", "size"), CASES)
def test_a_node_in_parts_is_refused(indexes, size):
    nodes = proof(indexes, size)
    for level, index in nodes:
        if level:
            below = [(level - 1, 2 * index), (level - 1, 2 * index + 1)]
            halves = {
                (low, at): TREE.mth(at << low, min((at + 1) << low, size))
                for low, at in below
                if at << low < size
            }
            rest = {place: node for place, node in nodes.items() if place != (level, index)}
            with pytest.raises(ProofRejected):
                root_from_nodes(chosen(indexes), size, rest | halves)


@pytest.mark.parametrize(("indexes", "size"), CASES)
def test_every_changed_node_or_leaf_leads_to_another_root(indexes, size):
    nodes, root = proof(indexes, size), TREE.root(size)
    random = Random(9162)
    for place, node in nodes.items():
        for changed in (random.randbytes(32), bytes([node[0] ^ 1]) + node[1:]):
            assert root_from_nodes(chosen(indexes), size, nodes | {place: changed}) != root
        for length in (0, 31, 33):
            with pytest.raises(ProofRejected, match=f"has {length} bytes"):
                root_from_nodes(chosen(indexes), size, nodes | {place: bytes(length)})
    for at, (index, leaf) in enumerate(chosen(indexes)):
        leaves = chosen(indexes)
        leaves[at] = (index, bytes([leaf[0] ^ 1]) + leaf[1:])
        assert root_from_nodes(leaves, size, nodes) != root


@pytest.mark.parametrize("indexes", [[3, 2], [2, 2], [-1], [5], [0, 7]])
def test_leaves_out_of_order_or_of_the_tree_are_refused(indexes):
    with pytest.raises(ProofRejected, match="out of"):
        root_from_nodes(chosen(indexes), 5, proof([2], 5) | proof([3], 5))
    with pytest.raises(ValueError, match="out of"):
        list(proof_nodes(indexes, 5, STORE))


def test_a_store_that_lacks_a_tile_is_no_proof():
    store = StoredTiles(DefinedTiles(TREE, 1300)([TileId(0, 0), TileId(0, 1), TileId(1, 0)]))
    with pytest.raises(TileMissing, match=r"tile/0/005\.p/"):
        list(proof_nodes([4], 1300, store))
