"""What was published outside the database: tiles and entries, against the tree that is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from governance.ledger.checkpoint import Checkpoint
from governance.ledger.leaf import leaf_hash
from governance.ledger.merkle import HASH_BYTES
from governance.ledger.note import NoteRejected, SignedNote
from governance.ledger.published import published_entries, published_tiles
from governance.ledger.store import CHECKPOINT, LedgerStore, StoreUnreachable, ledger_store
from governance.ledger.tiles import HEIGHT, WIDTH, BundleId, BundleMalformed, TileId
from governance.ledger.tree_rows import tile_reader
from governance.ledger.verify import Fault, Wrong
from governance.models import Log
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.plan import Share
from governance.services.verifying.reading import one_moment


def check_published(share: Share) -> Outcome:
    """Compare the tiles and entries of these leaves in the store with the tiles in the database.

    Those are compared with the entries elsewhere; so entries that are in the archive only are
    checked here, byte for byte, for as long as the store has them.
    """
    outcome = Outcome()
    log = Log.objects.get(pk=share.log_id)
    try:
        published = Published(log)
        high = min(share.high, published.size)
        indexes = range(share.low // WIDTH, -(-high // WIDTH))
        tiles = [TileId(0, index) for index in indexes]
        if high - share.low >= WIDTH:
            tiles.append(TileId(1, share.low // WIDTH // WIDTH))
        outcome.add(published.tile_faults(tiles))
        for index in indexes:
            outcome.add(published.bundle_faults(index))
        outcome.counts["published"] += max(0, high - share.low)
    except StoreUnreachable as fault:
        outcome.add([Fault(Wrong.STORE_UNREADABLE, f"store of {log.origin}", str(fault))])
    return outcome


class Published:
    """The published tree of a log, of as many leaves as its checkpoint says, beside ours.

    Every method raises StoreUnreachable.
    """

    def __init__(self, log: Log) -> None:
        self._store: LedgerStore = ledger_store(log.origin)
        self._log = log
        self.size = self._stated_size()
        self._theirs = published_tiles(self._store, self.size)

    def tile_faults(self, tiles: Sequence[TileId]) -> Iterator[Fault]:
        """Tiles in the store that are not what the database has."""
        ours = self._ours(tiles)
        for tile in tiles:
            width = min(WIDTH, (self.size >> HEIGHT * tile.level) - tile.index * WIDTH)
            if self._theirs([tile]).get(tile) != ours.get(tile, b"")[: width * HASH_BYTES]:
                index = tile.index << HEIGHT * (tile.level + 1)
                yield _fault(tile.path(width), "it is not the tile that is stored here", index)

    def bundle_faults(self, index: int) -> Iterator[Fault]:
        """Entries in the store that are not those that the tile over them holds."""
        first = index * WIDTH
        width = min(WIDTH, self.size - first)
        path = BundleId(index).path(width)
        try:
            leaves = published_entries(self._store, index, self.size)
        except BundleMalformed as fault:
            yield _fault(path, str(fault), first)
            return
        tile = TileId(0, index)
        row = self._ours([tile]).get(tile, b"")
        expected = [row[at : at + HASH_BYTES] for at in range(0, width * HASH_BYTES, HASH_BYTES)]
        if not leaves:
            yield _fault(path, "it is not there", first)
        for at, (leaf, sealed) in enumerate(zip(leaves, expected, strict=False)):
            if leaf_hash(leaf) != sealed:
                detail = f"its entry {at} is not what was sealed as number {first + at}"
                yield _fault(path, detail, first + at)

    def _ours(self, tiles: Sequence[TileId]) -> dict[TileId, bytes]:
        with one_moment():
            return dict(tile_reader(self._log)(tiles))

    def _stated_size(self) -> int:
        """What the checkpoint says; whether it says the truth is looked at elsewhere."""
        note = self._store.read(CHECKPOINT)
        if note is None:
            return 0
        try:
            return Checkpoint.parse(SignedNote.parse(note).text).size
        except NoteRejected:
            return 0


def _fault(path: str, detail: str, index: int) -> Fault:
    return Fault(Wrong.STORE_CHANGED, f"store: {path}", detail, index)
