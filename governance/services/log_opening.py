"""Opening a log: its row, its first keys, and its first leaves."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from governance.ledger import record
from governance.ledger.attended_store import AttendedStore
from governance.ledger.merkle import EMPTY_ROOT
from governance.ledger.sealing_lock import Turn, show_life, take_turn
from governance.ledger.store import CHECKPOINT, StoreUnreachable, ledger_store
from governance.ledger.trouble import Reason, SealingRefused
from governance.models import Actor, CheckpointKey, LedgerEntry, LedgerPending, Log
from governance.services.checkpoint_keys import INTRODUCED, key_body, own_keys
from governance.services.integrating import Awaiting, place

OPENED = "governance.log.opened"
_LONGEST_QUOTE = 5_000  # bytes; notes of ours have a few hundred, and a leaf takes 65,535


@transaction.atomic(durable=True)
def open_log(
    *, actor: Actor, now: datetime, predecessor: Log | None = None, reason: str = ""
) -> Log | None:
    """Open the log of the settings' origin, with every key of the folder.

    None: another sealer has, or is at it.

    A log itself has no entries about it: `governance.log.opened` is about its first key, whose row
    it commits to. It is leaf 0, and the keys' introductions follow, whatever else has waited
    longer: who reads the log from its beginning reads first whose it is. It quotes the last
    checkpoint of the `predecessor`, as it is published and as the database knows it, and the
    `reason` for its end. From then on nothing is added to the predecessor.

    Raises SealingRefused: for a store that already holds a checkpoint of this origin, as the
    database was then put back to a state before the log, or is another one; for other logs
    without a predecessor named; without a key to sign with.
    """
    origin = settings.COUNTERSIGN_LOG_ORIGIN
    closed = "" if predecessor is None else predecessor.origin
    for name in (origin, closed):
        if not take_turn(Turn.SEALING, name) or not take_turn(Turn.PUBLISHING, name):
            return None
    if Log.objects.filter(origin=origin).exists():
        return None
    if predecessor is None and Log.objects.exists():
        detail = f"there is no log {origin}, but another one; a new origin is opened on purpose"
        raise SealingRefused(Reason.ORIGIN_CHANGED, detail)
    keys = own_keys(origin)
    if not keys:
        raise SealingRefused(Reason.KEYS_UNREADABLE, "the folder holds no key to sign with")
    if _published_note(origin) is not None:
        detail = f"the store holds a checkpoint of {origin}, and the database knows no such log"
        raise SealingRefused(Reason.RESTORED_BACKUP, detail)
    log = Log.objects.create(origin=origin, root=EMPTY_ROOT, opened_at=now, predecessor=predecessor)
    rows = [CheckpointKey(log=log, verifier=verifier, introduced_at=now) for verifier in keys]
    entries = _enter(rows, _opening_body(log, reason), actor, now)
    place(log, _awaiting(entries))
    return log


def _published_note(origin: str) -> bytes | None:
    try:
        with AttendedStore(ledger_store(origin), show_life) as store:
            return store.read(CHECKPOINT)
    except StoreUnreachable as fault:
        raise SealingRefused(Reason.STORE_UNREACHABLE, str(fault)) from fault


def _opening_body(log: Log, reason: str) -> dict[str, object]:
    body: dict[str, object] = {"origin": log.origin}
    if log.predecessor is not None:
        last = log.predecessor.checkpoints.order_by("-size").first()
        body["predecessor"] = {
            "origin": log.predecessor.origin,
            "published": quoted(_published_note(log.predecessor.origin)),
            "kept": quoted(None if last is None else bytes(last.note)),
            "size": log.predecessor.size,
            "root": bytes(log.predecessor.root).hex(),
        }
        body["reason"] = reason
    return body


def quoted(note: bytes | None) -> str | None:
    """A note as an opening quotes it: text, unless somebody put other bytes in its place."""
    return None if note is None else note[:_LONGEST_QUOTE].decode(errors="backslashreplace")


def _enter(
    keys: list[CheckpointKey], opening: dict[str, object], actor: Actor, now: datetime
) -> list[LedgerEntry]:
    first, *others = keys
    return [
        record.keep(first, OPENED, actor=actor, at=now, body=opening),
        record.append(INTRODUCED, subject=first, actor=actor, at=now, body=key_body(first)),
        *[record.keep(key, INTRODUCED, actor=actor, at=now, body=key_body(key)) for key in others],
    ]


def _awaiting(entries: list[LedgerEntry]) -> list[Awaiting]:
    rows = LedgerPending.objects.filter(entry_id__in=[entry.pk for entry in entries])
    return [
        Awaiting(seq, entry_id, bytes(leaf_hash))
        for seq, entry_id, leaf_hash in rows.order_by("seq").values_list(
            "seq", "entry_id", "leaf_hash"
        )
    ]
