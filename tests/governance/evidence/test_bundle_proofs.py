"""The verifier's own trees: against the definition, against our tiles, and against sigstore's."""

from __future__ import annotations

from itertools import combinations
from random import Random
from types import SimpleNamespace

import pytest
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore.errors import VerificationError

from governance.evidence.verify_bundle import Checkpoint, Rejected, Tree, grew
from governance.ledger.leaf import leaf_hash
from governance.ledger.tiles import TreeBuilder, inclusion_proof, proof_nodes
from tests.governance.ledger.naive_tree import NaiveTree
from tests.governance.ledger.stored_tiles import StoredTiles

ENTRIES = [b"entry %d" % number for number in range(600)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
NAIVE = NaiveTree(LEAVES)


def stored():
    store = StoredTiles()
    builder = TreeBuilder(0, store)
    builder.extend(LEAVES)
    store.tiles |= builder.changed()
    return store


STORE = stored()


def root_of(indexes, size, nodes):
    return Tree(((one, LEAVES[one]) for one in indexes), iter(nodes)).root(size)


def nodes_for(indexes, size):
    return [node for _, _, node in NAIVE.nodes_for(indexes, size)]


def test_every_set_of_leaves_of_every_small_tree_leads_to_its_root():
    for size in range(9):
        for count in range(size + 1):
            for chosen in combinations(range(size), count):
                found = root_of(chosen, size, nodes_for(chosen, size))
                assert found == NAIVE.root(size), (size, chosen)


def test_the_tiles_give_the_nodes_that_it_asks_for():
    random = Random(16)
    for _ in range(60):
        size = random.randrange(1, 600)
        chosen = sorted(random.sample(range(size), random.randrange(min(size, 40) + 1)))
        nodes = [node for _, _, node in proof_nodes(chosen, size, STORE)]
        assert nodes == nodes_for(chosen, size)
        assert root_of(chosen, size, nodes) == NAIVE.root(size)


def test_a_node_or_a_leaf_too_many_too_few_or_moved_is_refused():
    chosen, size = (3, 17, 18, 90), 100
    nodes = nodes_for(chosen, size)
    for broken in (nodes[:-1], nodes[1:], [*nodes, nodes[0]], [b"short", *nodes[1:]]):
        with pytest.raises(Rejected):
            root_of(chosen, size, broken)
    for moved in ((17, 3, 18, 90), (3, 3, 17, 18, 90), (3, 17, 18, 190)):
        with pytest.raises(Rejected):
            root_of(moved, size, nodes)
    for other in ((3, 17, 19, 90), (3, 17, 18, 91)):
        assert root_of(other, size, nodes) != NAIVE.root(size)


def sigstore_says(index, size, proof, root):
    inclusion = SimpleNamespace(log_index=index, tree_size=size, hashes=proof, root_hash=root)
    inner = SimpleNamespace(inclusion_proof=inclusion, canonicalized_body=ENTRIES[index])
    try:
        verify_merkle_inclusion(SimpleNamespace(_inner=inner))
    except VerificationError:
        return False
    return True


def we_say(index, size, proof, root):
    """The proof of one leaf, from below, in the order of the tree: left siblings, then right."""
    lefts, rights, start, end = [], [], 0, size
    for sibling in reversed(proof):
        if end - start == 1:
            return False
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < middle:
            rights.insert(0, sibling)
            end = middle
        else:
            lefts.append(sibling)
            start = middle
    try:
        return root_of([index], size, [*lefts, *rights]) == root
    except Rejected:
        return False


def test_we_and_sigstore_judge_the_same_of_inclusion():
    random = Random(15)
    for _ in range(400):
        size = random.randrange(1, 600)
        index = random.randrange(size)
        proof, root = inclusion_proof(index, size, STORE), NAIVE.root(size)
        assert sigstore_says(index, size, proof, root)
        assert we_say(index, size, proof, root)
        if proof:
            proof[random.randrange(len(proof))] = random.randbytes(32)
        other = random.choice([proof, proof[1:], [*proof, root]])
        assert we_say(index, size, other, root) == sigstore_says(index, size, other, root)


def checkpoint(size, root=None):
    return Checkpoint("log", size, root or NAIVE.root(size), "", [])


def test_growth_is_as_the_definition_proves_it():
    for new in range(40):
        for old in range(new + 1):
            proof = NAIVE.proof(old, new)
            assert grew(checkpoint(old), checkpoint(new), proof), (old, new)
            assert not grew(checkpoint(old), checkpoint(new), [*proof, b"\0" * 32])
            if proof:
                assert not grew(checkpoint(old), checkpoint(new), proof[:-1])
            if 0 < old < new:
                assert not grew(checkpoint(old, b"\1" * 32), checkpoint(new), proof)
            if old:
                assert not grew(checkpoint(old), checkpoint(new, b"\1" * 32), proof)


def test_a_log_does_not_shrink():
    assert not grew(checkpoint(40), checkpoint(30), [])
