"""Comparing the log in the database with the last checkpoint outside it.

A database can be put back to an older state, or be rewritten by its owner; what was published
cannot. So nothing is signed, and after a start no entry gets a place, before the two were compared.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from governance.ledger.attended_store import AttendedStore
from governance.ledger.checkpoint import open_checkpoint
from governance.ledger.key_files import KeysUnreadable
from governance.ledger.note import NoteRejected, VerifierKey
from governance.ledger.sealing_lock import Turn, show_life, take_turn
from governance.ledger.signing import signing_keys, verifier_keys
from governance.ledger.store import CHECKPOINT, StoreUnreachable, ledger_store
from governance.ledger.tiles import TileMissing, root_at
from governance.ledger.tree_rows import current_log, tile_reader
from governance.ledger.trouble import Reason, SealingRefused
from governance.models import Log


@dataclass(frozen=True, slots=True)
class Published:
    """What the store holds: nothing yet, with size 0 and no note, or a checkpoint of our log."""

    size: int = 0
    note: bytes | None = None


@transaction.atomic(durable=True)
def compare_with_store(*, store_is_new: bool = False) -> bool:
    """Compare now. False: another sealer is publishing, and compares.

    `store_is_new`: as for `compared`. Raises SealingRefused, and Log.DoesNotExist.
    """
    if not take_turn(Turn.PUBLISHING):
        return False
    try:
        with AttendedStore(ledger_store(current_log().origin), show_life) as store:
            compared(store, store_is_new=store_is_new)
    except StoreUnreachable as fault:
        raise SealingRefused(Reason.STORE_UNREACHABLE, str(fault)) from fault
    return True


def compared(store: AttendedStore, *, store_is_new: bool = False) -> tuple[Log, Published]:
    """The log, and what is published of it, which is sure to be its beginning.

    For the one who has the turn to publish. `store_is_new`: an empty store is none that was
    emptied, a person has said so. Raises StoreUnreachable, and SealingRefused:

    - restored backup: the store is ahead of the database;
    - fork: the log of that size had another root;
    - foreign checkpoint: none of the log's keys signed it, or it is that of another log;
    - store emptied: checkpoints were published, and none is there;
    - tree damaged: the tiles in the database do not suffice to tell.
    """
    # In this order: what is published was sealed before, so the log read after it is not behind.
    note = store.read(CHECKPOINT)
    log = current_log()
    if note is None:
        if log.checkpoints.exists() and not store_is_new:
            detail = "checkpoints were published, and the store holds none"
            raise SealingRefused(Reason.STORE_EMPTIED, detail)
        return log, Published()
    return log, Published(_agreeing_size(log, note), note)


def _agreeing_size(log: Log, note: bytes) -> int:
    try:
        outside, _ = open_checkpoint(note, log.origin, known_keys(log))
        if outside.size > log.size:
            detail = f"the store has {outside.size} leaves, the database {log.size}"
            raise SealingRefused(Reason.RESTORED_BACKUP, detail)
        root = root_at(outside.size, tile_reader(log))
    except NoteRejected as fault:
        raise SealingRefused(Reason.FOREIGN_CHECKPOINT, str(fault)) from fault
    except TileMissing as fault:
        raise SealingRefused(Reason.TREE_DAMAGED, str(fault)) from fault
    if root != outside.root:
        detail = (
            f"of {outside.size} leaves the store has the root {outside.root.hex()}, "
            f"the database {root.hex()}"
        )
        raise SealingRefused(Reason.FORK, detail)
    return outside.size


def known_keys(log: Log) -> list[VerifierKey]:
    """Those in the database, and ours: an older database does not know the newest ones."""
    try:
        ours = [VerifierKey.of(log.origin, key) for key in signing_keys()]
    except KeysUnreadable:
        ours = []
    return list(dict.fromkeys([*verifier_keys(log), *ours]))
