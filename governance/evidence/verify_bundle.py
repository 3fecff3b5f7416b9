#!/usr/bin/env python3
"""Checks an evidence bundle of Countersign, offline, trusting nobody who made it.

    python3 verify.py BUNDLE.zip [--checkpoint FILE] [--key VKEY ...] [--witness VKEY ...]

--checkpoint: the checkpoint that you kept from an earlier time. --key: the log's public key, and
--witness: a witness's, as you were given them by another way than this bundle.
Exit code 0: passed. 1: the bundle must not be relied on. 2: something you asked for could not be
checked.

This file stands alone: Python 3.11 or later, and of other packages `cryptography` alone. It shares
no code with the product. What both do (hashes, proofs, notes) is written here a second time on
purpose: a fault in the one is then not a fault in the other. The format: docs/evidence-bundle.md.
To read it, begin with `verify` near the end: it names all checks in their order.
Sources: RFC 9162 (the tree of RFC 6962), C2SP signed-note, tlog-checkpoint and tlog-cosignature,
RFC 8785 (canonical JSON), RFC 2104 (HMAC), RFC 8032 (Ed25519).
"""

from __future__ import annotations

import argparse
import base64
import gc
import hashlib
import hmac
import json
import marshal
import os
import re
import signal
import sqlite3
import struct
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, NamedTuple, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MAX_MEMBERS = 200
MAX_DOCUMENT = 4 * 2**20  # bytes of what is read whole: manifest, keys, notes
MAX_LINE = 16 * 2**20  # bytes of what is read line by line
MAX_LEAF = 65_535  # bytes; C2SP tlog-tiles: an entry's length is a uint16
AT_ONCE = 100  # entries that a helper passes on together
MAX_INTEGER = 2**53 - 1  # RFC 8785: beyond it readers of JSON differ
MOST_SHOWN = 20
LARGE = 8 * 2**20  # bytes of a file from which on further processes help to check it
KINDS = {
    "decision": "reviews.decision",
    "case": "reviews.case",
    "system": "models_registry.aisystem",
    "report": "governance.reportrun",
}
MEMBER = re.compile(
    r"manifest\.json|README\.txt|verify\.py|keys\.json|objects\.jsonl|files/[a-z][a-z0-9.-]{0,80}"
    r"|logs/[1-9][0-9]?/(checkpoint|entries\.jsonl|proof\.bin|rows\.jsonl|payloads\.jsonl"
    r"|held-checkpoint|consistency\.json|timestamp\.tsr|stamped-checkpoint)"
)


class Rejected(Exception):
    """The bundle does not hold what it claims; the sentence says where."""


def require(condition: object, sentence: str) -> None:
    if not condition:
        raise Rejected(sentence)


# ---- The container: a zip whose members are stored one behind the other and nothing between them.


class Container:
    """The zip file. Nothing in it is compressed, so nothing unpacks to more than it is; what a zip
    may say in several ways is said in one, so that no two readers see two contents."""

    LOCAL, END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s4H2IH")
    CENTRAL = struct.Struct("<4s6H3I5H2I")

    def __init__(self, path: str) -> None:
        stat = os.stat(path)
        self.path, self.size, self._identity = path, stat.st_size, self._identity_of(stat)
        require(self.size > 64 + self.END.size, "The file is too short to be a bundle.")
        digest = hashlib.sha256()
        for block in self._blocks(0, self.size - 64):
            digest.update(block)
        [comment] = self._blocks(self.size - 64, 64)
        unchanged = comment == digest.hexdigest().encode()
        require(unchanged, "The file was changed: it does not have the SHA-256 at its end.")
        digest.update(comment)
        self.sha256 = digest.hexdigest()
        self.members = self._members()

    @staticmethod
    def _identity_of(stat: os.stat_result) -> tuple[int, ...]:
        return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns

    def require_same(self, stat: os.stat_result) -> None:
        same = self._identity_of(stat) == self._identity
        require(same, "The file was changed while it was checked.")

    def _opened(self) -> BinaryIO:
        """The file, read by whichever process, the same one each time."""
        file = open(self.path, "rb")  # noqa: SIM115
        self.require_same(os.fstat(file.fileno()))
        return file

    def _members(self) -> dict[str, tuple[int, int, int]]:
        """Name to start, size and CRC-32. The directory must be the one that these ask for."""
        found: dict[str, tuple[int, int, int]] = {}
        directory, at, last = b"", 0, ""
        with self._opened() as file:
            while len(head := file.read(30)) == 30 and head.startswith(b"PK\x03\x04"):
                *_, crc, _, size, length, _ = self.LOCAL.unpack(head)
                plain = (20, 0, 0, 0, 33, crc, size, size, length, 0)
                require(head == self.LOCAL.pack(b"PK\x03\x04", *plain), "A member is not plain.")
                raw = file.read(length)
                name = raw.decode("latin-1")
                require(MEMBER.fullmatch(name), f"A bundle has no member {name!r:.99}.")
                require(name > last, f"The member {name} is there twice, or out of order.")
                more = (*plain, 0, 0, 0, 0o644 << 16, at)
                directory += self.CENTRAL.pack(b"PK\x01\x02", 0x314, *more) + raw
                found[name], last = (at + 30 + length, size, crc), name
                require(len(found) <= MAX_MEMBERS, "The zip has too many members.")
                at += 30 + length + size
                file.seek(at)
            n, length = len(found), len(directory)
            directory += self.END.pack(b"PK\x05\x06", 0, 0, n, n, length, min(at, 2**32 - 1), 64)
            file.seek(at)
            same = file.read(len(directory)) == directory
        whole = at + len(directory) + 64 == self.size
        require(same and whole, "The file is not the plain zip that a bundle must be.")
        return found

    def place(self, name: str) -> tuple[int, int]:
        require(name in self.members, f"The bundle holds no {name}.")
        return self.members[name][:2]

    def read(self, name: str) -> bytes:
        require(self.place(name)[1] <= MAX_DOCUMENT, f"{name} is too large.")
        return b"".join(self.blocks(name))

    def lines(self, name: str) -> Iterator[bytes]:
        start, left = self.place(name)
        with self._opened() as file:
            file.seek(start)
            while left:
                line = file.readline(min(left, MAX_LINE))
                if not line.endswith(b"\n"):
                    raise Rejected(f"{name} has a line that is too long or cut off.")
                left -= len(line)
                yield line

    def blocks(self, name: str, length: int = 2**20) -> Iterator[bytes]:
        return self._blocks(*self.place(name), length)

    def _blocks(self, start: int, left: int, length: int = 2**20) -> Iterator[bytes]:
        with self._opened() as file:
            file.seek(start)
            while left:
                block = file.read(min(left, length))
                require(block, "The file became shorter while it was read.")
                left -= len(block)
                yield block

    def check_content(self, name: str, sha256: str, size: int) -> None:
        digest, crc = hashlib.sha256(), 0
        for block in self.blocks(name):
            digest.update(block)
            crc = zlib.crc32(block, crc)
        same = (digest.hexdigest(), size, crc) == (sha256, *self.members[name][1:])
        require(same, f"{name} is not the file that the manifest names.")


# ---- JSON with one meaning only.


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _integer(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > MAX_INTEGER:
        raise ValueError("a number is beyond 2^53")
    return number


def _no_fraction(text: str) -> NoReturn:
    raise ValueError(f"{text:.20} is no whole number")


NUMBERS: Any = {"parse_int": _integer, "parse_float": _no_fraction, "parse_constant": _no_fraction}
PLAIN = json.JSONDecoder(**NUMBERS)
DECODER = json.JSONDecoder(**NUMBERS, object_pairs_hook=_object)
ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
HEX32, HEX64 = re.compile("[0-9a-f]{32}"), re.compile("[0-9a-f]{64}")
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
INSTANT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z")
STATE = re.compile("given|withheld|erased")
MAYBE_TEXT = (str, type(None))


def parse(content: bytes, where: str, decoder: json.JSONDecoder = DECODER) -> Any:
    """The JSON value in `content`; too deep, doubled or imprecise ones are refused."""
    try:
        # As `decode`, but without its search for blanks, which takes as long as reading a line.
        text = content.decode().strip(" \t\n\r")
        found, end = decoder.raw_decode(text)
        if end != len(text):
            raise ValueError("more stands behind its end")
    except (ValueError, RecursionError) as fault:
        raise Rejected(f"{where} is not JSON as it must be: {fault!s:.99}.") from None
    return found


class Shape:
    """A JSON object with these members and no others. A kind is a type, a tuple of types, or the
    pattern of a text; numbers are whole and from 0."""

    def __init__(self, **kinds: Any) -> None:
        self.kinds = kinds
        self._members = [(name, *self._kind(kind)) for name, kind in kinds.items()]

    @staticmethod
    def _kind(kind: Any) -> tuple[tuple[type, ...], Any]:
        """The types, and what a value must pass besides."""
        if isinstance(kind, re.Pattern):
            return (str,), kind.fullmatch
        return kind if isinstance(kind, tuple) else (kind,), (0).__le__ if kind is int else None

    def take(self, found: Any, where: str) -> list[Any]:
        """Its members in their order, if `found` is one. Much of a check's time goes by here."""
        if type(found) is not dict or found.keys() != self.kinds.keys():
            raise Rejected(f"{where} does not have exactly the members {', '.join(self.kinds)}.")
        values = []
        for name, types, fits in self._members:
            one = found[name]
            if type(one) not in types or (fits is not None and not fits(one)):
                raise Rejected(f"“{name}” of {where} is wrong.")
            values.append(one)
        return values


def utf8(text: str, where: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Rejected(f"{where} holds half of a surrogate pair.") from None


# ---- Helpers: further processes, so that a large bundle is checked by more than one core.

Items = Iterator[tuple[Any, ...]]
LENGTH = struct.Struct(">I")


def can_help(size: int) -> bool:
    """Whether helpers are worth it and safe: a fork of a process with threads is not."""
    alone = sys.platform == "linux" and threading.active_count() == 1
    return alone and size >= LARGE and (os.cpu_count() or 1) > 1


@contextmanager
def ahead(items: Items) -> Iterator[Items]:
    """The same items in the same order, made ahead by a helper until the block ends.

    The helper is a fork: the same code and the same memory, nothing is read or loaded anew. What it
    meets, it tells at its place among the items, and it is raised here. A helper that ends before
    it has told all is an OSError, so that nothing passes for checked. Where none can be started,
    the items are made here.
    """
    reading, writing = os.pipe()
    try:
        helper = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        yield items
        return
    if helper == 0:
        try:
            # A reader that is gone is noticed only where nobody else holds the pipe's other end.
            os.close(reading)
            gc.freeze()  # what is there already stays shared with the process that checks
            with open(writing, "wb") as pipe:
                _tell_items(items, pipe)
        finally:
            os._exit(0)  # what comes after is the work of the other process
    os.close(writing)
    try:
        with open(reading, "rb") as pipe:
            yield _told_items(pipe)
    finally:
        os.kill(helper, signal.SIGKILL)
        os.waitpid(helper, 0)


def _tell_items(items: Items, pipe: BinaryIO) -> None:
    """Some at a time; with the last ones, how it ended."""
    some: list[tuple[Any, ...]] = []
    end = ("all", "")
    try:
        for item in items:
            some.append(item)
            if len(some) == AT_ONCE:
                _tell(pipe, some, None)
                some = []
    except Rejected as fault:
        end = ("rejected", str(fault))
    except OSError as fault:
        end = ("unreadable", str(fault))
    _tell(pipe, some, end)


def _tell(pipe: BinaryIO, some: list[tuple[Any, ...]], end: tuple[str, str] | None) -> None:
    message = marshal.dumps((some, end))
    pipe.write(LENGTH.pack(len(message)) + message)
    pipe.flush()


def _told_items(pipe: BinaryIO) -> Items:
    end = None
    while end is None:
        try:
            [length] = LENGTH.unpack(pipe.read(LENGTH.size))
            some, end = marshal.loads(pipe.read(length))
            how, why = end or ("", "")
            if type(some) is not list:
                raise TypeError
        except (EOFError, TypeError, ValueError, struct.error):
            raise ChildProcessError("A process that helped did not do its work.") from None
        yield from some
    if how == "rejected":
        raise Rejected(why)
    if how != "all":
        raise OSError(why)


# ---- The Merkle tree of RFC 9162, section 2.1.


def hash_nodes(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


class Tree:
    """A root from some leaves, and the hashes of the subtrees that hold none of them."""

    def __init__(self, leaves: Iterator[tuple[int, bytes]], proof: Iterator[bytes]) -> None:
        self._leaves, self._proof = leaves, proof
        self._next = next(leaves, None)

    def root(self, size: int) -> bytes:
        """From left to right; every leaf and every hash of the proof is used exactly once."""
        root = self._subtree(0, size) if size else hashlib.sha256().digest()
        require(self._next is None, "An entry is out of order, or beyond the checkpoint.")
        require(next(self._proof, None) is None, "The proof holds more hashes than it needs.")
        return root

    def _subtree(self, start: int, end: int) -> bytes:
        if self._next is None or self._next[0] >= end:
            node = next(self._proof, b"")
            require(len(node) == 32, "The proof holds fewer hashes than it needs.")
            return node
        if end - start == 1:
            index, leaf = self._next
            require(index == start, "The entries are out of order, or one is there twice.")
            self._next = next(self._leaves, None)
            return leaf
        middle = start + split(end - start)
        left = self._subtree(start, middle)
        return hash_nodes(left, self._subtree(middle, end))


def grew(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Whether the new tree begins with all leaves of the old one: RFC 9162, section 2.1.4."""
    hashes = iter(proof)

    def roots(old_size: int, new_size: int, whole: bool) -> tuple[bytes, bytes]:
        if old_size == new_size:
            same = old.root if whole else next(hashes, b"")
            return same, same
        middle = split(new_size)
        if old_size <= middle:
            was, now = roots(old_size, middle, whole)
            return was, hash_nodes(now, next(hashes, b""))
        was, now = roots(old_size - middle, new_size - middle, False)
        left = next(hashes, b"")
        return hash_nodes(left, was), hash_nodes(left, now)

    if old.size > new.size:
        return False
    reached = old.size == 0 or roots(old.size, new.size, True) == (old.root, new.root)
    return reached and next(hashes, None) is None


# ---- Signed notes, checkpoints and cosignatures of C2SP.


def from_base64(text: object) -> bytes:
    try:
        content = base64.b64decode(str(text), validate=True)
    except ValueError:
        content = b""
    require(base64.b64encode(content).decode() == text, f"{text!r:.60} is not base64.")
    return content


class Key(NamedTuple):
    """A verifier key, name+id+key. Kind 1 signs notes, kind 4 cosigns checkpoints."""

    name: str
    id: bytes
    public: bytes
    text: str

    @classmethod
    def parse(cls, text: str, kind: int) -> Key:
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        key = from_base64(encoded)
        its = hashlib.sha256(utf8(name, "A key") + b"\n" + key).digest()[:4]
        fits = name and key_id == its.hex() and len(key) == 33 and key[0] == kind
        require(fits, f"{text!r:.99} is no key of the kind that belongs here.")
        return cls(name, its, key[1:], text)

    def check(self, message: str, signature: bytes) -> None:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message.encode())
        except (InvalidSignature, ValueError):
            raise Rejected(f"The signature of {self.name} does not verify.") from None


class Checkpoint(NamedTuple):
    """How many leaves a log had, and which root; the note's text and its signature lines."""

    origin: str
    size: int
    root: bytes
    text: str
    lines: list[tuple[str, bytes, bytes]]

    @classmethod
    def parse(cls, note: bytes) -> Checkpoint:
        try:
            text, _, tail = note.decode().rpartition("\n\n")
        except ValueError:
            raise Rejected("A checkpoint is not UTF-8.") from None
        form = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)(\n.+)*", text)
        lines = re.findall("\u2014 ([^ +\n]+) ([A-Za-z0-9+/]+={0,2})\n", tail)
        written = "".join(f"\u2014 {name} {signature}\n" for name, signature in lines)
        if form is None or not 1 <= len(lines) <= 100 or written != tail:
            raise Rejected("A note is no signed checkpoint.")
        signed = [(name, from_base64(line)[:4], from_base64(line)[4:]) for name, line in lines]
        size = min(int(form[2]), MAX_INTEGER)
        return cls(form[1], size, from_base64(form[3]), text + "\n", signed)

    def signatures_of(self, key: Key) -> list[bytes]:
        return [signature for name, key_id, signature in self.lines if (name, key_id) == key[:2]]

    def signers(self, keys: Sequence[Key]) -> list[Key]:
        """Those of the keys that signed it; a false line of one of them is refused."""
        found = []
        for key in keys:
            for signature in self.signatures_of(key):
                key.check(self.text, signature)
                found.append(key)
        return found

    def cosigned_at(self, witness: Key) -> str | None:
        """When the witness cosigned, if it did: C2SP tlog-cosignature, version 1."""
        for stamped in self.signatures_of(witness):
            seconds = int.from_bytes(stamped[:8], "big")
            witness.check(f"cosignature/v1\ntime {seconds}\n{self.text}", stamped[8:])
            require(seconds < 2**36, f"{witness.name} cosigned at no possible time.")
            at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
            return at.strftime("%Y-%m-%d %H:%M:%S UTC")
        return None


# ---- What the entries say.

LEAF = Shape(
    v=int,
    id=UUID,
    log=str,
    event=str,
    at=INSTANT,
    actor=str,
    subject=dict,
    body=dict,
    commitment=MAYBE_TEXT,
    object_seq=int,
    object_prev=MAYBE_TEXT,
    history=(dict, type(None)),
    nonce=HEX32,
)
SUBJECT, HISTORY = Shape(type=str, id=UUID), Shape(id=UUID, commitment=HEX64)
ENTRY_LINE, OBJECT_LINE = Shape(index=int, leaf=str), Shape(type=str, id=UUID, entries=int)
# A line about a row or a payload.
TOLD = Shape(index=int, state=STATE)
GIVEN_ROW = Shape(**TOLD.kinds, content=str)
GIVEN_PAYLOAD = Shape(**GIVEN_ROW.kinds, key=HEX64)
ERASED_PAYLOAD = Shape(**TOLD.kinds, log=int, entry=int)
# The bundle's own documents.
MANIFEST = Shape(
    format=re.compile("countersign-evidence-bundle"),
    version=int,
    id=UUID,
    about=dict,
    made_at=INSTANT,
    made_for=str,
    logs=list,
    documents=list,
    left_out=list,
    files=dict,
)
ABOUT = Shape(kind=re.compile("|".join(KINDS)), id=UUID, start=MAYBE_TEXT, end=MAYBE_TEXT)
FILE = Shape(sha256=HEX64, bytes=int)
DOCUMENT = Shape(file=re.compile("files/.+"), log=int, entry=int, field=str)
KEYS, KEYS_OF_LOG = Shape(logs=list, witnesses=list), Shape(origin=str, keys=list)
LOG, CONSISTENCY = Shape(origin=str), Shape(proof=list)


class Notebook:
    """Where each object's chain stands, and which erasures are still to come. It lies in a file of
    SQLite's that ends with it, so that memory stays flat however much there is."""

    OBJECT, ENTRY = "type = ? AND id = ?", "log = ? AND entry = ?"
    BEGIN = "INSERT OR IGNORE INTO object VALUES (?, ?, 1, ?)"
    GO_ON = f"UPDATE object SET seq = seq + 1, hash = ? WHERE {OBJECT} AND seq = ? AND hash = ?"

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self.note("CREATE TABLE object (type, id, seq, hash, PRIMARY KEY (id, type)) WITHOUT ROWID")
        self.note("CREATE TABLE erasure (log, entry, of, commitment, PRIMARY KEY (log, entry))")

    def note(self, sql: str, *values: object) -> int:
        """Carry out a statement. Gives how many rows it changed."""
        return self._db.execute(sql, values).rowcount

    def look_up(self, sql: str, *values: object) -> Any:
        """The first row that a question finds, or None."""
        return self._db.execute(sql, values).fetchone()

    def count_of(self, *place: str) -> int:
        """The number of the object's last entry so far."""
        found = self.look_up(f"SELECT seq FROM object WHERE {self.OBJECT}", *place)
        return int(found[0]) if found else 0

    def follow(self, kind: str, key: str, seq: int, last: str | None, own: str, where: str) -> None:
        """That an entry is its object's next one: its number, and the hash of the one before."""
        if seq == 1 and last is None:
            changed = self.note(self.BEGIN, kind, key, own)
        else:
            changed = self.note(self.GO_ON, own, kind, key, seq - 1, last)
        if not changed:
            was = self.count_of(kind, key)
            why = "an entry is left out" if seq != was + 1 else "it follows on another one"
            raise Rejected(
                f"{where}: after number {was} of {kind} {key} comes number {seq}; {why}."
            )

    def await_erasure(self, log: int, entry: int, of: str, commitment: str) -> None:
        insert = "INSERT OR IGNORE INTO erasure VALUES (?, ?, ?, ?)"
        require(
            self.note(insert, log, entry, of, commitment),
            "One entry is said to erase two payloads.",
        )

    def erased_by(self, log: int, entry: int, commitment: str) -> str | None:
        """Whose payload this entry erased, where one awaits it."""
        place = (log, entry)
        found = self.look_up(f"SELECT of, commitment FROM erasure WHERE {self.ENTRY}", *place)
        if found is None:
            return None
        fits = found[1] == commitment
        require(fits, f"Entry {entry} does not erase the payload of {found[0]}.")
        self.note(f"DELETE FROM erasure WHERE {self.ENTRY}", *place)
        return str(found[0])


class Verdict:
    """What was found: told, checked, and not checked. `missing`: asked for, yet not checkable."""

    def __init__(self) -> None:
        self.objects: Counter[str] = Counter()
        self.states: Counter[str] = Counter()
        self.facts: list[str] = []
        self.checked: list[str] = []
        self.missing: list[str] = []
        self.unchecked: list[str] = []


class Log:
    """One log of the bundle: its checkpoint, and entries that lead to the root in it."""

    def __init__(self, check: Check, number: int, origin: str) -> None:
        self.check, self.bundle, self.verdict = check, check.bundle, check.verdict
        self.number, self.origin, self.folder = number, origin, f"logs/{number}/"
        self.checkpoint = Checkpoint.parse(self.bundle.read(f"{self.folder}checkpoint"))
        require(self.checkpoint.origin == origin, f"The checkpoint of log {number} is another's.")

    def check_signatures(self, enclosed: list[Any], given: Sequence[Key]) -> list[Key]:
        """The keys that count: the given ones, or else those that came with the bundle."""
        keys = given or [Key.parse(str(text), 1) for text in enclosed]
        signers = self.checkpoint.signers(keys)
        whose = "the keys that you gave" if given else "its keys"
        require(signers, f"The checkpoint of {self.origin} is signed by none of {whose}.")
        for key in signers:
            size, name = f"{self.checkpoint.size:,}", key.id.hex()
            self.verdict.checked.append(
                f"The checkpoint of {self.origin} over {size} entries is signed by key {name}."
            )
            if not given:
                self.verdict.unchecked.append(
                    "Whose the key is: it came with the bundle. Compare it with the one that you "
                    f"were given by another way, or name that with --key: {key.text}"
                )
        return list(keys)

    def check_growth(self, keys: list[Key], held: Checkpoint | None) -> None:
        """That the log grew from the checkpoints that are held, the enclosed and the given one."""
        known = [self.checkpoint]
        if f"{self.folder}held-checkpoint" in self.bundle.members:
            known.append(Checkpoint.parse(self.bundle.read(f"{self.folder}held-checkpoint")))
            name = f"{self.folder}consistency.json"
            [proof] = CONSISTENCY.take(parse(self.bundle.read(name), name), name)
            own = known[1].origin == self.origin and known[1].signers(keys)
            require(own, "The enclosed held checkpoint is not signed by this log's key.")
            require(
                grew(known[1], self.checkpoint, [from_base64(one) for one in proof]),
                f"The log was rewritten: its {self.checkpoint.size} entries are not shown to begin "
                f"with the {known[1].size} of the checkpoint that is held.",
            )
            self.verdict.checked.append(
                f"The log only grew since the enclosed checkpoint over {known[1].size:,} entries."
            )
        if held is None or held.origin != self.origin:
            return
        require(held.signers(keys), "The checkpoint that you hold is not signed by the log's key.")
        for one in known:
            if one.size == held.size:
                require(one.root == held.root, "The log was forked: yours has another root.")
                self.verdict.checked.append("The log only grew since the checkpoint that you hold.")
                return
        newer = held.size > self.checkpoint.size
        why = "is newer than this bundle" if newer else "is not the one this bundle was made with"
        self.verdict.missing.append(
            f"The checkpoint that you hold, over {held.size:,} entries, {why}. Ask for a bundle "
            "that is made with it."
        )

    def check_time_stamp(self) -> None:
        token, stamped = f"{self.folder}timestamp.tsr", f"{self.folder}stamped-checkpoint"
        if not {token, stamped} & set(self.bundle.members):
            return
        content, stamp = self.bundle.read(stamped), self.bundle.read(token)
        named = any(hashlib.new(f"sha{n}", content).digest() in stamp for n in (256, 384, 512))
        same = Checkpoint.parse(content).text == self.checkpoint.text
        require(named and same, "The time stamp is of another checkpoint.")
        self.verdict.unchecked.append(
            "The time stamp names this checkpoint, but whether its authority signed it takes: "
            f"openssl ts -verify -in {token} -data {stamped} -CAfile AUTHORITY.pem"
        )

    def check_entries(self) -> None:
        with ExitStack() as helpers:
            entries = self._entries()
            if self.check.helped:
                entries = helpers.enter_context(ahead(entries))
            contents = self._contents(entries)
            if self.check.helped:
                contents = helpers.enter_context(ahead(contents))
            proof = self.bundle.blocks(f"{self.folder}proof.bin", 32)
            root = Tree(self._leaves(contents), proof).root(self.checkpoint.size)
            require(
                root == self.checkpoint.root,
                f"The entries of {self.origin} are not those that its checkpoint was signed over.",
            )

    def _where(self, index: int) -> str:
        return f"Entry {index} of log {self.number}"

    # An entry goes through three hands. The first two look at it alone, so that helpers can be
    # ahead with it; what it has to do with other entries is for the last one.

    def _entries(self) -> Items:
        """Each entry, as far as it is read by itself: what binds it to others, its promise."""
        name, documents = f"{self.folder}entries.jsonl", dict(self.check.documents)
        a_line = f"A line of {name}"
        for line in self.bundle.lines(name):
            index, text = ENTRY_LINE.take(parse(line, a_line), a_line)
            where = self._where(index)
            content = utf8(text, where)
            if len(content) > MAX_LEAF:
                raise Rejected(f"{where} is too long.")
            digest = hashlib.sha256(b"\x00" + content).digest()  # RFC 9162, section 2.1.1
            # A doubled key shows below: it is not in the one form.
            leaf = parse(content, where, PLAIN)
            values = LEAF.take(leaf, where)
            try:
                same = ENCODER.encode(leaf) == text
            except RecursionError:
                same = False
            if not same:
                raise Rejected(f"{where} is not in the one form of its content (RFC 8785).")
            v, _, log, event, at, _, subject, body, commitment, seq, last, history, nonce = values
            if v != 1 or log != self.origin:
                raise Rejected(f"{where} is of another version, or of another log.")
            kind, key = SUBJECT.take(subject, f"The subject of {where}")
            for file, field, sha256 in documents.pop((self.number, index), ()):
                require(body.get(field) == sha256, f"{where} does not name {file}.")
            erasure = row = None
            if event == "governance.payload.erased":
                erasure = (at[:10], *(_text(body.get(one)) for one in ("ground", "commitment")))
            if history is not None:
                row = HISTORY.take(history, f"The row of {where}")[1]
            promise = (row, nonce, event.endswith(".erased"), commitment)
            yield (index, digest, kind, key, seq, last, erasure), promise

    def _contents(self, entries: Items) -> Items:
        """What binds each entry to others, and what became of its row and payload."""
        rows = self.bundle.lines(f"{self.folder}rows.jsonl")
        payloads = self.bundle.lines(f"{self.folder}payloads.jsonl")
        for bound, (row, nonce, row_may_go, commitment) in entries:
            index, row_is, payload_is, gone = bound[0], None, None, None
            if row is not None:
                what, secret = f"The row of {self._where(index)}", bytes.fromhex(nonce)
                row_is = _content(next(rows, b""), index, what, row, secret)[0]
                if row_is == "erased" and not row_may_go:
                    raise Rejected(f"{what} is missing.")
            if commitment is not None:
                what = f"The payload of {self._where(index)}"
                payload_is, found = _content(next(payloads, b""), index, what, commitment, None)
                if payload_is == "erased":
                    gone = (found["log"], found["entry"], what, commitment)
            yield bound, row_is, payload_is, gone
        left = next(rows, None) or next(payloads, None)
        require(left is None, "There is a row or a payload that no entry commits to.")

    def _leaves(self, contents: Items) -> Iterator[tuple[int, bytes]]:
        """Each entry's index and leaf hash, once its place among the others is checked."""
        notebook, verdict = self.check.notebook, self.verdict
        for bound, row_is, payload_is, gone in contents:
            index, digest, kind, key, seq, last, erasure = bound
            where = self._where(index)
            notebook.follow(kind, key, seq, last, digest.hex(), where)
            verdict.objects[kind] += seq == 1
            if erasure is not None:
                self._note_erasure(index, where, *erasure)
            for name, *_ in self.check.documents.pop((self.number, index), ()):
                verdict.checked.append(f"{name} is the file that {where} names.")
            verdict.states[f"{row_is} rows"] += 1
            verdict.states[f"{payload_is} payloads"] += 1
            if gone is not None:
                notebook.await_erasure(*gone)
            yield index, digest

    def _note_erasure(self, index: int, where: str, on: str, ground: str, commitment: str) -> None:
        erased = self.check.notebook.erased_by(self.number, index, commitment)
        if erased and len(self.verdict.facts) < MOST_SHOWN:
            self.verdict.facts.append(
                f"{erased} was lawfully erased on {on}: {ground:.200} ({where})"
            )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _content(
    line: bytes, index: int, what: str, committed: str, key: bytes | None
) -> tuple[str, Any]:
    """What became of a row (its key is in the leaf) or a payload: given, withheld, erased.

    What is given must be what the entry commits to: HMAC-SHA256 under the key (RFC 2104).
    """
    where = f"The line about it, {what},"
    found = parse(line, where)
    state = found.get("state") if isinstance(found, dict) else None
    shape = TOLD
    if state == "given":
        shape = GIVEN_PAYLOAD if key is None else GIVEN_ROW
    elif state == "erased" and key is None:
        shape = ERASED_PAYLOAD
    shape.take(found, where)
    if found["index"] != index:
        raise Rejected(f"{what} is not told of where it must be.")
    if state == "given":
        secret = bytes.fromhex(found["key"]) if key is None else key
        mac = hmac.digest(secret, utf8(found["content"], what), "sha256").hex()
        if mac != committed:
            raise Rejected(f"{what} is not the one that the entry commits to.")
    return str(state), found


# ---- The whole bundle.


class Check:
    """One run over a bundle."""

    def __init__(self, path: str, helped: bool | None = None) -> None:
        self.bundle, self.notebook, self.verdict = Container(path), Notebook(), Verdict()
        self.helped = can_help(self.bundle.size) if helped is None else helped
        self.documents: dict[tuple[int, int], list[tuple[str, str, str]]] = {}
        manifest = parse(self.bundle.read("manifest.json"), "The manifest")
        MANIFEST.take(manifest, "The manifest")
        require(manifest["version"] == 1, "This verifier reads version 1 of the format alone.")
        self.manifest: dict[str, Any] = manifest
        self.about = ABOUT.take(manifest["about"], "“about” of the manifest")

    def check_files(self) -> None:
        """That the members are the manifest's files, and each document is named by an entry."""
        files, names = self.manifest["files"], set(self.bundle.members) - {"manifest.json"}
        require(set(files) == names, "The bundle's files are not those of its manifest.")
        for name in sorted(names):
            self.bundle.check_content(name, *FILE.take(files[name], name))
        listed = set()
        for one in self.manifest["documents"]:
            name, log, entry, field = DOCUMENT.take(one, "A document of the manifest")
            require(name in names, f"The bundle holds no {name}.")
            named = (name, field, files[name]["sha256"])
            self.documents.setdefault((log, entry), []).append(named)
            listed.add(name)
        numbers = {str(number) for number, _ in enumerate(self.manifest["logs"], start=1)}
        for name in names - listed:
            folder, *rest = name.split("/")
            fits = not rest or (folder == "logs" and rest[0] in numbers)
            require(fits, f"The manifest does not say what {name} belongs to.")

    def check_logs(
        self, held: Checkpoint | None, keys: Sequence[Key], witnesses: Sequence[Key]
    ) -> None:
        origins = [LOG.take(one, "A log of the manifest")[0] for one in self.manifest["logs"]]
        require(origins and len(set(origins)) == len(origins), "A log is there twice, or none.")
        enclosed = KEYS.take(parse(self.bundle.read("keys.json"), "keys.json"), "keys.json")
        require(len(enclosed[0]) == len(origins), "keys.json does not name each log's keys.")
        for number, origin in enumerate(origins, start=1):
            log = Log(self, number, origin)
            own = KEYS_OF_LOG.take(enclosed[0][number - 1], "A log of keys.json")[1]
            given = [key for key in keys if key.name == origin]
            require(given or not keys, f"You gave no key of {origin}, the log of this bundle.")
            counting = log.check_signatures([_verifier(one) for one in own], given)
            log.check_growth(counting, held)
            log.check_time_stamp()
            log.check_entries()
        known = witnesses or [Key.parse(_verifier(one), 4) for one in enclosed[1]]
        for witness in known:
            at = log.checkpoint.cosigned_at(witness)
            require(at or not witnesses, f"{witness.name} did not cosign the checkpoint.")
            if at:
                how = "whose key you gave" if witnesses else "whose key came with the bundle"
                self.verdict.checked.append(f"Cosigned at {at} by {witness.name}, {how}.")
        if held and held.origin not in origins:
            self.verdict.missing.append(f"The checkpoint that you hold is that of {held.origin}.")

    def check_ends(self) -> None:
        """What can be said only when every entry was seen."""
        notebook, [kind, key, *_] = self.notebook, self.about
        require(notebook.count_of(KINDS[kind], key), f"No entry is about the {kind} {key}.")
        require(not self.documents, "A document is named by an entry that is not there.")
        left = notebook.look_up("SELECT of FROM erasure")
        require(left is None, f"No entry tells of the erasure that is said: {left}.")
        listed = f"DELETE FROM object WHERE {notebook.OBJECT} AND seq = ?"
        a_line = "A line of objects.jsonl"
        for line in self.bundle.lines("objects.jsonl"):
            *place, stated = OBJECT_LINE.take(parse(line, a_line), a_line)
            if not notebook.note(listed, *place, stated):
                seen = notebook.count_of(*place)
                raise Rejected(f"Of {' '.join(place)} {seen} entries are there, not {stated}.")
        left = notebook.look_up("SELECT type, id FROM object")
        require(left is None, f"The object {left} is not in objects.jsonl.")


def _verifier(key: Any) -> str:
    text = key.get("verifier") if isinstance(key, dict) else None
    require(isinstance(text, str), "keys.json holds what is no key.")
    return str(text)


def verify(
    path: str,
    held: bytes | None = None,
    keys: Sequence[str] = (),
    witnesses: Sequence[str] = (),
    helped: bool | None = None,
) -> Verdict:
    """Check the bundle at `path`. Raises Rejected, and OSError for what cannot be read.

    `helped`: whether further processes help, the verdict being the same; None: as `can_help` says.
    """
    check = Check(path, helped)
    check.check_files()
    check.check_logs(
        None if held is None else Checkpoint.parse(held),
        [Key.parse(text, 1) for text in keys],
        [Key.parse(text, 4) for text in witnesses],
    )
    check.check_ends()
    check.bundle.require_same(os.stat(path))
    _sum_up(check, held is None, not witnesses)
    return check.verdict


def _sum_up(check: Check, none_held: bool, no_witness: bool) -> None:
    """What the bundle is, what was checked of it in any case, and what cannot be."""
    verdict, manifest, (kind, key, start, end) = check.verdict, check.manifest, check.about
    states, objects = verdict.states, verdict.objects
    verdict.facts[:0] = [
        f"About the {kind} {key}" + (f", from {start} to {end}" if start else ""),
        f"Made at {manifest['made_at']} for {manifest['made_for']}",
        f"SHA-256 of the file: {check.bundle.sha256}",
        *(f"{number:,} of {name}" for name, number in sorted(objects.items()) if number),
        *(f"Left out, as its maker says: {one}" for one in manifest["left_out"]),
    ]
    verdict.checked[:0] = [
        "The file is as it was made, with the files of its manifest and no others.",
        "Each entry is in the log at its place: all together lead to the root that was signed.",
        "Of each object no entry is missing or changed, from its first to the last one here.",
        "What is given is what the entries commit to: "
        f"rows {states['given rows']:,}, payloads {states['given payloads']:,}.",
        "What is gone was lawfully erased, each by an entry that tells of it: "
        f"payloads {states['erased payloads']:,}.",
    ]
    verdict.unchecked += [
        "What was withheld from whom the bundle was made for: "
        f"rows {states['withheld rows']:,}, payloads {states['withheld payloads']:,}.",
        "Whether an object went on after its last entry here: ask for a newer bundle, or compare "
        "the file's SHA-256 with the one in the log (governance.evidencebundle.issued).",
        "Whether more objects belong to what the bundle is about: their choice is its maker's.",
        "Whether what was entered is true; the log shows that it was not changed afterwards.",
    ]
    if none_held:
        verdict.unchecked.append("That the log was not rewritten earlier: see --checkpoint.")
    if no_witness:
        verdict.unchecked.append("That others are shown the same log: see --witness.")


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else "\ufffd" for one in text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the verdict. Gives the exit code."""
    words = argparse.ArgumentParser(description="Checks an evidence bundle of Countersign.")
    words.add_argument("bundle", help="the zip file")
    words.add_argument("--checkpoint", metavar="FILE", help="the checkpoint that you hold")
    words.add_argument("--key", action="append", default=[], help="the log's key, name+id+key")
    words.add_argument("--witness", action="append", default=[], help="a witness's key")
    given, write = words.parse_args(arguments), sys.stdout.write
    try:
        held = None
        if given.checkpoint:
            with open(given.checkpoint, "rb") as file:
                held = file.read(MAX_DOCUMENT)
        verdict = verify(given.bundle, held, given.key, given.witness)
    except Rejected as fault:
        write(f"NOT VALID. {_printable(str(fault))}\nDo not rely on this bundle.\n")
        return 1
    except OSError as fault:
        write(f"NOT CHECKED. {_printable(str(fault))}\n")
        return 2
    write("NOT ALL CHECKED.\n" if verdict.missing else "VALID.\n")
    for title, lines in (
        ("What it is", verdict.facts),
        ("Checked", verdict.checked),
        ("NOT checked, though you asked for it", verdict.missing),
        ("NOT checked", verdict.unchecked),
    ):
        write(f"\n{title}:\n" if lines else "")
        write("".join(f"  - {_printable(line)}\n" for line in lines))
    return 2 if verdict.missing else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())
