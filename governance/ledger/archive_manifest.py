"""What an archived partition consists of: the manifest that is written last, beside its files.

A partition's entries may be leaves of several logs, one after the other. For each log the manifest
names the files of leaves, the checkpoint that they are under, the keys that sign it, and the tiles
that lead from the leaves to its root. Pure: no Django.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar, get_type_hints

import orjson

from governance.ledger.leaf import instant
from governance.ledger.tiles import HEIGHT

FORMAT = 1
NAME = "manifest.json"
P = TypeVar("P")


class ManifestMalformed(ValueError):
    """Bytes are no manifest, or not in its one form."""


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A Parquet file: leaves of one log, of the indexes `first` to `last`, in their order.

    `name`: in the folder of the log, see `folder_of`; so with the tiles.
    """

    name: str
    first: int
    last: int
    leaves: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BorderTile:
    """A copy of a partial tile, beside the manifest: the log itself keeps it only while it grows.

    `name` is its path in the log.
    """

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class TileSpan:
    """Full tiles of one level, from index `first` to `last`. They are where the log keeps them."""

    level: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ArchivedLog:
    """The leaves of one log. `checkpoint`: the signed note. `keys`: C2SP verifier keys."""

    origin: str
    checkpoint: str
    keys: tuple[str, ...]
    files: tuple[ArchivedFile, ...]
    tiles: tuple[TileSpan, ...]
    border: tuple[BorderTile, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A partition as it was written at an instant; ids of `begins_at` to before `ends_at`."""

    partition: str
    begins_at: datetime
    ends_at: datetime
    written_at: datetime
    logs: tuple[ArchivedLog, ...]

    @property
    def entries(self) -> int:
        return sum(file.leaves for log in self.logs for file in log.files)

    def is_of_its_month(self) -> bool:
        """Whether the partition's name and its ends are those of one month, UTC."""
        begins = self.begins_at.astimezone(UTC)
        next_month = (begins + timedelta(days=31)).replace(day=1)
        return self.partition.endswith(f"_y{begins:%Y}m{begins:%m}") and (
            (begins.day, begins.time(), self.ends_at) == (1, time(), next_month)
        )

    @property
    def folder(self) -> str:
        """Where its files are: each writing has a folder of its own, so none replaces another."""
        return f"archive/{self.partition}/{self.written_at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"

    @property
    def place(self) -> str:
        """The manifest's own path in the store of the log under which it was written."""
        return f"{self.folder}/{NAME}"

    def encode(self) -> bytes:
        """JSON with sorted keys, indented for people; one form for each content."""
        said = {
            "format": FORMAT,
            "partition": self.partition,
            "begins_at": instant(self.begins_at),
            "ends_at": instant(self.ends_at),
            "written_at": instant(self.written_at),
            "entries": self.entries,
            "logs": [asdict(log) for log in self.logs],
        }
        return orjson.dumps(
            said, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        )

    @classmethod
    def parse(cls, content: bytes) -> Manifest:
        """Read what `encode` wrote. Raises ManifestMalformed for everything else."""
        try:
            said = orjson.loads(content)
            manifest = cls(
                partition=said["partition"],
                begins_at=datetime.fromisoformat(said["begins_at"]),
                ends_at=datetime.fromisoformat(said["ends_at"]),
                written_at=datetime.fromisoformat(said["written_at"]),
                logs=tuple(_log(log) for log in said["logs"]),
            )
            encoded = manifest.encode()
        except (ValueError, TypeError, KeyError) as fault:
            raise ManifestMalformed(f"It is no manifest: {fault!r:.200}") from fault
        if encoded != content:
            raise ManifestMalformed("It is not in the form that manifests are written in")
        if not manifest.is_of_its_month():
            raise ManifestMalformed("Its instants are not those of its partition")
        return manifest


def folder_of(manifest_folder: str, number: int) -> str:
    """Where the files of a manifest's log are. `number`: its place in the manifest, from 0."""
    return f"{manifest_folder}/{number}"


def spans(first: int, last: int, size: int) -> tuple[TileSpan, ...]:
    """The full tiles over the leaves `first` to `last` of a tree of `size` leaves."""
    found = []
    level = 0
    while size >> HEIGHT * (level + 1):
        shift = HEIGHT * (level + 1)
        low, high = first >> shift, min(last >> shift, (size >> shift) - 1)
        if low <= high:
            found.append(TileSpan(level, low, high))
        level += 1
    return tuple(found)


def _log(said: dict[str, Any]) -> ArchivedLog:
    if not said["files"]:
        raise ValueError("a log without a file")
    return ArchivedLog(
        origin=said["origin"],
        checkpoint=said["checkpoint"],
        keys=tuple(said["keys"]),
        files=tuple(_part(ArchivedFile, file) for file in said["files"]),
        tiles=tuple(_part(TileSpan, span) for span in said["tiles"]),
        border=tuple(_part(BorderTile, tile) for tile in said["border"]),
    )


def _part(kind: type[P], said: dict[str, Any]) -> P:
    """Texts and whole numbers. Raises TypeError for anything else."""
    part = kind(**said)
    for name, wanted in get_type_hints(kind).items():
        if type(getattr(part, name)) is not wanted:
            raise TypeError(f"{name} is not of the type {wanted.__name__}")
    return part
