"""The bytes of an entry: made once, stored, hashed; verifiers hash them first and parse after.

RFC 8785 JSON of a restricted kind: ASCII keys, and as values strings, booleans, null, integers
below 2^53 and lists and objects of these. Scores and money are strings. In that subset sorted
compact JSON is RFC 8785 exactly. Pure: no Django, so that an outsider's verifier may use it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import orjson

VERSION = 1
MAX_LEAF_BYTES = 65_535  # C2SP tlog-tiles: an entry's length is a uint16
_MAX_SAFE_INTEGER = 2**53 - 1


class BodyNotCanonical(TypeError):
    """A body holds something whose bytes would not be the same everywhere."""


class LeafTooLarge(ValueError):
    """A leaf is longer than 65,535 bytes; large content belongs into a payload."""


@dataclass(frozen=True, slots=True)
class HistoryCommitment:
    """Binds an entry to one history row: HMAC-SHA256 of the row's bytes under the leaf's nonce."""

    row_id: UUID
    commitment: bytes


@dataclass(frozen=True, slots=True)
class LeafContent:
    """Everything that a leaf says. `at` is aware; `object_prev` is 32 bytes or None."""

    id: UUID
    log: str
    event: str
    at: datetime
    actor: str
    subject_type: str
    subject_id: UUID
    body: Mapping[str, object]
    commitment: bytes | None
    object_seq: int
    object_prev: bytes | None
    history: HistoryCommitment | None
    nonce: bytes


def encode(content: LeafContent) -> bytes:
    """The leaf bytes. Raises BodyNotCanonical and LeafTooLarge."""
    check_canonical(content.body)
    history = content.history
    leaf = orjson.dumps(
        {
            "v": VERSION,
            "id": str(content.id),
            "log": content.log,
            "event": content.event,
            "at": instant(content.at),
            "actor": content.actor,
            "subject": {"type": content.subject_type, "id": str(content.subject_id)},
            "body": content.body,
            "commitment": _hex(content.commitment),
            "object_seq": content.object_seq,
            "object_prev": _hex(content.object_prev),
            "history": None
            if history is None
            else {"id": str(history.row_id), "commitment": history.commitment.hex()},
            "nonce": content.nonce.hex(),
        },
        option=orjson.OPT_SORT_KEYS,
    )
    if len(leaf) > MAX_LEAF_BYTES:
        raise LeafTooLarge(f"The leaf of {content.event} has {len(leaf)} bytes")
    return leaf


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf): RFC 9162 section 2.1.1."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def commit(key: bytes, content: bytes) -> bytes:
    """HMAC-SHA256: binding, and hiding for as long as the key is secret (RFC 2104)."""
    return hmac.digest(key, content, "sha256")


def instant(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds, always 27 characters."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def check_canonical(value: object, place: str = "body") -> None:
    """Raises BodyNotCanonical naming the place of the first value outside the subset."""
    if value is None or isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > _MAX_SAFE_INTEGER:
            raise BodyNotCanonical(f"{place} is beyond 2^53; write it as a string")
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise BodyNotCanonical(f"{place} has the key {key!r}, which is not ASCII text")
            check_canonical(item, f"{place}.{key}")
        return
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            check_canonical(item, f"{place}[{index}]")
        return
    raise BodyNotCanonical(f"{place} is a {type(value).__name__}; write it as a string")


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()
