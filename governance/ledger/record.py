"""Appending to the ledger: inside the transaction of the change, or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from governance.errors import NotInTransaction
from governance.ids import uuid7
from governance.ledger import leaf
from governance.ledger.history_bytes import history_bytes
from governance.models.actors import Actor
from governance.models.base import Recording
from governance.models.ledger import LedgerEntry
from governance.models.payload import Payload

_NONCE_BYTES = 16
_Place = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Event:
    """One event to enter. `payload`: the sealed content it commits to, with its clear bytes."""

    name: str
    subject: models.Model
    body: Mapping[str, object] = field(default_factory=dict)
    payload: SealedContent | None = None


@dataclass(frozen=True, slots=True)
class SealedContent:
    """A payload row together with the clear bytes that were sealed into it."""

    row: Payload
    clear: bytes


def append(
    event: str,
    *,
    subject: models.Model,
    actor: Actor,
    at: datetime,
    body: Mapping[str, object] | None = None,
    payload: SealedContent | None = None,
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
    """Save a recorded row, or the named fields of it, and enter the change: both or neither."""
    with transaction.atomic():
        row.save_by(actor, *fields)
        return append(event, subject=row, actor=actor, at=at, body=body)


def append_all(
    events: Sequence[Event], *, actor: Actor, at: datetime, all_new: bool = False
) -> list[LedgerEntry]:
    """Enter events in the given order, in one statement. `at`: aware, the verb's clock.

    Each entry continues its subject's own sequence and commits to the history row that the
    subject wrote since its last entry. `all_new`: no subject has an entry yet, so none is looked
    for; said wrongly, the database refuses the second number one.

    Raises NotInTransaction outside a transaction: an entry that could be kept without its change,
    or lost without it, would be no evidence.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(f"{events[0].name} was to be entered outside a transaction")
    heads = {} if all_new else _heads({_place(event.subject) for event in events})
    entries = [_entry(event, actor, at, heads) for event in events]
    return LedgerEntry.objects.bulk_create(entries)


def _place(subject: models.Model) -> _Place:
    return subject._meta.label_lower, subject.pk


def _heads(places: set[_Place]) -> dict[_Place, tuple[int, bytes]]:
    """The last sequence number and leaf hash of each subject that has entries."""
    wanted = models.Q()
    for subject_type, subject_id in places:
        wanted |= models.Q(subject_type=subject_type, subject_id=subject_id)
    newest = (
        LedgerEntry.objects.filter(wanted)
        .order_by("subject_type", "subject_id", "-object_seq")
        .distinct("subject_type", "subject_id")
        .values_list("subject_type", "subject_id", "object_seq", "leaf_hash")
    )
    return {(kind, key): (seq, bytes(digest)) for kind, key, seq, digest in newest}


def _entry(
    event: Event, actor: Actor, at: datetime, heads: dict[_Place, tuple[int, bytes]]
) -> LedgerEntry:
    place = _place(event.subject)
    seq, previous = heads.get(place, (0, None))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    history = _history_commitment(event, nonce)
    content = leaf.LeafContent(
        id=uuid7(),
        log=settings.COUNTERSIGN_LOG_ORIGIN,
        event=event.name,
        at=at,
        actor=actor.label,
        subject_type=place[0],
        subject_id=place[1],
        body=event.body,
        commitment=_payload_commitment(event.payload),
        object_seq=seq + 1,
        object_prev=previous,
        history=history,
        nonce=nonce,
    )
    encoded = leaf.encode(content)
    heads[place] = (content.object_seq, leaf.leaf_hash(encoded))
    return LedgerEntry(
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
        payload_id=event.payload.row.pk if event.payload else None,
        leaf=encoded,
    )


def _history_commitment(event: Event, nonce: bytes) -> leaf.HistoryCommitment | None:
    if not isinstance(event.subject, Recording):
        return None
    rows = event.subject.take_unentered_history()
    if not rows:
        return None
    if len(rows) > 1:
        # A second row would be covered by no entry: a verb saves a row once per event.
        raise ValueError(f"{event.name} would leave {len(rows) - 1} history rows unentered")
    return leaf.HistoryCommitment(rows[0].history_id, leaf.commit(nonce, history_bytes(rows[0])))


def _payload_commitment(content: SealedContent | None) -> bytes | None:
    if content is None:
        return None
    return leaf.commit(bytes(content.row.commitment_key), content.clear)
