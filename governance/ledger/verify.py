"""Checking entries against their own bytes. Pure: no Django, no database.

The bytes come first: they are hashed as they are stored, and only then read. What a column says
beside them is compared, never trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import orjson

from governance.ledger.leaf import VERSION, instant, leaf_hash


class Wrong(StrEnum):
    """What can be wrong with the record."""

    CHANGED = "changed"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    HISTORY_CHANGED = "history_changed"
    HISTORY_MISSING = "history_missing"
    HISTORY_NOT_ENTERED = "history_not_entered"
    PAYLOAD_CHANGED = "payload_changed"
    ROW_NOT_ENTERED = "row_not_entered"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where: an entry's id, or a table and row."""

    wrong: Wrong
    place: str
    detail: str


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as the database gives it back."""

    id: UUID
    log: str
    event: str
    at: datetime
    actor: str
    subject_type: str
    subject_id: UUID
    object_seq: int
    object_prev: bytes | None
    history_id: UUID | None
    payload_id: UUID | None
    leaf: bytes
    leaf_hash: bytes


class ObjectChains:
    """Follows each object's entries, given in order of subject and sequence, in flat memory."""

    def __init__(self) -> None:
        self._object: tuple[str, UUID] | None = None
        self._seq = 0
        self._hash: bytes | None = None

    def check(self, entry: StoredEntry) -> Iterator[Fault]:
        """What is wrong with this entry or between it and the one before."""
        digest = leaf_hash(entry.leaf)
        if digest != entry.leaf_hash:
            yield _fault(Wrong.CHANGED, entry, "its bytes do not have its hash")
        yield from column_faults(entry)
        yield from self._chain_faults(entry)
        self._object = (entry.subject_type, entry.subject_id)
        self._seq, self._hash = entry.object_seq, digest

    def _chain_faults(self, entry: StoredEntry) -> Iterator[Fault]:
        same = self._object == (entry.subject_type, entry.subject_id)
        seq, previous = (self._seq, self._hash) if same else (0, None)
        where = f"{entry.subject_type} {entry.subject_id}"
        if entry.object_seq != seq + 1:
            detail = f"after number {seq} of {where} comes number {entry.object_seq}"
            yield _fault(Wrong.MISSING, entry, detail)
        elif entry.object_prev != previous:
            detail = f"it follows another number {seq} of {where} than the one that is stored"
            yield _fault(Wrong.CHANGED, entry, detail)


def column_faults(entry: StoredEntry) -> Iterator[Fault]:
    """Where a column does not repeat what the leaf says."""
    try:
        said = orjson.loads(entry.leaf)
        repeated = {
            "v": (said["v"], VERSION),
            "id": (said["id"], str(entry.id)),
            "log": (said["log"], entry.log),
            "event": (said["event"], entry.event),
            "at": (said["at"], instant(entry.at)),
            "actor": (said["actor"], entry.actor),
            "subject type": (said["subject"]["type"], entry.subject_type),
            "subject": (said["subject"]["id"], str(entry.subject_id)),
            "number": (said["object_seq"], entry.object_seq),
            "previous": (said["object_prev"], entry.object_prev and entry.object_prev.hex()),
            "history": (said["history"] and said["history"]["id"], _text(entry.history_id)),
            "payload": (said["commitment"] is None, entry.payload_id is None),
        }
    except (orjson.JSONDecodeError, KeyError, TypeError) as fault:
        yield _fault(Wrong.UNREADABLE, entry, f"its bytes are no leaf: {fault!r:.100}")
        return
    for name, (leaf_says, column_says) in repeated.items():
        if leaf_says != column_says:
            yield _fault(Wrong.CHANGED, entry, f"its column for the {name} is not what it says")


def commitments(leaf: bytes) -> tuple[bytes, bytes | None, bytes | None]:
    """The nonce of a leaf, and its commitments to a history row and to a payload."""
    said = orjson.loads(leaf)
    history, payload = said["history"], said["commitment"]
    return (
        bytes.fromhex(said["nonce"]),
        None if history is None else bytes.fromhex(history["commitment"]),
        None if payload is None else bytes.fromhex(payload),
    )


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _fault(wrong: Wrong, entry: StoredEntry, detail: str) -> Fault:
    return Fault(wrong, f"entry {entry.id} ({entry.event})", detail)
