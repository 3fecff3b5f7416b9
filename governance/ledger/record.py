"""Appending to the ledger: inside the transaction of the change, or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, models, transaction

from governance.errors import NotInTransaction
from governance.ids import uuid7
from governance.ledger import leaf
from governance.ledger.history_bytes import history_bytes
from governance.models.actors import Actor
from governance.models.base import AppendOnly, Recording
from governance.models.bulk import copy_in
from governance.models.ledger import LedgerEntry
from governance.models.payload import Payload
from governance.notices.causes import leave_causes
from governance.rechecking import recheck_staffing

_NONCE_BYTES = 16
# One order for all, so that two writers cannot lock crosswise.
_HOLD_HEADS = """
    SELECT subject_type, subject_id, object_seq, leaf_hash FROM governance_ledgerhead
    WHERE subject_id = ANY(%s) ORDER BY subject_id FOR NO KEY UPDATE
"""
# Beside the model's own insert this saves half of what an entry costs the processor.
_COLUMNS = (
    "id", "log", "event", "at", "actor", "subject_type", "subject_id", "object_seq",
    "object_prev", "history_id", "payload_id", "leaf",
)  # fmt: skip
_ROW = f"({', '.join(['%s'] * len(_COLUMNS))})"
_INSERT = f"INSERT INTO governance_ledgerentry ({', '.join(_COLUMNS)}) VALUES "
# From so many on, what COPY saves is more than what it takes to begin.
_MANY = 50
_Place = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Event:
    """One event to enter. `payload`: the sealed content that it commits to."""

    name: str
    subject: models.Model
    body: Mapping[str, object] = field(default_factory=dict)
    payload: Payload | None = None


def append(
    event: str,
    *,
    subject: models.Model,
    actor: Actor,
    at: datetime,
    body: Mapping[str, object] | None = None,
    payload: Payload | None = None,
) -> LedgerEntry:
    """Enter one event about `subject`. See `append_all`."""
    [entry] = append_all([Event(event, subject, body or {}, payload)], actor=actor, at=at)
    return entry


def keep(
    row: Recording,
    event: str,
    *,
    actor: Actor,
    at: datetime,
    body: Mapping[str, object] | None = None,
    fields: Sequence[str] = (),
) -> LedgerEntry:
    """Save a recorded row, or the named fields of it, and enter the change: both or neither.

    Where this fails inside a transaction, that one can only be rolled back, or to a savepoint of
    the caller's: one of its own would cost every verb two statements, and none goes on after it.
    """
    is_new = row._state.adding
    with transaction.atomic(savepoint=False):
        row.save_by(actor, *fields)
        [entry] = append_all([Event(event, row, body or {})], actor=actor, at=at, all_new=is_new)
    return entry


def append_all(
    events: Sequence[Event], *, actor: Actor, at: datetime, all_new: bool = False
) -> list[LedgerEntry]:
    """Enter events in the given order, in one statement. `at`: aware, the verb's clock.

    Each entry continues its subject's own sequence and commits to the history row that the
    subject wrote since its last entry; the first entry of a row that never changes commits to
    that row. `all_new`: no subject has an entry yet, so none is looked for; said wrongly, the
    database refuses the second number one. Writers about one subject take turns until they
    commit; others never wait for one another.

    Raises NotInTransaction outside a transaction: an entry that could be kept without its change,
    or lost without it, would be no evidence.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(f"{events[0].name} was to be entered outside a transaction")
    heads = {} if all_new else _heads({_place(event.subject) for event in events})
    entries = [_entry(event, actor, at, heads) for event in events]
    _insert([[getattr(entry, column) for column in _COLUMNS] for entry in entries])
    for entry in entries:
        entry._state.adding = False
    if any(_changed_who_may_rule(*pair) for pair in zip(events, entries, strict=True)):
        recheck_staffing()
    leave_causes((entry, event.body) for event, entry in zip(events, entries, strict=True))
    return entries


def _insert(rows: Sequence[Sequence[Any]]) -> None:
    if len(rows) >= _MANY:
        copy_in("governance_ledgerentry", _COLUMNS, rows)
        return
    with connection.cursor() as cursor:
        values = [value for row in rows for value in row]
        cursor.execute(_INSERT + ", ".join([_ROW] * len(rows)), values)


def _changed_who_may_rule(event: Event, entry: LedgerEntry) -> bool:
    """Every change of a recorded row passes here, so no verb can forget to say so. Entries that
    change no row, such as a sign-in, have no history row."""
    return getattr(event.subject, "decides_who_may_rule", False) and entry.history_id is not None


def _place(subject: models.Model) -> _Place:
    return subject._meta.label_lower, subject.pk


def _heads(places: set[_Place]) -> dict[_Place, tuple[int, bytes]]:
    """The last sequence number and leaf hash of each subject that has entries; held to commit."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_HEADS, [[subject_id for _, subject_id in places]])
        return {(kind, key): (seq, digest) for kind, key, seq, digest in cursor.fetchall()}


def _entry(
    event: Event, actor: Actor, at: datetime, heads: dict[_Place, tuple[int, bytes]]
) -> LedgerEntry:
    place = _place(event.subject)
    seq, previous = heads.get(place, (0, None))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    history = _row_commitment(event, nonce, is_first=seq == 0)
    content = leaf.LeafContent(
        id=uuid7(),
        log=settings.COUNTERSIGN_LOG_ORIGIN,
        event=event.name,
        at=at,
        actor=actor.label,
        subject_type=place[0],
        subject_id=place[1],
        body=event.body,
        commitment=None if event.payload is None else bytes(event.payload.commitment),
        object_seq=seq + 1,
        object_prev=previous,
        history=history,
        nonce=nonce,
    )
    encoded = leaf.encode(content)
    heads[place] = (content.object_seq, leaf.leaf_hash(encoded))
    entry = LedgerEntry(
        id=content.id,
        log=content.log,
        event=content.event,
        at=content.at,
        actor=content.actor,
        subject_type=content.subject_type,
        subject_id=content.subject_id,
        object_seq=content.object_seq,
        object_prev=content.object_prev,
        history_id=history.row_id if history else None,
        payload_id=event.payload.pk if event.payload else None,
        leaf=encoded,
    )
    entry.leaf_hash = heads[place][1]
    return entry


def _row_commitment(event: Event, nonce: bytes, *, is_first: bool) -> leaf.HistoryCommitment | None:
    subject = event.subject
    if isinstance(subject, AppendOnly):
        is_due = is_first and subject.is_entered
        return _commitment_to(subject, subject.pk, nonce) if is_due else None
    if not isinstance(subject, Recording):
        return None
    rows = subject.take_unentered_history()
    if not rows:
        return None
    if len(rows) > 1:
        # A second row would be covered by no entry: a verb saves a row once per event.
        raise ValueError(f"{event.name} would leave {len(rows) - 1} history rows unentered")
    return _commitment_to(rows[0], rows[0].history_id, nonce)


def _commitment_to(row: models.Model, row_id: UUID, nonce: bytes) -> leaf.HistoryCommitment:
    return leaf.HistoryCommitment(row_id, leaf.commit(nonce, history_bytes(row)))
