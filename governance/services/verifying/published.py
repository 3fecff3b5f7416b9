"""What was published outside the database, against the checkpoint that was published with it.

Whether that checkpoint is one of ours is another matter; so a fault here is one of the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from governance.ledger.checkpoint import Checkpoint
from governance.ledger.leaf import leaf_hash
from governance.ledger.merkle import HASH_BYTES
from governance.ledger.published import published_entries, published_tiles
from governance.ledger.store import CHECKPOINT, LedgerStore, StoreUnreachable, ledger_store
from governance.ledger.tiles import WIDTH, BundleId, BundleMalformed, TileId
from governance.ledger.trusted_tiles import TileWrong, TrustedTiles
from governance.ledger.verify import Fault, Wrong
from governance.models import Log
from governance.services.verifying.closing import closing_of, stated
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.plan import Share


def check_published(share: Share) -> Outcome:
    """Hash every published entry of these leaves, and follow it up the published tiles to the root.

    So entries that are in the archive only are checked here, byte for byte, for as long as the
    store has them. What a log had published when it was closed, and that is not its beginning,
    belongs to a history that the database has lost.
    """
    outcome = Outcome()
    log = Log.objects.get(pk=share.log_id)
    store = ledger_store(log.origin)
    try:
        closing = closing_of(log)
        if closing is not None and closing.is_parted():
            return outcome
        known = stated(store.read(CHECKPOINT) or b"")
        if known is not None and known.size > share.low:
            high = min(share.high, known.size)
            outcome.add(_faults(store, known, range(share.low // WIDTH, -(-high // WIDTH))))
            outcome.counts["published"] += high - share.low
    except StoreUnreachable as fault:
        outcome.add([Fault(Wrong.STORE_UNREADABLE, f"store of {log.origin}", str(fault))])
    return outcome


def _faults(store: LedgerStore, known: Checkpoint, indexes: range) -> Iterator[Fault]:
    try:
        tiles = TrustedTiles(known.size, known.root, published_tiles(store, known.size))
    except TileWrong as fault:
        yield _fault("tiles", str(fault), indexes.start * WIDTH)
        return
    for index in indexes:
        try:
            row = tiles.hashes(TileId(0, index))
        except TileWrong as fault:
            yield _fault("tiles", str(fault), index * WIDTH)
            continue
        hashes = [row[at : at + HASH_BYTES] for at in range(0, len(row), HASH_BYTES)]
        yield from _bundle_faults(store, index, known.size, hashes)


def _bundle_faults(
    store: LedgerStore, index: int, size: int, hashes: Sequence[bytes]
) -> Iterator[Fault]:
    first = index * WIDTH
    path = BundleId(index).path(len(hashes))
    try:
        leaves = published_entries(store, index, size)
    except BundleMalformed as fault:
        yield _fault(path, str(fault), first)
        return
    if len(leaves) < len(hashes):
        yield _fault(path, f"it has {len(leaves)} of {len(hashes)} entries", first + len(leaves))
    for at, (leaf, sealed) in enumerate(zip(leaves, hashes, strict=False)):
        if leaf_hash(leaf) != sealed:
            detail = f"its entry {at} is not what was sealed as number {first + at}"
            yield _fault(path, detail, first + at)


def _fault(path: str, detail: str, index: int) -> Fault:
    return Fault(Wrong.STORE_CHANGED, f"store: {path}", detail, index)
