"""One Parquet file of an archived partition: reading it from the store, and checking its leaves."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from governance.ids import first_id
from governance.ledger.archive_manifest import ArchivedFile, Manifest, folder_of
from governance.ledger.checkpoint import Checkpoint
from governance.ledger.merkle import HASH_BYTES
from governance.ledger.parquet import Chunk, ParquetUnreadable, read_parquet
from governance.ledger.published import published_tiles
from governance.ledger.store import LedgerStore, ledger_store
from governance.ledger.tiles import HEIGHT, WIDTH, TileId, TileReader
from governance.ledger.trusted_tiles import TileWrong, TrustedTiles
from governance.ledger.verify import Fault, Wrong
from governance.ledger.verify_columns import StoredEntry, column_faults, digests, disagreeing

_MOST_FAULTS = 10  # of one file, in detail
_ID = 3  # where a stored entry has its id


@dataclass(frozen=True, slots=True)
class FileTask:
    """A file to check, and what to check it against. Small: it travels to other processes.

    `home`: the log in whose store the archive is. `border`: names of the tiles beside the files.
    """

    home: str
    folder: str
    begins_at: datetime
    ends_at: datetime
    tree: Checkpoint
    border: tuple[str, ...]
    file: ArchivedFile

    @classmethod
    def of(
        cls, manifest: Manifest, number: int, tree: Checkpoint, file: ArchivedFile, home: str
    ) -> FileTask:
        """A file of the manifest's log `number`, whose checkpoint says `tree`."""
        return cls(
            home=home,
            folder=folder_of(manifest.folder, number),
            begins_at=manifest.begins_at,
            ends_at=manifest.ends_at,
            tree=tree,
            border=tuple(tile.name for tile in manifest.logs[number].border),
            file=file,
        )

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.file.name}"


@dataclass
class CheckedFile:
    """What came of it. `further`: faults beyond the first ten."""

    leaves: int = 0
    faults: list[Fault] = field(default_factory=list)
    further: int = 0

    def add(self, fault: Fault) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(fault)
        else:
            self.further += 1


def check_file(task: FileTask) -> CheckedFile:
    """Check a file's bytes against the manifest and each of its leaves against the tree.

    Raises StoreUnreachable.
    """
    checked = CheckedFile()
    content = ledger_store(task.home).read(task.path)
    if content is None:
        checked.add(Fault(Wrong.STORE_CHANGED, task.path, "it is not in the store"))
        return checked
    if (sha256(content).hexdigest(), len(content)) != (task.file.sha256, task.file.size_bytes):
        detail = "it is not the file that the manifest names"
        checked.add(Fault(Wrong.STORE_CHANGED, task.path, detail))
    try:
        with as_file(content) as copy:
            for fault in _LeafChecks(task, checked).faults(copy):
                checked.add(fault)
    except ParquetUnreadable as fault:
        checked.add(Fault(Wrong.UNREADABLE, task.path, str(fault)))
    return checked


@contextmanager
def as_file(content: bytes) -> Iterator[Path]:
    """The content in a temporary file."""
    with tempfile.NamedTemporaryFile(prefix="countersign-", suffix=".parquet") as copy:
        copy.write(content)
        copy.flush()
        yield Path(copy.name)


class _LeafChecks:
    """Goes through the leaves of one file, in their order."""

    def __init__(self, task: FileTask, checked: CheckedFile) -> None:
        self._task = task
        self._checked = checked
        # As texts, for so the entries come; texts of ids sort as the ids do.
        self._first, self._beyond = str(first_id(task.begins_at)), str(first_id(task.ends_at))
        self._last = task.file.first - 1
        self._tile: TileId | None = None
        self._hashes = b""  # of that tile; empty: it is wrong itself

    def faults(self, path: Path) -> Iterator[Fault]:
        task, file = self._task, self._task.file
        try:
            tiles = TrustedTiles(task.tree.size, task.tree.root, _tiles(task))
        except TileWrong as fault:
            yield Fault(Wrong.TILE_CHANGED, f"tree of {task.tree.origin}", str(fault))
            return
        for chunk in read_parquet(path):
            self._checked.leaves += len(chunk.indexes)
            yield from self._chunk_faults(chunk, tiles)
        if (self._checked.leaves, self._last) != (file.leaves, file.last):
            detail = f"it holds {self._checked.leaves} leaves, the manifest says {file.leaves}"
            yield Fault(Wrong.MISSING, task.path, detail)

    def _chunk_faults(self, chunk: Chunk, tiles: TrustedTiles) -> Iterator[Fault]:
        hashes = digests(chunk.entries)
        for index, entry, digest in zip(chunk.indexes, chunk.entries, hashes, strict=True):
            if not self._last < index <= self._task.file.last:
                detail = "it is out of its order in the file"
                yield Fault(Wrong.REORDERED, _place(entry), detail, index)
                continue
            self._last = index
            yield from self._leaf_faults(index, entry, digest, tiles)
        for position in disagreeing(chunk.entries):
            entry, index = chunk.entries[position], chunk.indexes[position]
            yield from column_faults(entry, _place(entry), index)

    def _leaf_faults(
        self, index: int, entry: StoredEntry, digest: bytes, tiles: TrustedTiles
    ) -> Iterator[Fault]:
        if digest != entry[1]:
            yield Fault(Wrong.CHANGED, _place(entry), "its bytes do not have its hash", index)
        if not self._first <= entry[_ID] < self._beyond:
            yield Fault(Wrong.INSERTED, _place(entry), "it is of another partition", index)
        tile, place = TileId(0, index // WIDTH), index % WIDTH * HASH_BYTES
        if tile != self._tile:
            self._tile, self._hashes = tile, b""
            try:
                self._hashes = tiles.hashes(tile)
            except TileWrong as fault:
                yield Fault(Wrong.TILE_CHANGED, f"tree of {self._task.tree.origin}", str(fault))
        if self._hashes and self._hashes[place : place + HASH_BYTES] != digest:
            detail = "it is not the leaf that the tree holds there"
            yield Fault(Wrong.CHANGED, _place(entry), detail, index)


def _place(entry: StoredEntry) -> str:
    return f"entry {entry[_ID]}"


def _tiles(task: FileTask) -> TileReader:
    """Partial tiles beside the file, full ones where the log keeps them."""
    size = task.tree.size
    full = published_tiles(ledger_store(task.tree.origin), size)
    home = ledger_store(task.home)

    def read(tiles: Collection[TileId]) -> Mapping[TileId, bytes]:
        found: dict[TileId, bytes] = {}
        for tile in tiles:
            copy = _beside(home, task, tile, (size >> HEIGHT * tile.level) - tile.index * WIDTH)
            found |= full([tile]) if copy is None else {tile: copy}
        return found

    return read


def _beside(home: LedgerStore, task: FileTask, tile: TileId, width: int) -> bytes | None:
    if not 0 < width < WIDTH or tile.path(width) not in task.border:
        return None
    return home.read(f"{task.folder}/{tile.path(width)}")
