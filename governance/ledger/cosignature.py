"""Cosignatures: a witness says which tree of a log was the largest it saw, and when.

Sources: C2SP tlog-cosignature (Ed25519, version 1) and tlog-witness (the request `add-checkpoint`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.ledger.checkpoint import parse_size
from governance.ledger.merkle import HASH_BYTES
from governance.ledger.note import (
    MAX_NOTE_BYTES,
    Algorithm,
    BadSignature,
    SignatureLine,
    VerifierKey,
    check_note_text,
    from_base64,
    to_base64,
)

MAX_PROOF_LINES = 63
_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
_MAX_TIME = 2**63 - 1


class RequestMalformed(ValueError):
    """Bytes are no request to cosign a checkpoint."""


class AddCheckpoint(NamedTuple):
    """What a log asks a witness: cosign `note`, which extends the tree of `old_size` leaves."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes


def cosign(note_text: str, name: str, private_key: Ed25519PrivateKey, at: int) -> SignatureLine:
    """The line of the witness `name` under a checkpoint's text. `at`: POSIX seconds.

    Raises ValueError for a time below 0 or from 2^63, NoteMalformed and KeyMalformed.
    """
    if not 0 <= at <= _MAX_TIME:
        raise ValueError(f"{at} is no time of a cosignature")
    check_note_text(note_text)
    key = VerifierKey.of(name, private_key, Algorithm.COSIGNATURE_V1)
    signature = private_key.sign(_message(note_text, at))
    return SignatureLine(name, key.key_id, at.to_bytes(_TIME_BYTES, "big") + signature)


def verify_cosignature(note_text: str, line: SignatureLine, key: VerifierKey) -> int:
    """When the witness cosigned, in POSIX seconds.

    Raises BadSignature, also for a line of another key; ValueError for a key that makes no
    cosignatures.
    """
    if key.algorithm is not Algorithm.COSIGNATURE_V1:
        raise ValueError(f"The key of {key.name} makes no cosignatures")
    if not line.is_of(key):
        raise BadSignature(f"The line of {line.name} is not by the key of {key.name}")
    if len(line.signature) != _TIME_BYTES + _SIGNATURE_BYTES:
        raise BadSignature(f"The cosignature of {line.name} has {len(line.signature)} bytes")
    at = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    if at > _MAX_TIME:
        raise BadSignature(f"The cosignature of {line.name} is of no possible time")
    key.check(_message(note_text, at), line.signature[_TIME_BYTES:])
    return at


def encode_add_checkpoint(old_size: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The body of a request to cosign."""
    lines = [f"old {old_size}\n", *(f"{to_base64(one)}\n" for one in proof), "\n"]
    return "".join(lines).encode() + note


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Read the body of a request to cosign; the note in it is neither parsed nor verified.

    Raises RequestMalformed.
    """
    head, blank, note = body.partition(b"\n\n")
    if not blank or not note or len(note) > MAX_NOTE_BYTES:
        raise RequestMalformed("The request holds no note of a possible length")
    try:
        first, *lines = head.decode("ascii").split("\n")
        if len(lines) > MAX_PROOF_LINES:
            raise ValueError(f"A proof of {len(lines)} hashes is too long")
        return AddCheckpoint(_old_size(first), tuple(map(_proof_hash, lines)), note)
    except ValueError as fault:
        raise RequestMalformed(str(fault)) from fault


def _old_size(line: str) -> int:
    word, _, size = line.partition(" ")
    if word != "old":
        raise ValueError("The request does not begin with the old size")
    return parse_size(size)


def _proof_hash(line: str) -> bytes:
    node = from_base64(line)
    if len(node) != HASH_BYTES:
        raise ValueError(f"A hash of the proof has {len(node)} bytes")
    return node


def _message(note_text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{note_text}".encode()
