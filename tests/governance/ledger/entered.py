"""Entries with ids of any instant, entered as the database takes them: past the application."""

import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings

from governance.ids import first_id, uuid7
from governance.ledger import leaf
from governance.models import LedgerEntry


def id_at(at: datetime) -> UUID:
    """A UUIDv7 of that instant."""
    return UUID(int=first_id(at).int | 0x7 << 76 | 0b10 << 62 | secrets.randbits(62))


def enter(at: datetime, *, after: LedgerEntry | None = None, event: str = "test.thing.seen"):
    """An entry with an id of that instant, about a new subject or the one of `after`."""
    entry = _entry(at, after, event)
    entry.save(force_insert=True)
    return entry


def enter_many(count: int, at: datetime) -> list[LedgerEntry]:
    """Entries about as many subjects, in this order."""
    return LedgerEntry.objects.bulk_create([_entry(at) for _ in range(count)])


def _entry(
    at: datetime, after: LedgerEntry | None = None, event: str = "test.thing.seen"
) -> LedgerEntry:
    content = leaf.LeafContent(
        id=id_at(at),
        log=settings.COUNTERSIGN_LOG_ORIGIN,
        event=event,
        at=at,
        actor="system:test",
        subject_type="test.thing",
        subject_id=after.subject_id if after else uuid7(),
        body={"said": "something of the usual length, so that leaves are as large as they are"},
        commitment=None,
        object_seq=after.object_seq + 1 if after else 1,
        object_prev=bytes(after.leaf_hash) if after else None,
        history=None,
        nonce=secrets.token_bytes(16),
    )
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
        leaf=leaf.encode(content),
    )
