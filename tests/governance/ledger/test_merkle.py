"""Roots and proofs against published vectors and against the RFC's own recursive definition."""

from hashlib import sha256
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofRejected,
    leaf_hash,
    node_hash,
    perfect_root,
    subtree_root,
    verify_consistency,
    verify_inclusion,
)
from tests.governance.ledger.naive_tree import NaiveTree

# The reference tree of Certificate Transparency: its entries, the roots of its sizes 0 to 8, and
# proofs as (index, size) and (old size, new size).
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (6, 7): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
LEAVES = [sha256(b"leaf %d" % number).digest() for number in range(1025)]
TREE = NaiveTree(LEAVES)


def inclusion(index, size, /, **changed):
    given = {"leaf": LEAVES[index], "index": index, "size": size}
    given |= {"proof": TREE.path(index, size), "root": TREE.root(size)}
    verify_inclusion(**(given | changed))


def consistency(old, new, /, **changed):
    given = {"old_size": old, "old_root": TREE.root(old)}
    given |= {"new_size": new, "new_root": TREE.root(new), "proof": TREE.proof(old, new)}
    verify_consistency(**(given | changed))


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_come_out(size):
    leaves = [leaf_hash(entry) for entry in ENTRIES[:size]]
    frontier = Frontier()
    frontier.extend(leaves)

    assert frontier.root().hex() == ROOTS[size]
    assert (subtree_root(leaves) if leaves else EMPTY_ROOT).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_published_inclusion_proofs_verify(index, size):
    proof = [bytes.fromhex(text) for text in INCLUSION[index, size]]

    verify_inclusion(
        leaf=leaf_hash(ENTRIES[index]),
        index=index,
        size=size,
        proof=proof,
        root=bytes.fromhex(ROOTS[size]),
    )


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_published_consistency_proofs_verify(old, new):
    verify_consistency(
        old_size=old,
        old_root=bytes.fromhex(ROOTS[old]),
        new_size=new,
        new_root=bytes.fromhex(ROOTS[new]),
        proof=[bytes.fromhex(text) for text in CONSISTENCY[old, new]],
    )


def test_leaves_and_nodes_are_hashed_apart():
    assert leaf_hash(b"\x01ab") != node_hash(b"a", b"b")
    assert leaf_hash(b"ab") == sha256(b"\x00ab").digest()
    assert node_hash(b"a", b"b") == sha256(b"\x01ab").digest()


def test_a_frontier_has_the_root_of_every_size_and_resumes_from_each():
    frontier = Frontier()
    for size in range(1026):
        assert frontier.root() == TREE.root(size)
        resumed = Frontier(size, frontier.hashes)
        resumed.extend(LEAVES[size : size + 3])
        assert resumed.root() == TREE.root(min(size + 3, 1025))
        if size < 1025:
            frontier.append(LEAVES[size])


def test_a_resumed_frontier_leaves_the_one_it_came_from_alone():
    frontier = Frontier()
    frontier.extend(LEAVES[:5])
    Frontier(frontier.size, frontier.hashes).extend(LEAVES[5:9])

    assert frontier.root() == TREE.root(5)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 127, 128, 129, 255, 256, 257, 1025])
def test_a_subtree_root_is_the_definitions(size):
    assert subtree_root(LEAVES[:size]) == TREE.root(size)


@pytest.mark.parametrize("height", range(11))
def test_a_perfect_root_is_the_definitions(height):
    assert perfect_root(b"".join(LEAVES[: 1 << height])) == TREE.root(1 << height)


@pytest.mark.parametrize(
    ("size", "hashes"),
    [(0, LEAVES[:1]), (1, []), (3, LEAVES[:1]), (4, LEAVES[:2]), (-1, []), (1, [b"short"])],
)
def test_a_frontier_of_another_size_is_refused(size, hashes):
    with pytest.raises(ValueError, match=r"border"):
        Frontier(size, hashes)


def test_nothing_has_no_subtree_root():
    with pytest.raises(ValueError, match="at least one"):
        subtree_root([])


def check_all_proofs(sizes):
    for size in sizes:
        for number in range(size):
            inclusion(number, size)
        for number in range(size + 1):
            consistency(number, size)


def test_every_proof_of_the_definition_verifies_in_trees_of_up_to_130_leaves():
    check_all_proofs(range(131))


@pytest.mark.long
def test_every_proof_of_the_definition_verifies_in_trees_of_up_to_1025_leaves():
    check_all_proofs(range(1026))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_proofs_of_the_definition_verify_in_larger_trees(data):
    size = data.draw(st.integers(131, 1025))
    inclusion(data.draw(st.integers(0, size - 1)), size)
    consistency(data.draw(st.integers(0, size)), size)


def flipped(one, bit):
    changed = bytearray(one)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def wrong_proofs(proof):
    """Every proof that is one step away: an element changed, dropped, added or swapped."""
    for at, one in enumerate(proof):
        for bit in range(256):
            yield [*proof[:at], flipped(one, bit), *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
        yield [*proof[:at], one[:-1], *proof[at + 1 :]]
        yield [*proof[:at], one + b"\0", *proof[at + 1 :]]
    for at in range(len(proof) + 1):
        for more in {EMPTY_ROOT, LEAVES[1024], bytes(32), *proof}:
            yield [*proof[:at], more, *proof[at:]]
    for at, (first, second) in enumerate(pairwise(proof)):
        yield [*proof[:at], second, first, *proof[at + 2 :]]


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (4, 5), (5, 8), (6, 7), (77, 130)])
def test_an_inclusion_proof_with_one_thing_wrong_is_rejected(index, size):
    inclusion(index, size)
    for proof in wrong_proofs(TREE.path(index, size)):
        with pytest.raises(ProofRejected):
            inclusion(index, size, proof=proof)
    for bit in range(256):
        with pytest.raises(ProofRejected):
            inclusion(index, size, leaf=flipped(LEAVES[index], bit))
        with pytest.raises(ProofRejected):
            inclusion(index, size, root=flipped(TREE.root(size), bit))


@pytest.mark.parametrize(("number", "size"), [(0, 1), (0, 2), (4, 5), (6, 7), (77, 130)])
def test_a_proof_says_when_it_is_too_long_or_too_short(number, size):
    path, proof = TREE.path(number, size), TREE.proof(number + 1, size + 1)
    with pytest.raises(ProofRejected, match="above the root"):
        inclusion(number, size, proof=[*path, EMPTY_ROOT])
    with pytest.raises(ProofRejected, match="above the root"):
        consistency(number + 1, size + 1, proof=[*proof, EMPTY_ROOT])
    if len(path) > 1:
        with pytest.raises(ProofRejected, match="below the root"):
            inclusion(number, size, proof=path[:-1])
    if len(proof) > 1:
        with pytest.raises(ProofRejected, match="below the root"):
            consistency(number + 1, size + 1, proof=proof[:-1])


def test_bytes_that_moved_from_one_hash_to_its_neighbour_are_not_overlooked():
    """Put together they would be the same bytes before SHA-256, so only the lengths tell."""
    leaf, (sibling, *rest) = LEAVES[4], TREE.path(4, 8)
    with pytest.raises(ProofRejected, match="31 bytes"):
        inclusion(4, 8, leaf=leaf[:31], proof=[leaf[31:] + sibling, *rest])

    first, second, *rest = TREE.proof(6, 8)
    with pytest.raises(ProofRejected, match="31 bytes"):
        consistency(6, 8, proof=[first[:31], first[31:] + second, *rest])


@pytest.mark.parametrize("size", [2, 3, 7, 64, 130])
def test_an_inclusion_proof_does_not_serve_for_another_leaf(size):
    for index in range(size):
        for other in {*range(-1, size + 2)} - {index}:
            with pytest.raises(ProofRejected):
                inclusion(index, size, index=other)


@pytest.mark.parametrize(("old", "new"), [(1, 2), (4, 8), (3, 7), (6, 8), (77, 130), (64, 65)])
def test_a_consistency_proof_with_one_thing_wrong_is_rejected(old, new):
    consistency(old, new)
    for proof in wrong_proofs(TREE.proof(old, new)):
        with pytest.raises(ProofRejected):
            consistency(old, new, proof=proof)
    for bit in range(256):
        with pytest.raises(ProofRejected):
            consistency(old, new, old_root=flipped(TREE.root(old), bit))
        with pytest.raises(ProofRejected):
            consistency(old, new, new_root=flipped(TREE.root(new), bit))


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        (0, 5, {"proof": [EMPTY_ROOT]}),
        (0, 5, {"old_root": bytes(32)}),
        (0, 0, {"old_root": bytes(32), "new_root": bytes(32)}),
        (5, 5, {"proof": [EMPTY_ROOT]}),
        (5, 5, {"new_root": EMPTY_ROOT}),
        (4, 8, {"proof": []}),
        (5, 8, {"old_size": 9}),
        (5, 8, {"old_size": -1}),
        (0, 0, {"old_size": -1, "new_size": -1}),
    ],
)
def test_between_trees_at_the_edges_nothing_else_passes(old, new, changed):
    consistency(old, new)
    with pytest.raises(ProofRejected):
        consistency(old, new, **changed)


def test_a_fork_has_no_consistency_proof():
    """Two trees of one log that part at leaf 40, and every proof that either could show."""
    other = NaiveTree([*LEAVES[:40], sha256(b"another").digest(), *LEAVES[41:100]])
    for old in range(41, 100):
        for proof in (TREE.proof(old, 100), other.proof(old, 100), [], TREE.path(40, old)):
            with pytest.raises(ProofRejected):
                consistency(old, 100, new_root=other.root(100), proof=proof)


def test_a_proof_of_noise_is_rejected():
    random = Random(6962)
    for _ in range(2000):
        noise = [random.randbytes(32) for _ in range(random.randrange(12))]
        size = random.randrange(2, 1025)
        with pytest.raises(ProofRejected):
            inclusion(random.randrange(size), size, proof=noise)
        with pytest.raises(ProofRejected):
            consistency(random.randrange(1, size), size, proof=noise)
