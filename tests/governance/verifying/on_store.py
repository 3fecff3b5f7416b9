"""Attacks on what was published, and those after which the database agrees with itself again."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test import override_settings

from governance.ledger.key_files import add_key_file
from governance.ledger.store import CHECKPOINT
from governance.models import Checkpoint, Leaf, LedgerEntry, LedgerPending
from governance.services.checkpoint_keys import INTRODUCED, RETIRED
from governance.services.log_opening import OPENED
from governance.services.sealing import seal_once
from tests.factories import NOON
from tests.governance.ledger.entered import enter
from tests.governance.ledger.sealing_world import store
from tests.governance.ledger.tampering import execute, guards_off
from tests.governance.verifying import on_entries as entries


@dataclass
class Auditor:
    """Somebody outside, who keeps a checkpoint."""

    note: bytes = b""

    def take_note(self) -> None:
        self.note = store().read(CHECKPOINT) or b""


def flip_a_tile(_: object) -> str:
    return _flip("tile/0/", at=32 * 9 + 3)


def flip_a_bundle(_: object) -> str:
    return _flip("tile/entries/", at=-3)


def delete_a_bundle(_: object) -> str:
    path = max(store().paths("tile/entries"))
    store().delete(path)
    return path


def flip_the_checkpoint(_: object) -> str:
    note = bytearray(store().read(CHECKPOINT) or b"")
    note[-10] ^= 1
    store().write(CHECKPOINT, bytes(note))
    return "no key of this log vouches for it"


def put_back(_: object) -> str:
    older = Checkpoint.objects.order_by("size")[1]
    store().write(CHECKPOINT, bytes(older.note))
    return f"its checkpoint of {older.size} leaves is older"


def empty(_: object) -> str:
    for path in list(store().paths()):
        store().delete(path)
    return "and it is empty"


def restore_a_backup(auditor: Auditor) -> str:
    backup = transaction.savepoint()
    enter(NOON)
    newest = seal_once(now=entries.LATER)
    auditor.take_note()
    transaction.savepoint_rollback(backup)
    return f"it has {newest.size} leaves, and the log has"


def restore_and_go_on(auditor: Auditor) -> str:
    """To more leaves than there were, so that the size says nothing."""
    backup, folder = transaction.savepoint(), settings.COUNTERSIGN_PLACES.ledger
    with tempfile.TemporaryDirectory() as kept:
        shutil.copytree(folder, Path(kept, "ledger"))
        enter(NOON)
        lost = seal_once(now=entries.LATER)
        auditor.take_note()
        transaction.savepoint_rollback(backup)
        shutil.rmtree(folder)
        shutil.copytree(Path(kept, "ledger"), folder)
    enter(NOON)
    enter(NOON)
    seal_once(now=entries.LATER)
    return f"its root is not that of the first {lost.size} leaves"


def rebuild_with_the_old_key(auditor: Auditor) -> str:
    _rebuild()
    return "its root is not that of the first"


def rebuild_with_a_new_key(auditor: Auditor) -> str:
    with tempfile.TemporaryDirectory() as folder:
        add_key_file(Path(folder))
        with override_settings(COUNTERSIGN_CHECKPOINT_KEYS=Path(folder)):
            _rebuild()
    return "no key of this log vouches for it"


def _rebuild() -> None:
    """Rewrite an entry and what depends on it, forget the log, and let the sealer make another."""
    entry = entries.sealed("governance.subjectkey.erased")
    entries.edit(entry, b"asked for", b"a mistake")
    entry.refresh_from_db()
    about_keys = LedgerEntry.objects.filter(event__in=[INTRODUCED, RETIRED, OPENED])
    keys = list(about_keys.values_list("subject_id", "id"))
    order = [
        *Leaf.objects.order_by("index").values_list("entry_id", flat=True),
        *LedgerPending.objects.order_by("seq").values_list("entry_id", flat=True),
    ]
    emptied = (
        entries.PENDING, entries.LEAVES, entries.TILES, entries.CHECKPOINTS,
        "governance_historicalcheckpointkey", "governance_checkpointkey", entries.LOGS,
    )  # fmt: skip
    with guards_off(entries.HEADS, entries.ENTRIES, *emptied):
        execute(
            f"UPDATE {entries.HEADS} SET leaf_hash = %s WHERE subject_id = %s",
            bytes(entry.leaf_hash),
            entry.subject_id,
        )
        execute(f"DELETE FROM {entries.ENTRIES} WHERE id = ANY(%s)", [key for _, key in keys])
        execute(f"DELETE FROM {entries.HEADS} WHERE subject_id = ANY(%s)", [key for key, _ in keys])
        for table in emptied:
            execute(f"DELETE FROM {table}")
        for entry_id in order:
            execute(
                f"INSERT INTO {entries.PENDING} (entry_id, leaf_hash) "
                f"SELECT id, leaf_hash FROM {entries.ENTRIES} WHERE id = %s",
                entry_id,
            )
    empty(None)
    seal_once(now=entries.LATER)


def _flip(folder: str, at: int) -> str:
    path = max(store().paths(folder.rstrip("/")))
    content = bytearray(store().read(path) or b"")
    content[at] ^= 1
    store().write(path, bytes(content))
    return path
