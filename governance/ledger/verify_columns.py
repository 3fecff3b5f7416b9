"""Checking entries against their own bytes. Pure: no Django, no database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import orjson

from governance.ledger.verify import Fault, Wrong

# What a leaf and the columns beside it both say, in this order.
NAMES = (
    "version", "id", "log", "event", "instant", "actor", "subject's type", "subject", "number",
    "previous hash", "history row", "payload",
)  # fmt: skip
# Leaf, leaf hash, then what the columns say, as a leaf writes it: ids, hashes and the instant as
# texts, and for the payload whether there is none.
StoredEntry = tuple[Any, ...]
_UNREADABLE = (orjson.JSONDecodeError, KeyError, TypeError)


def digests(entries: Sequence[StoredEntry]) -> list[bytes]:
    """SHA-256(0x00 || leaf) of the bytes as they are stored: RFC 9162 section 2.1.1."""
    return [sha256(b"\x00" + entry[0]).digest() for entry in entries]


def disagreeing(entries: Sequence[StoredEntry]) -> list[int]:
    """The positions of entries whose columns do not repeat their leaf, or whose bytes are none.

    This is the verification's innermost loop: nothing is made for an entry that agrees.
    """
    loads, said, found = orjson.loads, _said, []
    for position, entry in enumerate(entries):
        try:
            agrees = entry[2:] == said(loads(entry[0]))
        except _UNREADABLE:
            agrees = False
        if not agrees:
            found.append(position)
    return found


def column_faults(entry: StoredEntry, place: str, index: int | None) -> Iterator[Fault]:
    """What exactly disagrees in one entry."""
    try:
        said = _said(orjson.loads(entry[0]))
    except _UNREADABLE as fault:
        yield Fault(Wrong.UNREADABLE, place, f"its bytes are no leaf: {fault!r:.100}", index)
        return
    for name, column_says, leaf_says in zip(NAMES, entry[2:], said, strict=True):
        if column_says != leaf_says:
            detail = f"its column for the {name} is not what its leaf says"
            yield Fault(Wrong.CHANGED, place, detail, index)


def commitments(leaf: bytes) -> tuple[bytes, bytes | None, bytes | None]:
    """The nonce of a leaf, and its commitments to a row and to a payload."""
    said = orjson.loads(leaf)
    history, payload = said["history"], said["commitment"]
    return (
        bytes.fromhex(said["nonce"]),
        None if history is None else bytes.fromhex(history["commitment"]),
        None if payload is None else bytes.fromhex(payload),
    )


def _said(leaf: dict[str, Any]) -> tuple[Any, ...]:
    subject, history = leaf["subject"], leaf["history"]
    return (
        leaf["v"],
        leaf["id"],
        leaf["log"],
        leaf["event"],
        leaf["at"],
        leaf["actor"],
        subject["type"],
        subject["id"],
        leaf["object_seq"],
        leaf["object_prev"],
        history and history["id"],
        leaf["commitment"] is None,
    )
