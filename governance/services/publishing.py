"""Publishing what is sealed: tiles, entries and the signed checkpoint, outside the database."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from governance.ledger.attended_store import AttendedStore
from governance.ledger.checkpoint import Checkpoint as SignedState
from governance.ledger.checkpoint import sign_checkpoint
from governance.ledger.note import SignedNote
from governance.ledger.origins import refuse_closed
from governance.ledger.publication import Publication
from governance.ledger.sealing_lock import Turn, show_life, take_turn
from governance.ledger.store import CHECKPOINT, StoreUnreachable, ledger_store
from governance.ledger.tiles import WIDTH, TileMissing
from governance.ledger.tree_rows import current_log
from governance.ledger.trouble import Reason, SealingRefused
from governance.models import Checkpoint, Log
from governance.services.checkpoint_keys import signers
from governance.services.comparing import compared

logger = logging.getLogger(__name__)

# The most leaves between two checkpoints. In whole tiles, so that a catch-up writes no partial one.
STEP = 64 * WIDTH
# Clocks of two hosts differ a little; a clock that was set back does so by more.
_CLOCKS_DIFFER = timedelta(seconds=10)


@transaction.atomic(durable=True)
def publish(*, now: datetime, store_is_new: bool = False) -> Checkpoint | None:
    """Sign and publish a checkpoint of at most 16,384 leaves more than the last one.

    In this order: the store's own checkpoint is compared with the log; the tree is derived anew
    from the entries' bytes; these and the tiles go to the store; the checkpoint is signed and put
    there; its row is kept. Each step may be repeated: what was done before a crash is found, or
    is written again with the same bytes. A second sealer is kept out by a lock that goes with our
    transaction, and that it is still ours is looked at last before the checkpoint is written.
    Should we be frozen right after that look, and thaw when others have gone on, the store has an
    older checkpoint of the same log until the next one; no other harm is done.

    None: nothing was unpublished, or another sealer is at it. `store_is_new`: as for `compared`.
    Raises SealingRefused with nothing signed, and Log.DoesNotExist.
    """
    if not take_turn(Turn.PUBLISHING):
        return None
    try:
        with AttendedStore(ledger_store(current_log().origin), show_life) as store:
            log, published = compared(store, store_is_new=store_is_new)
            refuse_closed(log)
            if published.note is not None:
                # Perhaps the sealer that published it died before its row was kept.
                keep_note(log, published.note, now)
            if published.size == log.size:
                return None
            return _publish_next(store, log, published.size, now)
    except StoreUnreachable as fault:
        raise SealingRefused(Reason.STORE_UNREACHABLE, str(fault)) from fault
    except TileMissing as fault:
        raise SealingRefused(Reason.TREE_DAMAGED, str(fault)) from fault


def _publish_next(store: AttendedStore, log: Log, start: int, now: datetime) -> Checkpoint:
    size = min(log.size, (start // STEP + 1) * STEP)
    publication = Publication(log, start=start, size=size)
    store.write_all(publication.files())
    state = SignedState(log.origin, size, publication.root())
    note = _kept_note(log, state) or _signed_note(log, state, now)
    store.write(CHECKPOINT, note)
    kept = keep_note(log, note, now)
    _tidy(store, publication)
    return kept


def _kept_note(log: Log, state: SignedState) -> bytes | None:
    """The note that was signed for this size before, if any. Raises SealingRefused for another
    root: no two are ever signed for one size."""
    kept = log.checkpoints.filter(size=state.size).first()
    if kept is None:
        return None
    if bytes(kept.root) != state.root:
        detail = f"a checkpoint of {state.size} leaves was signed with another root"
        raise SealingRefused(Reason.FORK, detail)
    return bytes(kept.note)


def _signed_note(log: Log, state: SignedState, now: datetime) -> bytes:
    newest = log.checkpoints.order_by("-size").first()
    if newest is not None and now < newest.signed_at - _CLOCKS_DIFFER:
        detail = f"it is {now:%H:%M:%S}, and the last checkpoint is of {newest.signed_at:%H:%M:%S}"
        raise SealingRefused(Reason.CLOCK_BEHIND, detail)
    return sign_checkpoint(state, signers(log, state.size))


def keep_note(log: Log, note: bytes, now: datetime) -> Checkpoint:
    """The row of a note that is in the store; made where its writer did not come to it. Raises
    SealingRefused when another root of that size was kept."""
    state = SignedState.parse(SignedNote.parse(note).text)
    row, _ = Checkpoint.objects.get_or_create(
        log=log,
        size=state.size,
        defaults={"root": state.root, "note": note, "signed_at": now},
    )
    if bytes(row.root) != state.root:
        detail = f"of {state.size} leaves another root was kept than was published"
        raise SealingRefused(Reason.FORK, detail)
    return row


def _tidy(store: AttendedStore, publication: Publication) -> None:
    try:
        store.delete_below(publication.outgrown())
    except StoreUnreachable as fault:
        # A store that lets nothing be deleted is the best one; partial tiles that stay are no harm.
        logger.info("partial tiles stay in the store: %s", fault)
