"""Signed notes: a text and the lines of those who signed it. Source: C2SP signed-note.

Ed25519 signatures only (RFC 8032). Base64 is RFC 4648 section 4 in its one canonical form, so that
what was parsed encodes to the same bytes again. Pure: no Django.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100  # the specification demands room for 16, the reference in Go takes 100
_KEY_ID_BYTES = 4
_LINE_START = "\u2014 "


class NoteRejected(ValueError):
    """A note cannot be trusted."""


class NoteMalformed(NoteRejected):
    """Bytes are no signed note."""


class NotSigned(NoteRejected):
    """None of the known keys signed the note."""


class BadSignature(NoteRejected):
    """A line that names a known key does not hold that key's signature."""


class KeyMalformed(ValueError):
    """A text is no verifier key, or a name cannot be a key's name."""


class Algorithm(IntEnum):
    """What a key signs: the signature type byte of C2SP signed-note."""

    ED25519 = 0x01
    COSIGNATURE_V1 = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under its name, as `name+key id+key`. Raises KeyMalformed."""

    name: str
    public: bytes
    algorithm: Algorithm = Algorithm.ED25519

    def __post_init__(self) -> None:
        check_key_name(self.name)
        try:
            Ed25519PublicKey.from_public_bytes(self.public)
        except ValueError as fault:
            raise KeyMalformed(f"The key of {self.name} is not one of 32 bytes") from fault

    @classmethod
    def of(
        cls,
        name: str,
        private_key: Ed25519PrivateKey,
        algorithm: Algorithm = Algorithm.ED25519,
    ) -> Self:
        """The public half of a private key."""
        return cls(name, private_key.public_key().public_bytes_raw(), algorithm)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `name+key id in hex+base64(algorithm || key)`. Raises KeyMalformed."""
        try:
            name, _, encoded = text.split("+", 2)
            material = from_base64(encoded)
            key = cls(name, material[1:], Algorithm(material[0]))
        except (ValueError, IndexError) as fault:
            raise KeyMalformed(f"{text!r:.120} is no verifier key: {fault}") from fault
        if str(key) != text:
            raise KeyMalformed(f"{text!r:.120} does not have the id of its own key")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(self._material)}"

    @property
    def key_id(self) -> bytes:
        """4 bytes that tell the keys of one name apart."""
        return key_id(self.name, self._material)

    @property
    def _material(self) -> bytes:
        return bytes([self.algorithm]) + self.public

    def check(self, message: bytes, signature: bytes) -> None:
        """Raises BadSignature unless this key signed exactly `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature as fault:
            raise BadSignature(f"The signature of {self.name} does not verify") from fault


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """Who says to have signed, with which key, and the signature."""

    name: str
    key_id: bytes
    signature: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line without its newline. Raises NoteMalformed."""
        name, space, encoded = line.removeprefix(_LINE_START).partition(" ")
        if not line.startswith(_LINE_START) or not space:
            raise NoteMalformed(f"{line!r:.120} is no signature line")
        try:
            check_key_name(name)
            content = from_base64(encoded)
        except ValueError as fault:
            raise NoteMalformed(f"{line!r:.120} is no signature line: {fault}") from fault
        if len(content) <= _KEY_ID_BYTES:
            raise NoteMalformed(f"{line!r:.120} holds no signature")
        return cls(name, content[:_KEY_ID_BYTES], content[_KEY_ID_BYTES:])

    def __str__(self) -> str:
        """The line, with its newline."""
        return f"{_LINE_START}{self.name} {to_base64(self.key_id + self.signature)}\n"

    def is_of(self, key: VerifierKey) -> bool:
        """Whether the line names that key, by its name and its id."""
        return (self.name, self.key_id) == (key.name, key.key_id)


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text, which ends in a newline, and its signature lines. Nothing here is verified."""

    text: str
    signatures: tuple[SignatureLine, ...]

    @classmethod
    def parse(cls, note: bytes) -> Self:
        """Raises NoteMalformed for anything that is not exactly in the form."""
        if len(note) > MAX_NOTE_BYTES:
            raise NoteMalformed(f"A note of {len(note)} bytes is too long")
        try:
            whole = note.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise NoteMalformed("The note is not UTF-8") from fault
        # The text may hold empty lines; the last one of all parts it from the signatures.
        text, blank, lines = whole.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise NoteMalformed("The note has no signatures behind a blank line")
        text += "\n"
        check_note_text(text)
        signatures = lines.removesuffix("\n").split("\n")
        if len(signatures) > MAX_SIGNATURES:
            raise NoteMalformed(f"The note has {len(signatures)} signatures, too many")
        return cls(text, tuple(SignatureLine.parse(line) for line in signatures))

    def encode(self) -> bytes:
        """The note's bytes. Raises NoteMalformed for a text no note can hold, or no signature."""
        check_note_text(self.text)
        if not self.signatures:
            raise NoteMalformed("A note has at least one signature")
        return "".join([self.text, "\n", *map(str, self.signatures)]).encode()


def key_id(name: str, material: bytes) -> bytes:
    """The first 4 bytes of SHA-256(name || 0x0A || algorithm byte and public key)."""
    return sha256(name.encode() + b"\n" + material).digest()[:_KEY_ID_BYTES]


def sign_note(text: str, name: str, private_key: Ed25519PrivateKey) -> SignatureLine:
    """Sign a note's text. Raises NoteMalformed and KeyMalformed."""
    check_note_text(text)
    key = VerifierKey.of(name, private_key)
    return SignatureLine(name, key.key_id, private_key.sign(text.encode()))


def verify_note(note: SignedNote, keys: Iterable[VerifierKey]) -> list[VerifierKey]:
    """Those of `keys` that signed the note, at least one, in their order.

    Raises NotSigned, and BadSignature if any line of a known key does not verify; lines of unknown
    keys are passed over. Cosignatures are no signatures of a note's text: ValueError for such keys.
    """
    signed = []
    for key in keys:
        if key.algorithm is not Algorithm.ED25519:
            raise ValueError(f"The key of {key.name} makes cosignatures, it does not sign notes")
        lines = [line for line in note.signatures if line.is_of(key)]
        for line in lines:
            key.check(note.text.encode(), line.signature)
        if lines:
            signed.append(key)
    if not signed:
        raise NotSigned("The note is signed by none of the known keys")
    return signed


def check_key_name(name: str) -> None:
    """Raises KeyMalformed unless a key can have this name: no spaces, no plus, not empty."""
    if not name or "+" in name or any(one.isspace() or one < " " for one in name):
        raise KeyMalformed(f"{name!r:.120} cannot be the name of a key")


def check_note_text(text: str) -> None:
    """Raises NoteMalformed unless a note can hold this text."""
    if not text.endswith("\n"):
        raise NoteMalformed("A note's text ends in a newline")
    if any(one < " " and one != "\n" for one in text):
        raise NoteMalformed("A note's text has no control characters but newlines")


def to_base64(content: bytes) -> str:
    """RFC 4648 section 4, with padding."""
    return base64.b64encode(content).decode()


def from_base64(text: str) -> bytes:
    """The bytes of canonical base64: padded, nothing else in it, no stray bits at the end.

    Raises ValueError.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as fault:
        raise ValueError(f"{text!r:.120} is not base64") from fault
    if to_base64(content) != text:
        raise ValueError(f"{text!r:.120} is not canonical base64")
    return content
