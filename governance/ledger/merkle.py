"""The Merkle tree of the ledger: its root from its leaves, and what proves a part of it.

A node's hash is SHA-256(0x01 || left || right), a leaf's SHA-256(0x00 || entry), and the tree over
n leaves splits at the largest power of two below n (RFC 9162 section 2.1.1, the tree of RFC 6962).
Every hash here is 32 bytes, every index counts from 0. Pure: no Django, so that an outsider's
verifier may use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from governance.ledger.leaf import leaf_hash

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "Frontier",
    "ProofRejected",
    "fold",
    "leaf_hash",
    "node_hash",
    "perfect_root",
    "subtree_root",
    "verify_consistency",
    "verify_inclusion",
]

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


class ProofRejected(ValueError):
    """A proof does not show what it claims; the sentence says where it failed."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right): RFC 9162 section 2.1.1."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right border of a growing tree: all that is needed to append to it and to know its root.

    `hashes` are the roots of the perfect subtrees that `size` falls apart into, largest first: one
    for each bit that is set in `size`.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """Raises ValueError when the hashes are not those of a tree of that size."""
        self.size = size
        self.hashes = list(hashes)
        if size < 0 or len(self.hashes) != size.bit_count():
            raise ValueError(f"{len(self.hashes)} hashes are not the border of {size} leaves")
        if any(len(one) != HASH_BYTES for one in self.hashes):
            raise ValueError("A hash of the border has not 32 bytes")

    def append(self, leaf: bytes) -> None:
        """Add one leaf's hash at the right."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaves' hashes at the right, in order."""
        hashes, size, digest = self.hashes, self.size, sha256
        for node in leaves:
            # Every trailing 1 of the size is a perfect subtree that this leaf completes.
            bits = size
            while bits & 1:
                node = digest(b"\x01" + hashes.pop() + node).digest()
                bits >>= 1
            hashes.append(node)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """The root of all leaves so far."""
        return fold(self.hashes) if self.hashes else EMPTY_ROOT


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """MTH of leaf hashes, for one leaf or more: RFC 9162 section 2.1.1.

    Raises ValueError for none.
    """
    if not hashes:
        raise ValueError("A subtree has at least one leaf")
    row = list(hashes)
    while len(row) > 1:
        above = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
        # The odd one out at the end is alone until a row has a partner for it.
        row = above + row[-1:] if len(row) % 2 else above
    return row[0]


def perfect_root(hashes: bytes) -> bytes:
    """The root over 1, 2, 4, 8 ... concatenated hashes."""
    digest = sha256
    while len(hashes) > HASH_BYTES:
        pairs = range(0, len(hashes), 2 * HASH_BYTES)
        hashes = b"".join([digest(b"\x01" + hashes[at : at + 64]).digest() for at in pairs])
    return hashes


def fold(nodes: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees that stand side by side, largest first, one or more."""
    root = nodes[-1]
    for left in nodes[-2::-1]:
        root = node_hash(left, root)
    return root


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """That the leaf with this hash is number `index` of the tree of `size` leaves with that root.

    Raises ProofRejected. Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise ProofRejected(f"A tree of {size} leaves has no leaf {index}")
    _check_lengths(leaf, root, *proof)
    node, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofRejected(f"The proof of leaf {index} goes on above the root")
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofRejected(f"The proof of leaf {index} ends below the root")
    if computed != root:
        raise ProofRejected(f"The proof of leaf {index} leads to another root")


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """That the tree of `new_size` leaves begins with all leaves of the tree of `old_size`.

    Raises ProofRejected. Source: RFC 9162 section 2.1.4.2, which speaks of 0 < old < new only. The
    empty tree begins every tree and a tree begins itself, both with an empty proof.
    """
    if not 0 <= old_size <= new_size:
        raise ProofRejected(f"A tree of {new_size} leaves does not extend one of {old_size}")
    _check_lengths(old_root, new_root, *proof)
    for size, root in ((old_size, old_root), (new_size, new_root)):
        if size == 0 and root != EMPTY_ROOT:
            raise ProofRejected("The root of the empty tree is another one")
    if old_size in (0, new_size):
        if proof:
            raise ProofRejected(f"From {old_size} to {new_size} leaves the proof must be empty")
        if old_size == new_size and old_root != new_root:
            raise ProofRejected(f"There are two roots for {new_size} leaves")
        return
    _verify_growth(old_size, old_root, new_size, new_root, list(proof))


def _verify_growth(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: list[bytes]
) -> None:
    where = f"from {old_size} to {new_size} leaves"
    if not path:
        raise ProofRejected(f"The proof {where} is empty")
    if old_size.bit_count() == 1:  # the old tree is itself the subtree where the path begins
        path = [old_root, *path]
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofRejected(f"The proof {where} goes on above the root")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofRejected(f"The proof {where} ends below the root")
    if old != old_root:
        raise ProofRejected(f"The proof {where} leads to another old root")
    if new != new_root:
        raise ProofRejected(f"The proof {where} leads to another new root")


def _check_lengths(*hashes: bytes) -> None:
    for one in hashes:
        if len(one) != HASH_BYTES:
            raise ProofRejected(f"A hash has {len(one)} bytes, not {HASH_BYTES}")
