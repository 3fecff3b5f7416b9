"""Writing a month's sealed entries to the archive, and reading them back before it counts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db import transaction

from governance.errors import DomainError
from governance.ledger import record
from governance.ledger.archive_check import ArchiveFindings, Progress, check_files
from governance.ledger.archive_manifest import (
    ArchivedFile,
    ArchivedLog,
    BorderTile,
    Manifest,
    folder_of,
    spans,
)
from governance.ledger.checkpoint import Checkpoint, open_checkpoint
from governance.ledger.leaf import instant
from governance.ledger.note import NoteRejected, VerifierKey, verify_note
from governance.ledger.parquet import write_parquet
from governance.ledger.partition_rows import (
    SLICE,
    Slice,
    copy_out,
    count_entries,
    long_reading,
    slices,
)
from governance.ledger.partitions import Partition, partitions
from governance.ledger.published import published_tiles
from governance.ledger.signing import verifier_keys
from governance.ledger.store import CHECKPOINT, LedgerStore, ledger_store
from governance.ledger.trusted_tiles import border
from governance.ledger.verify import Fault
from governance.models import Actor, ArchivedPartition, CheckpointKey, Log

WRITTEN = "governance.archivedpartition.written"


class NotArchivable(DomainError):
    """A partition cannot be written to the archive, or not yet; the sentence says why."""

    code = "partition_not_archivable"
    title = "The partition is not archived"


class ArchiveUnsound(DomainError):
    """What the archive holds is not what was sealed; the first fault is named."""

    code = "archive_unsound"
    title = "The archive does not verify"

    @classmethod
    def of(cls, found: ArchiveFindings) -> ArchiveUnsound:
        return cls(f"{found.fault_count} faults, the first: {in_words(found.faults[0])}")


def in_words(fault: Fault) -> str:
    """One fault as a line for people."""
    leaf = "" if fault.index is None else f"leaf {fault.index}, "
    return f"{fault.wrong}: {leaf}{fault.place}: {fault.detail}"


def keys_of_all_logs() -> list[VerifierKey]:
    """The keys of all logs that this database knows, retired ones too."""
    return [VerifierKey.parse(key.verifier) for key in CheckpointKey.objects.order_by("id")]


def write_partition(
    *,
    name: str,
    actor: Actor,
    now: datetime,
    progress: Progress | None = None,
    leaves_per_file: int = SLICE,
) -> ArchivedPartition:
    """Write a partition to the store of the log of the settings, and check what is read back.

    Each writing goes to a folder of its own, the manifest last; what a failed one leaves behind
    has no manifest and counts for nothing. The partition stays where it is, and may be written
    again. `progress` is told (entries written, entries in all).

    Raises NotArchivable for a partition that is not there, for a month that is not over, and for
    entries that are not sealed under a published checkpoint; ArchiveUnsound; StoreUnreachable.
    """
    part = _writable(name, now)
    with long_reading():
        pieces = slices(name, leaves_per_file)
        total = count_entries(name)
    if not total:
        raise NotArchivable(f"{name} holds no entries")
    if sum(piece.leaves for piece in pieces) != total:
        raise NotArchivable(f"{name} holds entries that await their seal")
    writing = _Writing(part, now, total, progress)
    logs = [
        writing.write_log(number, origin, list(ours))
        for number, (origin, ours) in enumerate(groupby(pieces, _origin_of))
    ]
    manifest = Manifest(name, part.begins_at, part.ends_at, now, tuple(logs))
    _check_and_close(manifest)
    return _keep(manifest, actor, now)


def _origin_of(piece: Slice) -> str:
    return piece.origin


def _writable(name: str, now: datetime) -> Partition:
    part = next((part for part in partitions() if part.name == name), None)
    if part is None:
        raise NotArchivable(f"There is no partition {name} in the database")
    if part.ends_at > now:
        raise NotArchivable(f"{name} takes entries until {part.ends_at:%Y-%m-%d %H:%M} UTC")
    return part


class _Writing:
    """One partition on its way to the store, in flat memory: a slice at a time."""

    def __init__(
        self, part: Partition, now: datetime, total: int, progress: Progress | None
    ) -> None:
        self._part = part.name
        self._folder = Manifest(part.name, part.begins_at, part.ends_at, now, ()).folder
        self._store = _home()
        self._total, self._done, self._progress = total, 0, progress

    def write_log(self, number: int, origin: str, pieces: list[Slice]) -> ArchivedLog:
        """The leaves of one log, and all that leads from them to its published root.

        `number`: its place among the manifest's logs.
        """
        last = pieces[-1].last
        note, tree, keys = _published(origin, last)
        folder = folder_of(self._folder, number)
        return ArchivedLog(
            origin=origin,
            checkpoint=note,
            keys=tuple(str(key) for key in keys),
            files=tuple(self._write_file(folder, piece) for piece in pieces),
            tiles=spans(pieces[0].first, last, tree.size),
            border=tuple(self._copy_border(folder, tree)),
        )

    def _write_file(self, folder: str, piece: Slice) -> ArchivedFile:
        with tempfile.TemporaryDirectory(prefix="countersign-archive-") as here:
            text, file = Path(here, "entries.csv"), Path(here, "entries.parquet")
            with long_reading():
                copy_out(self._part, piece, text)
            write_parquet(text, file)
            content = file.read_bytes()
        name = f"{piece.first:012}.parquet"
        self._store.write(f"{folder}/{name}", content)
        self._done += piece.leaves
        if self._progress is not None:
            self._progress(self._done, self._total)
        return ArchivedFile(
            name=name,
            first=piece.first,
            last=piece.last,
            leaves=piece.leaves,
            size_bytes=len(content),
            sha256=sha256(content).hexdigest(),
        )

    def _copy_border(self, folder: str, tree: Checkpoint) -> Iterable[BorderTile]:
        widths = border(tree.size)
        tiles = published_tiles(ledger_store(tree.origin), tree.size)(widths)
        for tile, width in widths.items():
            name, hashes = tile.path(width), tiles.get(tile, b"")
            self._store.write(f"{folder}/{name}", hashes)
            yield BorderTile(name, sha256(hashes).hexdigest())


def _home() -> LedgerStore:
    return ledger_store(settings.COUNTERSIGN_LOG_ORIGIN)


def _published(origin: str, last: int) -> tuple[str, Checkpoint, list[VerifierKey]]:
    """The checkpoint outside the database, above the leaf `last`, and the keys that signed it."""
    note = ledger_store(origin).read(CHECKPOINT)
    keys = verifier_keys(Log.objects.get(origin=origin))
    if note is None:
        raise NotArchivable(f"Nothing is published of {origin}")
    try:
        tree, signed = open_checkpoint(note, origin, keys)
    except NoteRejected as fault:
        raise NotArchivable(f"The published checkpoint of {origin} is not ours: {fault}") from fault
    if tree.size <= last:
        raise NotArchivable(f"Leaf {last} of {origin} is not under a published checkpoint yet")
    return note.decode(), tree, verify_note(signed, keys)


def _check_and_close(manifest: Manifest) -> None:
    """The manifest is written when all that it names was read back and is sound."""
    found = ArchiveFindings()
    home = settings.COUNTERSIGN_LOG_ORIGIN
    check_files(manifest, home=home, findings=found, keys=keys_of_all_logs())
    if not found.is_sound:
        raise ArchiveUnsound.of(found)
    content = manifest.encode()
    _home().write(manifest.place, content)
    if _home().read(manifest.place) != content:
        raise ArchiveUnsound(f"{manifest.place} does not read as it was written")


@transaction.atomic
def _keep(manifest: Manifest, actor: Actor, now: datetime) -> ArchivedPartition:
    rows = ArchivedPartition.objects.select_for_update(no_key=True)
    row = rows.filter(name=manifest.partition).first() or ArchivedPartition(name=manifest.partition)
    row.begins_at, row.ends_at = manifest.begins_at, manifest.ends_at
    row.entries, row.origin = manifest.entries, settings.COUNTERSIGN_LOG_ORIGIN
    row.place, row.manifest_sha256 = manifest.place, sha256(manifest.encode()).hexdigest()
    row.state, row.changed_at = ArchivedPartition.State.WRITTEN, now
    record.keep(row, WRITTEN, actor=actor, at=now, body=partition_body(row))
    return row


def partition_body(row: ArchivedPartition) -> dict[str, object]:
    """What an entry about an archived partition says of it."""
    return {
        "partition": row.name,
        "begins_at": instant(row.begins_at),
        "ends_at": instant(row.ends_at),
        "entries": row.entries,
        "origin": row.origin,
        "place": row.place,
        "manifest_sha256": row.manifest_sha256,
    }
