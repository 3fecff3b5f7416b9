"""An entry made of its leaf: what a leaf says, the columns repeat."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import orjson

from governance.models.ledger import LedgerEntry

_VERSION_AND_VARIANT = 0xF << 76 | 0b11 << 62
_VERSION_8 = 8 << 76 | 0b10 << 62


def entry_of(leaf: bytes) -> LedgerEntry:
    """The unsaved entry of a leaf that was proven to be one of ours.

    A leaf does not name the row of the payload that it commits to. Where there is a commitment, an
    id made of it stands in: a UUIDv8, which no row of ours ever has (RFC 9562, section 5.8).
    """
    said = orjson.loads(leaf)
    subject, history = said["subject"], said["history"]
    previous, commitment = said["object_prev"], said["commitment"]
    return LedgerEntry(
        id=UUID(said["id"]),
        log=said["log"],
        event=said["event"],
        at=datetime.fromisoformat(said["at"]),
        actor=said["actor"],
        subject_type=subject["type"],
        subject_id=UUID(subject["id"]),
        object_seq=said["object_seq"],
        object_prev=None if previous is None else bytes.fromhex(previous),
        history_id=None if history is None else UUID(history["id"]),
        payload_id=None if commitment is None else _stand_in(bytes.fromhex(commitment)),
        leaf=leaf,
    )


def _stand_in(commitment: bytes) -> UUID:
    bits = int.from_bytes(commitment[:16], "big")
    return UUID(int=bits & ~_VERSION_AND_VARIANT | _VERSION_8)
