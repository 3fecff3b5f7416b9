"""Checkpoints: which log, how many leaves, which root, signed. Source: C2SP tlog-checkpoint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.ledger.merkle import HASH_BYTES
from governance.ledger.note import (
    NoteRejected,
    SignedNote,
    VerifierKey,
    check_note_text,
    from_base64,
    sign_note,
    to_base64,
    verify_note,
)

MAX_SIZE = 2**63 - 1  # signed 64 bits, what databases and other implementations can count to
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


class CheckpointMalformed(NoteRejected):
    """A note's text is no checkpoint."""


class ForeignCheckpoint(NoteRejected):
    """A checkpoint is signed by a known key, but is that of another log."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its first `size` leaves have the root `root`, 32 bytes."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin:
            raise CheckpointMalformed("An origin is one line that is not empty")
        if not 0 <= self.size <= MAX_SIZE:
            raise CheckpointMalformed(f"{self.size} is no size of a tree")
        if len(self.root) != HASH_BYTES:
            raise CheckpointMalformed(f"A root has 32 bytes, not {len(self.root)}")

    def text(self) -> str:
        """The note's text: three lines."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note's text; further lines are passed over. Raises CheckpointMalformed."""
        *lines, _ = text.split("\n")
        if len(lines) < 3 or "" in lines:
            raise CheckpointMalformed("A checkpoint has three lines or more, none of them empty")
        origin, size, root = lines[:3]
        try:
            check_note_text(text)
            return cls(origin, parse_size(size), from_base64(root))
        except ValueError as fault:
            raise CheckpointMalformed(str(fault)) from fault


def parse_size(text: str) -> int:
    """A tree size in ASCII decimal without leading zeros. Raises CheckpointMalformed."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise CheckpointMalformed(f"{text!r:.40} is no size of a tree")
    return int(text)


def sign_checkpoint(checkpoint: Checkpoint, private_keys: Sequence[Ed25519PrivateKey]) -> bytes:
    """The signed note, with a line by each key under the log's own name.

    While keys rotate, the old and the new one both sign. Raises ValueError without a key, and
    KeyMalformed for an origin that is no key's name.
    """
    if not private_keys:
        raise ValueError("A checkpoint is signed by at least one key")
    text = checkpoint.text()
    lines = tuple(sign_note(text, checkpoint.origin, key) for key in private_keys)
    return SignedNote(text, lines).encode()


def open_checkpoint(
    note: bytes, origin: str, keys: Iterable[VerifierKey]
) -> tuple[Checkpoint, SignedNote]:
    """The checkpoint of the log `origin`, signed by at least one of the log's `keys`.

    Raises NoteMalformed, NotSigned, BadSignature, CheckpointMalformed and ForeignCheckpoint, all of
    them NoteRejected.
    """
    signed = SignedNote.parse(note)
    verify_note(signed, keys)
    checkpoint = Checkpoint.parse(signed.text)
    if checkpoint.origin != origin:
        raise ForeignCheckpoint(f"The checkpoint is that of {checkpoint.origin}, not of {origin}")
    return checkpoint, signed
