"""Entries from the ledger's store, each proven: by the tiles, the root and its signature."""

from __future__ import annotations

from collections.abc import Iterator

from governance.ledger.checkpoint import Checkpoint
from governance.ledger.leaf import leaf_hash
from governance.ledger.merkle import HASH_BYTES
from governance.ledger.published import published_entries, published_tiles
from governance.ledger.store import LedgerStore
from governance.ledger.tiles import WIDTH, BundleId, BundleMalformed, TileId, root_at
from governance.ledger.trusted_tiles import TileWrong, TrustedTiles


class LeavesLost(LookupError):
    """The store does not hold what its checkpoint was signed for; the sentence names the place."""


class ProvenLeaves:
    """The leaves of a published log, as its signed checkpoint vouches for them.

    Every method raises LeavesLost and StoreUnreachable.
    """

    def __init__(self, store: LedgerStore, tree: Checkpoint) -> None:
        """`tree`: whose signature was checked."""
        self._store = store
        self.tree = tree
        try:
            self._tiles = TrustedTiles(tree.size, tree.root, published_tiles(store, tree.size))
        except TileWrong as fault:
            raise LeavesLost(str(fault)) from fault

    def root_of_first(self, size: int) -> bytes:
        """The root of its first `size` leaves."""
        try:
            return root_at(size, lambda tiles: {tile: self._tiles.hashes(tile) for tile in tiles})
        except TileWrong as fault:
            raise LeavesLost(str(fault)) from fault

    def from_index(self, index: int) -> Iterator[list[bytes]]:
        """The bytes of the leaves from `index` to the last one, at most 256 at a time."""
        for bundle in range(index // WIDTH, -(-self.tree.size // WIDTH)):
            leaves = self._bundle(bundle)
            yield leaves[max(0, index - bundle * WIDTH) :]

    def _bundle(self, index: int) -> list[bytes]:
        tile = TileId(0, index)
        path = BundleId(index).path(self._tiles.width(tile))
        try:
            leaves = published_entries(self._store, index, self.tree.size)
            expected = self._tiles.hashes(tile)
        except (BundleMalformed, TileWrong) as fault:
            raise LeavesLost(f"{path}: {fault}") from fault
        if b"".join(map(leaf_hash, leaves)) != expected[: len(leaves) * HASH_BYTES] or (
            len(leaves) * HASH_BYTES != len(expected)
        ):
            raise LeavesLost(f"{path} does not hold the entries that were signed for")
        return leaves
