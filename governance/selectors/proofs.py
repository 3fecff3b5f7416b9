"""Proofs out of the tree as the database keeps it: O(log n) reads at any size."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from governance.ledger.merkle import HASH_BYTES
from governance.ledger.tiles import (
    WIDTH,
    TileId,
    TileMissing,
    TileReader,
    consistency_proof,
    inclusion_proof,
    root_at,
)
from governance.ledger.tree_rows import tile_reader
from governance.models import Checkpoint, Leaf, Log
from governance.selectors.published import with_cosignatures


@dataclass(frozen=True, slots=True)
class TreeState:
    """The tree of the first `size` leaves. `checkpoint`: the signed one of that size, if any."""

    size: int
    root: bytes
    checkpoint: Checkpoint | None


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an entry's leaf is number `index` of the tree (RFC 9162 section 2.1.3)."""

    log: Log
    entry_id: UUID
    index: int
    leaf_hash: bytes
    tree: TreeState
    hashes: list[bytes]


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the tree `new` begins with all leaves of the tree `old` (RFC 9162 section 2.1.4)."""

    log: Log
    old: TreeState
    new: TreeState
    hashes: list[bytes]


def prove_inclusion(leaf: Leaf, size: int) -> InclusionProof:
    """The proof for a leaf, with its log, in the first `size` leaves of it; 5 queries at most.

    Raises ValueError when that tree does not hold the leaf, TileMissing when the log does not.
    """
    reader = tile_reader(leaf.log)
    hashes = inclusion_proof(leaf.index, size, reader)
    leaf_hash = _leaf_hash(leaf.index, reader)
    tree = _tree(leaf.log, size, reader)
    return InclusionProof(leaf.log, leaf.entry_id, leaf.index, leaf_hash, tree, hashes)


def prove_consistency(log: Log, old: int, new: int) -> ConsistencyProof:
    """The proof between two sizes of a log; 7 queries at most.

    Raises ValueError for a shrinking tree, TileMissing for one that the log does not hold.
    """
    reader = tile_reader(log)
    hashes = consistency_proof(old, new, reader)
    return ConsistencyProof(log, _tree(log, old, reader), _tree(log, new, reader), hashes)


def _leaf_hash(index: int, reader: TileReader) -> bytes:
    tile, place = TileId(0, index // WIDTH), index % WIDTH
    found = reader([tile]).get(tile, b"")[place * HASH_BYTES : (place + 1) * HASH_BYTES]
    if not found:
        raise TileMissing(f"There is no leaf {index}")
    return found


def _tree(log: Log, size: int, reader: TileReader) -> TreeState:
    checkpoint = with_cosignatures(Checkpoint.objects.filter(log=log, size=size)).first()
    root = root_at(size, reader) if checkpoint is None else bytes(checkpoint.root)
    return TreeState(size, root, checkpoint)
