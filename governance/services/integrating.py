"""Giving the committed entries their places in the tree: one transaction a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from governance.ledger.entry_rows import binary_cursor, leaf_bytes
from governance.ledger.leaf import leaf_hash
from governance.ledger.origins import refuse_closed
from governance.ledger.sealing_lock import Turn, take_turn
from governance.ledger.tiles import TileMissing, TreeBuilder
from governance.ledger.tree_rows import tile_reader
from governance.ledger.trouble import Reason, SealingRefused
from governance.models import Leaf, Log

BATCH = 10_000
_READ_AT_ONCE = 1_000

_OLDEST = """
    SELECT seq, entry_id, leaf_hash FROM governance_ledgerpending
    WHERE seq > %b ORDER BY seq LIMIT %b
"""
# How many of the pending rows were still there, and how many entries got a place.
_PLACE = """
    WITH taken AS (
        DELETE FROM governance_ledgerpending AS pending
        USING unnest(%b::bigint[], %b::uuid[]) AS wanted (seq, entry_id)
        WHERE pending.seq = wanted.seq AND pending.entry_id = wanted.entry_id
            AND pending.seq BETWEEN %b AND %b
        RETURNING pending.seq, pending.entry_id
    ), placed AS (
        INSERT INTO governance_leaf (log_id, index, entry_id)
        SELECT %b, %b + row_number() OVER (ORDER BY seq) - 1, entry_id FROM taken
        ON CONFLICT (entry_id) DO NOTHING
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM placed)
"""
_STORE_TILES = """
    INSERT INTO governance_tile (log_id, level, index, hashes)
    SELECT %b, * FROM unnest(%b::smallint[], %b::bigint[], %b::bytea[])
    ON CONFLICT (log_id, level, index) DO UPDATE SET hashes = EXCLUDED.hashes
"""


@dataclass(frozen=True, slots=True)
class Awaiting:
    """An entry in the queue. `leaf_hash`: what the database computed when it was entered."""

    seq: int
    entry_id: UUID
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one batch sealed. `last_seq`: the highest number in the queue that it took.
    `goes_on`: the queue held more, or a fault that the next batch will name."""

    leaves: int = 0
    last_seq: int = 0
    goes_on: bool = False


def integrate(*, limit: int = BATCH, above: int = 0) -> Sealed:
    """Give the oldest pending entries the next places in the tree, in the order of the queue.

    The queue holds what is committed and nothing else, so an open transaction is neither skipped
    nor waited for: its entries come when it commits. If A was committed before B began, A has the
    lower index: A's number in the queue is lower, and whoever sees B sees A. Each leaf is hashed
    from the bytes that are stored now. At one whose bytes are not what was entered, the batch
    ends; the entries before it are sealed, it and all behind it are not, and the next batch
    refuses and names it. So no entry is lost to another's fault, and none overtakes it.

    `above`: leave out lower numbers of the queue, to step over rows that are deleted but not yet
    cleared away. None are sealed while another sealer is at it. Raises SealingRefused with
    nothing changed, and Log.DoesNotExist before `open_log`.
    """
    try:
        return _integrate(limit, above)
    except IntegrityError as fault:
        raise SealingRefused(Reason.TREE_DAMAGED, f"the database refused: {fault}") from fault


@transaction.atomic(durable=True)
def _integrate(limit: int, above: int) -> Sealed:
    # All that is long is read before the locks are taken: a process that is frozen while the
    # server sends to it keeps its transaction open, whatever the limits of its session.
    queue = _oldest(limit, above)
    batch = _intact(queue)
    if not batch or not take_turn(Turn.SEALING):
        return Sealed()
    log = Log.objects.select_for_update(no_key=True).get(origin=settings.COUNTERSIGN_LOG_ORIGIN)
    refuse_closed(log)
    if not place(log, batch):
        transaction.set_rollback(True)
        return Sealed()
    goes_on = len(queue) == limit or len(batch) < len(queue)
    return Sealed(len(batch), batch[-1].seq, goes_on)


def place(log: Log, batch: Sequence[Awaiting]) -> bool:
    """Make the entries the next leaves of a locked log. False, and to be rolled back: another
    sealer has taken some of them since they were read."""
    tree = tree_of(log)
    if not _give_places(log, batch):
        return False
    tree.extend([awaiting.leaf_hash for awaiting in batch])
    store_tiles(log, tree)
    log.size, log.root = tree.size, tree.root()
    log.save(update_fields=["size", "root"])
    return True


def _oldest(limit: int, above: int) -> list[Awaiting]:
    with binary_cursor() as cursor:
        cursor.execute(_OLDEST, [above, limit], binary=True)
        return [Awaiting(*row) for row in cursor.fetchall()]


def _intact(queue: Sequence[Awaiting]) -> Sequence[Awaiting]:
    """The queue up to its first fault. Raises SealingRefused when that is its first entry."""
    for start in range(0, len(queue), _READ_AT_ONCE):
        part = queue[start : start + _READ_AT_ONCE]
        leaves = leaf_bytes([awaiting.entry_id for awaiting in part])
        for at, (awaiting, leaf) in enumerate(zip(part, leaves, strict=True), start):
            if leaf is None or leaf_hash(leaf) != awaiting.leaf_hash:
                if at == 0:
                    raise _refusal(awaiting, leaf)
                return queue[:at]
    return queue


def _refusal(awaiting: Awaiting, leaf: bytes | None) -> SealingRefused:
    place = f"entry {awaiting.entry_id}, number {awaiting.seq} in the queue,"
    if leaf is None:
        return SealingRefused(Reason.ENTRY_MISSING, f"{place} awaits its seal and is not there")
    return SealingRefused(Reason.ENTRY_CHANGED, f"{place} is not what was entered")


def tree_of(log: Log) -> TreeBuilder:
    """A log's tree, to be grown. Raises SealingRefused when its tiles are not those of its root."""
    try:
        tree = TreeBuilder(log.size, tile_reader(log))
    except TileMissing as fault:
        raise SealingRefused(Reason.TREE_DAMAGED, str(fault)) from fault
    if tree.root() != bytes(log.root):
        detail = f"the tiles of {log.size} leaves do not lead to the log's root"
        raise SealingRefused(Reason.TREE_DAMAGED, detail)
    return tree


def _give_places(log: Log, batch: Sequence[Awaiting]) -> bool:
    ids = [awaiting.entry_id for awaiting in batch]
    with binary_cursor() as cursor:
        bounds = [batch[0].seq, batch[-1].seq]
        cursor.execute(_PLACE, [[one.seq for one in batch], ids, *bounds, log.pk, log.size])
        [(taken, placed)] = cursor.fetchall()
    if taken == len(batch) > placed:
        twice = Leaf.objects.filter(entry_id__in=ids, index__lt=log.size).first()
        where = f"entry {twice.entry_id} is leaf {twice.index}" if twice else f"one of {ids[0]} ..."
        raise SealingRefused(Reason.ENTRY_TWICE, f"{where} and awaits its seal once more")
    return bool(taken == placed == len(batch))


def store_tiles(log: Log, tree: TreeBuilder) -> None:
    """Keep the tiles that a grown tree has changed."""
    tiles = tree.changed()
    levels = [tile.level for tile in tiles]
    indexes = [tile.index for tile in tiles]
    with binary_cursor() as cursor:
        cursor.execute(_STORE_TILES, [log.pk, levels, indexes, list(tiles.values())])
