"""Sealing personal and confidential content, and opening it again."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

import orjson

from governance.ids import uuid7
from governance.ledger.keys import KEY_BYTES, seal, unseal, wrapping_key
from governance.ledger.leaf import commit
from governance.models.payload import Payload
from governance.models.subject import SubjectKey


class PayloadErased(LookupError):
    """The content is gone by a lawful erasure; only its commitment is left."""


def seal_payload(
    *, kind: Payload.Kind, subject: SubjectKey, content: object, now: datetime
) -> Payload:
    """Seal `content` (JSON) with the subject's key and store it."""
    clear = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    row = Payload(id=uuid7(), kind=kind, subject=subject, created_at=now)
    row.sealed = seal(subject_key(subject), clear, _context(row))
    row.commitment_key = secrets.token_bytes(KEY_BYTES)
    row.commitment = commit(row.commitment_key, clear)
    row.save(force_insert=True)
    return row


def open_payload(row: Payload) -> bytes:
    """The clear bytes. Raises InvalidTag when row or key were tampered with."""
    return unseal(subject_key(row.subject), bytes(row.sealed), _context(row))


def read_payload(payload_id: UUID) -> dict[str, object]:
    """The JSON object behind an id. Raises PayloadErased when it is gone."""
    row = Payload.objects.select_related("subject").filter(pk=payload_id).first()
    if row is None:
        raise PayloadErased(f"payload {payload_id} was erased")
    content: dict[str, object] = orjson.loads(open_payload(row))
    return content


def new_subject_key(now: datetime) -> SubjectKey:
    """An unsaved key under a fresh random pseudonym."""
    pseudonym = uuid7()
    wrapped = seal(wrapping_key(), secrets.token_bytes(KEY_BYTES), pseudonym.bytes)
    return SubjectKey(id=pseudonym, wrapped_key=wrapped, created_at=now)


def subject_key(subject: SubjectKey) -> bytes:
    return unseal(wrapping_key(), bytes(subject.wrapped_key), subject.pk.bytes)


def _context(row: Payload) -> bytes:
    return b"|".join((row.pk.bytes, row.kind.encode(), row.subject_id.bytes))
