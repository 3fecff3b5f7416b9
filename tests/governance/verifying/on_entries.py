"""Attacks on entries, on their places in the log, and on the queue before it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from governance.errors import NotPermitted
from governance.ids import uuid7
from governance.models import Leaf, LedgerEntry, LedgerPending, Refusal, User
from governance.services.refusals import enter_refusal
from governance.services.sealing import seal_once
from tests.factories import NOON
from tests.governance.ledger.entered import enter
from tests.governance.ledger.sealing_world import store
from tests.governance.ledger.tampering import execute, guards_off

ENTRIES, HEADS = "governance_ledgerentry", "governance_ledgerhead"
PENDING, LEAVES = "governance_ledgerpending", "governance_leaf"
TILES, LOGS = "governance_tile", "governance_log"
CHECKPOINTS = "governance_checkpoint"
CLAIMED = "reviews.case.claimed"
LATER = NOON + timedelta(hours=1)


def edit_a_body(_: object) -> str:
    entry = sealed(CLAIMED)
    edit(entry, b'"claim":1', b'"claim":7')
    return str(entry.pk)


def edit_a_column(_: object) -> str:
    entry = sealed(CLAIMED)
    with guards_off(ENTRIES):
        execute(f"UPDATE {ENTRIES} SET actor = 'person:other' WHERE id = %s", entry.pk)
    return f"{entry.pk} ({CLAIMED}): its column for the actor"


def flip_a_leaf_hash(_: object) -> str:
    entry = sealed(CLAIMED)
    with guards_off(ENTRIES):
        execute(f"ALTER TABLE {ENTRIES} ALTER COLUMN leaf_hash DROP EXPRESSION")
        execute(f"UPDATE {ENTRIES} SET leaf_hash = {flipped('leaf_hash')} WHERE id = %s", entry.pk)
    return f"{entry.pk} ({CLAIMED}): its bytes do not have its leaf hash"


def flip_a_leaf(_: object) -> str:
    entry = sealed(CLAIMED)
    with guards_off(ENTRIES):
        execute(f"ALTER TABLE {ENTRIES} ALTER COLUMN leaf_hash DROP EXPRESSION")
    edit(entry, b'"claim":1', b'"claim":0')
    return str(entry.pk)


def swap_two(_: object) -> str:
    one, other = Leaf.objects.filter(index__in=[4, 9]).order_by("index")
    with guards_off(LEAVES):
        for index, entry_id in ((4, uuid7()), (9, one.entry_id), (4, other.entry_id)):
            execute(f"UPDATE {LEAVES} SET entry_id = %s WHERE index = %s", entry_id, index)
    return f"entry {other.entry_id}"


def delete_one(_: object) -> str:
    entry = sealed(CLAIMED)
    _delete([entry.pk])
    return str(entry.pk)


def delete_one_and_close_the_gap(_: object) -> str:
    entry = sealed(CLAIMED)
    place = Leaf.objects.get(entry_id=entry.pk).index
    _delete([entry.pk])
    with guards_off(LEAVES):
        execute(f"DELETE FROM {LEAVES} WHERE index = %s", place)
        _move(place, -1)
    return f"in its place stands the entry that was sealed as number {place + 1}"


def delete_the_last_sealed(_: object) -> str:
    last = list(Leaf.objects.order_by("-index")[:3])
    _delete([leaf.entry_id for leaf in last])
    with guards_off(LEAVES):
        execute(f"DELETE FROM {LEAVES} WHERE index >= %s", last[-1].index)
    return f"leaf {last[-1].index}: no entry has this place"


def cut_off_the_tail(_: object) -> str:
    kept = seal_once(now=LATER)
    entry = _refuse_somebody()
    seal_once(now=LATER)
    _delete_with_every_trace(entry)
    with guards_off(LEAVES, TILES, LOGS, CHECKPOINTS):
        execute(f"DELETE FROM {LEAVES} WHERE entry_id = %s", entry.pk)
        execute(f"DELETE FROM {CHECKPOINTS} WHERE size > %s", kept.size)
        execute(f"UPDATE {TILES} SET hashes = substring(hashes FOR %s)", kept.size * 32)
        execute(f"UPDATE {LOGS} SET size = %s, root = %s", kept.size, bytes(kept.root))
    return f"it has {kept.size + 1} leaves, and the log has {kept.size}"


def delete_unsealed(_: object) -> str:
    ids = list(LedgerPending.objects.values_list("entry_id", flat=True))
    assert len(ids) > 3
    _delete(ids)
    with guards_off(PENDING):
        execute(f"DELETE FROM {PENDING}")
    return "gone"


def delete_unsealed_without_a_trace(_: object) -> str:
    entry = _refuse_somebody()
    _delete_with_every_trace(entry)
    with guards_off(PENDING):
        execute(f"DELETE FROM {PENDING} WHERE entry_id = %s", entry.pk)
    return ""


def edit_unsealed(_: object) -> str:
    queued = LedgerPending.objects.values("entry_id")
    entry = LedgerEntry.objects.get(event=CLAIMED, id__in=queued)
    edit(entry, b'"claim":1', b'"claim":7')
    return f"{entry.pk} ({CLAIMED}): its bytes are not those that were entered"


def unqueue(_: object) -> str:
    row = LedgerPending.objects.order_by("seq")[2]
    with guards_off(PENDING):
        execute(f"DELETE FROM {PENDING} WHERE seq = %s", row.seq)
    return str(row.entry_id)


def truncate(_: object) -> str:
    with guards_off(ENTRIES, *_partitions()):
        execute(f"TRUNCATE {ENTRIES}")
    return str(Leaf.objects.get(index=0).entry_id)


def truncate_everything(_: object) -> str:
    tables = [
        HEADS, PENDING, LEAVES, TILES, LOGS, CHECKPOINTS, "governance_cosignature",
        "governance_checkpointtimestamp", "governance_checkpointkey",
        "governance_historicalcheckpointkey",
    ]  # fmt: skip
    with guards_off(ENTRIES, *_partitions(), *tables):
        execute(f"TRUNCATE {', '.join([ENTRIES, *tables])}")
    for path in list(store().paths()):
        store().delete(path)
    return "no entry tells of it"


def forge(_: object) -> str:
    entry = enter(NOON)
    with guards_off(PENDING):
        execute(f"DELETE FROM {PENDING} WHERE entry_id = %s", entry.pk)
    return str(entry.pk)


def forge_a_leaf(_: object) -> str:
    entry, place = enter(NOON), 12
    with guards_off(PENDING, LEAVES):
        execute(f"DELETE FROM {PENDING} WHERE entry_id = %s", entry.pk)
        _move(place, +1)
        _place(entry.pk, place)
    return f"entry {entry.pk} ({entry.event}): it was never sealed"


def forge_the_end(_: object) -> str:
    entry, place = enter(NOON), Leaf.objects.count()
    with guards_off(PENDING, LEAVES):
        execute(f"DELETE FROM {PENDING} WHERE entry_id = %s", entry.pk)
        _place(entry.pk, place)
    return f"entry {entry.pk}: it has the place {place}"


def flip_a_place(_: object) -> str:
    with guards_off(LEAVES):
        execute(f"UPDATE {LEAVES} SET index = index # (1 << 20) WHERE index = 7")
    return "leaf 7: no entry has this place"


def flip_a_head(_: object) -> str:
    entry = sealed(CLAIMED)
    with guards_off(HEADS):
        execute(
            f"UPDATE {HEADS} SET leaf_hash = {flipped('leaf_hash')} WHERE subject_id = %s",
            entry.subject_id,
        )
    return str(entry.subject_id)


def sealed(event: str) -> LedgerEntry:
    """The oldest entry of this event that has its place in the log."""
    entries = LedgerEntry.objects.filter(event=event, id__in=Leaf.objects.values("entry_id"))
    return entries.order_by("id")[0]


def edit(entry: LedgerEntry, old: bytes, new: bytes) -> None:
    changed = bytes(entry.leaf).replace(old, new)
    assert changed != bytes(entry.leaf)
    with guards_off(ENTRIES):
        execute(f"UPDATE {ENTRIES} SET leaf = %s WHERE id = %s", changed, entry.pk)


def flipped(column: str, at: int = 5) -> str:
    """SQL of the same bytes with one bit changed."""
    return f"set_byte({column}, {at}, get_byte({column}, {at}) # 1)"


def _refuse_somebody() -> LedgerEntry:
    """An entry about an object that has no other, and a row that nothing refers to."""
    enter_refusal(NotPermitted("No."), actor=User.objects.all()[0], act="test")
    return LedgerEntry.objects.get(event="governance.act.refused")


def _delete_with_every_trace(entry: LedgerEntry) -> None:
    refusals = Refusal._meta.db_table
    _delete([entry.pk])
    with guards_off(HEADS, refusals):
        execute(f"DELETE FROM {HEADS} WHERE subject_id = %s", entry.subject_id)
        execute(f"DELETE FROM {refusals} WHERE id = %s", entry.subject_id)


def _delete(ids: list[UUID]) -> None:
    with guards_off(ENTRIES):
        execute(f"DELETE FROM {ENTRIES} WHERE id = ANY(%s)", ids)


def _move(place: int, by: int) -> None:
    """Give all leaves from a place on another one; on the way none has that of another."""
    far = 1_000_000
    execute(f"UPDATE {LEAVES} SET index = index + %s WHERE index >= %s", far, place)
    execute(f"UPDATE {LEAVES} SET index = index - %s WHERE index >= %s", far - by, far)


def _place(entry_id: UUID, index: int) -> None:
    execute(
        f"INSERT INTO {LEAVES} (log_id, index, entry_id) SELECT id, %s, %s FROM {LOGS}",
        index,
        entry_id,
    )


def _partitions() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relid::regclass::text FROM pg_partition_tree(%s)", [ENTRIES])
        return [name for (name,) in cursor.fetchall() if name != ENTRIES]
