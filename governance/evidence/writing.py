"""Writing a bundle's files and putting them into the zip. The format: docs/evidence-bundle.md.

Pure: no Django. What is written goes into a folder first, line by line, so that memory stays flat.
The same content gives the same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import Any, BinaryIO, Self

import orjson

from governance.ledger.note import to_base64

FORMAT, VERSION = "countersign-evidence-bundle", 1
MAX_BYTES = 2**31 - 1  # beyond it Python's zipfile writes the 64-bit extension
_COMMENT_BYTES = 64
_INDEX = Struct(">Q")
_COPIED_AT_ONCE = 2**20


class BundleTooLarge(ValueError):
    """The zip would be longer than a bundle may be."""


@dataclass(frozen=True, slots=True)
class Given:
    """Content that is handed out; `key`: what a payload's commitment was made under, else empty."""

    content: bytes
    key: bytes = b""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Content that is there, but not for whom the bundle is made."""


@dataclass(frozen=True, slots=True)
class Erased:
    """Content that is gone. Of a payload: by which entry of which of the bundle's logs."""

    log: int | None = None
    entry: int | None = None


Content = Given | Withheld | Erased


@dataclass(frozen=True, slots=True)
class Document:
    """A file that an entry names by its SHA-256, in the body's `field`."""

    name: str
    content: bytes
    log: int
    entry: int
    field: str


@dataclass(frozen=True, slots=True)
class Growth:
    """The checkpoint that the auditor holds, and what shows that the log grew from it."""

    held: bytes
    proof: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp (RFC 3161, DER), and the very bytes of the note that it is of."""

    token: bytes
    note: bytes


@dataclass(frozen=True, slots=True)
class LogEnds:
    """What a log's folder holds beside its entries. `keys`: as they stand in keys.json."""

    origin: str
    checkpoint: bytes
    keys: Sequence[Mapping[str, Any]]
    growth: Growth | None = None
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a bundle says of itself. `start`, `end`, `made_at`: RFC 3339 with microseconds."""

    id: str
    kind: str
    about_id: str
    made_at: str
    made_for: str
    start: str | None = None
    end: str | None = None
    left_out: Sequence[str] = ()


class BundleFolder:
    """The folder in which a bundle's files grow until they are put into the zip."""

    def __init__(self, path: Path) -> None:
        path.mkdir()
        self.path = path
        self._logs: list[LogEnds] = []
        self._documents: list[dict[str, object]] = []
        self._objects = (path / "objects.jsonl").open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._objects.close()

    def new_log(self) -> LogFolder:
        """The next log's folder, oldest log first. Finish one before the next."""
        return LogFolder(self, len(self._logs) + 1)

    def end_log(self, ends: LogEnds) -> None:
        """Take the log that was just finished into the manifest."""
        self._logs.append(ends)

    def add_object(self, kind: str, key: str, entries: int) -> None:
        """An object, and how many entries about it are here."""
        self._objects.write(_line({"type": kind, "id": key, "entries": entries}))

    def add_document(self, document: Document) -> None:
        name = f"files/{document.name}"
        self.add(name, document.content)
        place = {"log": document.log, "entry": document.entry}
        self._documents.append({"file": name, "field": document.field, **place})

    def add(self, name: str, content: bytes) -> None:
        """A file of which there is no more than fits into memory."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def pack(self, about: About, witnesses: Sequence[Mapping[str, Any]], into: Path) -> str:
        """Write the zip. Gives its SHA-256 in hexadecimal. Raises BundleTooLarge."""
        self._objects.close()
        keys = [{"origin": log.origin, "keys": list(log.keys)} for log in self._logs]
        self.add("keys.json", _document({"logs": keys, "witnesses": list(witnesses)}))
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "id": about.id,
            "about": {
                "kind": about.kind,
                "id": about.about_id,
                "start": about.start,
                "end": about.end,
            },
            "made_at": about.made_at,
            "made_for": about.made_for,
            "logs": [{"origin": log.origin} for log in self._logs],
            "documents": self._documents,
            "left_out": list(about.left_out),
            "files": {name: _identity(self.path / name) for name in self._names()},
        }
        self.add("manifest.json", _document(manifest))
        return _pack(self.path, self._names(), into)

    def _names(self) -> list[str]:
        files = (path for path in self.path.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.path).as_posix() for path in files)


class LogFolder:
    """One log's entries, with what they commit to, in the order of their indexes."""

    def __init__(self, bundle: BundleFolder, number: int) -> None:
        self.number, self._bundle = number, bundle
        self._path = bundle.path / "logs" / str(number)
        self._path.mkdir(parents=True)
        self._indexes = bundle.path.with_name(f"{bundle.path.name}-indexes-{number}")
        self._open = ExitStack()
        self._files = {name: self._new(self._path / name) for name in _GROWING}
        self._index_file = self._new(self._indexes)

    def _new(self, path: Path) -> BinaryIO:
        return self._open.enter_context(path.open("wb"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        self._indexes.unlink(missing_ok=True)

    def add(self, index: int, leaf: bytes, row: Content | None, payload: Content | None) -> None:
        """One entry. `row`, `payload`: None where it commits to none."""
        self._index_file.write(_INDEX.pack(index))
        self._files["entries.jsonl"].write(_line({"index": index, "leaf": leaf.decode()}))
        for name, content in (("rows.jsonl", row), ("payloads.jsonl", payload)):
            if content is not None:
                self._files[name].write(_line({"index": index, **_told(content)}))

    def finish(self, ends: LogEnds, proof: Iterable[bytes]) -> None:
        """Close the folder with the log's checkpoint and the one proof of all entries."""
        for node in proof:
            self._files["proof.bin"].write(node)
        self._open.close()
        self._bundle.end_log(ends)
        folder = f"logs/{self.number}"
        self._bundle.add(f"{folder}/checkpoint", ends.checkpoint)
        if ends.growth is not None:
            proof_lines = [to_base64(node) for node in ends.growth.proof]
            self._bundle.add(f"{folder}/held-checkpoint", ends.growth.held)
            self._bundle.add(f"{folder}/consistency.json", _document({"proof": proof_lines}))
        if ends.stamp is not None:
            self._bundle.add(f"{folder}/timestamp.tsr", ends.stamp.token)
            self._bundle.add(f"{folder}/stamped-checkpoint", ends.stamp.note)

    def indexes(self) -> Iterator[int]:
        """The indexes of the entries that were added, in order."""
        self._index_file.flush()
        with self._indexes.open("rb") as file:
            while index := file.read(_INDEX.size):
                yield _INDEX.unpack(index)[0]


_GROWING = ("entries.jsonl", "rows.jsonl", "payloads.jsonl", "proof.bin")


def _told(content: Content) -> dict[str, object]:
    match content:
        case Given(text, b""):
            return {"state": "given", "content": text.decode()}
        case Given(text, key):
            return {"state": "given", "content": text.decode(), "key": key.hex()}
        case Erased(None, None):
            return {"state": "erased"}
        case Erased(log, entry):
            return {"state": "erased", "log": log, "entry": entry}
    return {"state": "withheld"}


def _line(content: Mapping[str, object]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _document(content: Mapping[str, object]) -> bytes:
    """For people to read, too."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(content, option=options)


def _identity(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        return {
            "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
            "bytes": path.stat().st_size,
        }


def _pack(folder: Path, names: Sequence[str], into: Path) -> str:
    """A plain zip: stored, without dates, and in its comment the SHA-256 of all bytes before."""
    room = sum((folder / name).stat().st_size + 2 * len(name) + 100 for name in names)
    if room > MAX_BYTES:
        raise BundleTooLarge(f"The bundle would have {room:,} bytes, more than {MAX_BYTES:,}")
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as zipped:
        for name in names:
            member = zipfile.ZipInfo(name)
            member.create_system, member.external_attr = 3, 0o644 << 16
            with (folder / name).open("rb") as source, zipped.open(member, "w") as target:
                shutil.copyfileobj(source, target, _COPIED_AT_ONCE)
        zipped.comment = b"0" * _COMMENT_BYTES
    return _sign_off(into)


def _sign_off(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("r+b") as file:
        left = path.stat().st_size - _COMMENT_BYTES
        while left:
            block = file.read(min(left, _COPIED_AT_ONCE))
            digest.update(block)
            left -= len(block)
        comment = digest.hexdigest().encode()
        file.seek(-_COMMENT_BYTES, 2)
        file.write(comment)
    digest.update(comment)
    return digest.hexdigest()
