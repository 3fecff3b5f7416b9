"""The keys that sign checkpoints: coming, overlapping, going, and each of it entered.

Every key file in the sealer's folder signs. What signs is in the log itself: a key's introduction
is sealed under a checkpoint that an older key still signed, so whoever knows one key of the log
can follow it to all others.
"""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from governance.ledger import record
from governance.ledger.key_files import KeysUnreadable
from governance.ledger.note import NoteRejected, SignedNote, VerifierKey, verify_note
from governance.ledger.signing import signing_keys
from governance.ledger.trouble import Reason, SealingRefused
from governance.models import Actor, CheckpointKey, Leaf, LedgerEntry, Log

INTRODUCED = "governance.checkpointkey.introduced"
RETIRED = "governance.checkpointkey.retired"


@transaction.atomic(durable=True)
def reconcile_keys(*, actor: Actor, now: datetime) -> None:
    """Enter the keys that have come into the folder, and those that have gone from it.

    A retired key stays so; where its file comes back, it does not sign again. Raises
    SealingRefused with nothing changed when none of the keys that signed the newest checkpoint is
    there: what comes after would be signed by keys that nobody can trust.
    """
    log = Log.objects.select_for_update(no_key=True).get(origin=settings.COUNTERSIGN_LOG_ORIGIN)
    files = own_keys(log.origin)
    known = {key.verifier: key for key in log.keys.all()}
    if not any(_carries_on(log, key) for key in known.values() if key.verifier in files):
        raise _lost()
    for verifier in files.keys() - known.keys():
        row = CheckpointKey(log=log, verifier=verifier, introduced_at=now)
        record.keep(row, INTRODUCED, actor=actor, at=now, body=key_body(row))
    for verifier in known.keys() - files.keys():
        row = known[verifier]
        if row.retired_at is None:
            row.retired_at = now
            record.keep(
                row, RETIRED, actor=actor, at=now, body=key_body(row), fields=["retired_at"]
            )


def signers(log: Log, size: int) -> list[Ed25519PrivateKey]:
    """The keys that sign a checkpoint of `size` leaves: those that are not retired and whose
    introduction is one of the leaves. Raises SealingRefused unless one of them signed the newest
    checkpoint."""
    files = own_keys(log.origin)
    rows = {key.verifier: key for key in log.keys.filter(retired_at=None)}
    old = {name for name in files if name in rows and _carries_on(log, rows[name])}
    if not old:
        raise _lost()
    return [
        key
        for name, key in files.items()
        if name in old or (name in rows and _is_introduced(log, rows[name], size))
    ]


def own_keys(origin: str) -> dict[str, Ed25519PrivateKey]:
    """The private keys of this process under their verifier keys. Raises SealingRefused."""
    try:
        return {str(VerifierKey.of(origin, key)): key for key in signing_keys()}
    except KeysUnreadable as fault:
        raise SealingRefused(Reason.KEYS_UNREADABLE, str(fault)) from fault


def key_body(key: CheckpointKey) -> dict[str, object]:
    """What an entry about a key says of it."""
    return {"origin": key.log.origin, "verifier": key.verifier}


def _carries_on(log: Log, key: CheckpointKey) -> bool:
    """Whether an unretired key signed the newest checkpoint. Before the first one, all do."""
    newest = log.checkpoints.order_by("-size").first()
    if key.retired_at is not None:
        return False
    if newest is None:
        return True
    try:
        note = SignedNote.parse(bytes(newest.note))
        return bool(verify_note(note, [VerifierKey.parse(key.verifier)]))
    except NoteRejected:
        return False


def _is_introduced(log: Log, key: CheckpointKey, size: int) -> bool:
    told = LedgerEntry.objects.filter(
        subject_type=CheckpointKey._meta.label_lower, subject_id=key.pk, event=INTRODUCED
    )
    entry_ids = list(told.values_list("id", flat=True))
    return Leaf.objects.filter(log=log, index__lt=size, entry_id__in=entry_ids).exists()


def _lost() -> SealingRefused:
    return SealingRefused(
        Reason.KEY_LOST,
        "no key that signed the newest checkpoint is in the folder; "
        "put one back, or open a new origin",
    )
