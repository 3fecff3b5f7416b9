"""A report's word on the ledger: its period's entries, against a signed checkpoint.

Two runs over one cut-off must say the same, so the checkpoint is the first one that holds all
entries of the period, and was signed some time before the cut-off: whatever is sealed later, or is
being published while a report is made, changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from django.db.models import Q

from governance.ledger.checkpoint import open_checkpoint
from governance.ledger.continuity import continuity
from governance.ledger.merkle import HASH_BYTES
from governance.ledger.note import NoteRejected
from governance.ledger.tiles import WIDTH, TileId
from governance.ledger.tree_rows import tile_reader
from governance.ledger.trusted_tiles import TileWrong, TrustedTiles
from governance.models import ArchivedPartition, Checkpoint
from governance.reports.document import LedgerCheck, LedgerResult
from governance.reports.period import Period
from governance.services.verifying.archived import Archive
from governance.services.verifying.log_keys import LogKeys
from governance.services.verifying.reading import chunks, one_moment, rows

# From the reading of the clock for a checkpoint until everybody sees it.
_PUBLISHED_WITHIN = timedelta(minutes=1)
_CHUNK = 4096
DETACHED = ArchivedPartition.State.DETACHED

_SEALED = """
    SELECT leaf.log_id, max(leaf.index), count(*) FROM governance_ledgerentry AS entry
    JOIN governance_leaf AS leaf ON leaf.entry_id = entry.id
    WHERE entry.at >= %s AND entry.at < %s GROUP BY leaf.log_id ORDER BY leaf.log_id
"""
_HASHES = """
    SELECT leaf.index, sha256('\\x00'::bytea || entry.leaf)
    FROM governance_ledgerentry AS entry JOIN governance_leaf AS leaf ON leaf.entry_id = entry.id
    WHERE entry.at >= %s AND entry.at < %s AND leaf.log_id = %s ORDER BY leaf.index
"""


class _NotVerified(Exception):
    """Why the word is another one than `verified`."""

    def __init__(self, result: LedgerResult, detail: str) -> None:
        super().__init__(detail)
        self.check = LedgerCheck(result=result, detail=detail)


def ledger_check(period: Period) -> LedgerCheck:
    """Hash every entry of the period from its bytes and follow it up to a root that a key of the
    log has signed. Nothing is called verified without."""
    try:
        with one_moment():
            return _verified(period, _continuous(period))
    except _NotVerified as reason:
        return reason.check


def _continuous(period: Period) -> int:
    """How many entries the period has, each following on its object's previous one."""
    begins, ends = Q(begins_at__lt=period.end), Q(ends_at__gt=period.start)
    if ArchivedPartition.objects.filter(begins, ends, state=DETACHED).exists():
        raise _NotVerified(
            LedgerResult.NOT_RUN,
            "Entries of the period are in the archive only. They are verified there, or here once "
            "they are restored.",
        )
    found = continuity(period.start, period.end)
    if found.broken:
        raise _NotVerified(
            LedgerResult.FAILED,
            f"{found.broken} of {found.entries} entries of the period do not follow on their "
            "object's previous entry.",
        )
    return found.entries


def _verified(period: Period, entries: int) -> LedgerCheck:
    sealed = rows(_SEALED, [period.start, period.end])
    covering = [_covering(log_id, last, period) for log_id, last, _ in sealed]
    known = [each for each in covering if each is not None]
    if not known or len(known) < len(sealed) or sum(count for *_, count in sealed) < entries:
        raise _NotVerified(
            LedgerResult.UNSEALED,
            f"Each of the {entries} entries of the period follows on its object's previous entry. "
            "Not all of them were under a signed checkpoint by the cut-off.",
        )
    for checkpoint in known:
        _follow_to_root(checkpoint, period)
    newest = known[-1]
    return LedgerCheck(
        result=LedgerResult.VERIFIED,
        detail=(
            f"Each of the {entries} entries of the period is, byte for byte, a leaf of the log's "
            "tree, whose root a key of the log has signed; and each follows on its object's "
            "previous entry."
        ),
        origin=newest.log.origin,
        tree_size=newest.size,
        root_hash=bytes(newest.root).hex(),
        signed_at=newest.signed_at,
    )


def _covering(log_id: int, last: int, period: Period) -> Checkpoint | None:
    """The first checkpoint above the leaf `last`, unless it came too late."""
    first = (
        Checkpoint.objects.filter(log=log_id, size__gt=last)
        .select_related("log")
        .order_by("size")
        .first()
    )
    is_in_time = first is not None and first.signed_at < period.cut_off - _PUBLISHED_WITHIN
    return first if is_in_time else None


def _follow_to_root(checkpoint: Checkpoint, period: Period) -> None:
    log, size, root = checkpoint.log, checkpoint.size, bytes(checkpoint.root)
    try:
        keys = LogKeys(log, Archive()).signing(size)
        signed, _ = open_checkpoint(bytes(checkpoint.note), log.origin, keys)
        if (signed.size, signed.root) != (size, root):
            raise _failed(f"The checkpoint of {size} leaves is not what was signed.")
        tree = TrustedTiles(size, root, tile_reader(log))
        for chunk in chunks(_HASHES, [period.start, period.end, log.pk], _CHUNK):
            for tile, leaves in groupby(chunk, lambda leaf: leaf[0] // WIDTH):
                hashes = tree.hashes(TileId(0, tile))
                for index, digest in leaves:
                    at = index % WIDTH * HASH_BYTES
                    if hashes[at : at + HASH_BYTES] != digest:
                        raise _failed(f"Leaf {index} is not the entry that was sealed.")
    except (NoteRejected, TileWrong) as fault:
        raise _failed(f"The tree of {size} leaves is not what was signed: {fault}.") from fault


def _failed(detail: str) -> _NotVerified:
    return _NotVerified(LedgerResult.FAILED, detail)
