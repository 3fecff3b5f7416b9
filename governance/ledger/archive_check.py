"""Checking an archived partition from its store alone: no database is asked.

Every leaf is hashed and compared with the tile of the tree that it belongs to, the tiles are
followed up to the root of the checkpoint, and the checkpoint's signature is checked. What a reader
trusts is the log's key; where none is given, those named in the manifest are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context

from governance.ledger.archive_manifest import (
    ArchivedLog,
    Manifest,
    ManifestMalformed,
    folder_of,
    spans,
)
from governance.ledger.archived_file import CheckedFile, FileTask, check_file
from governance.ledger.checkpoint import Checkpoint, open_checkpoint
from governance.ledger.note import (
    KeyMalformed,
    NoteRejected,
    NotSigned,
    VerifierKey,
    verify_note,
)
from governance.ledger.store import ledger_store
from governance.ledger.trusted_tiles import border
from governance.ledger.verify import Fault, Wrong

MOST_FAULTS = 100

Progress = Callable[[int, int], None]


@dataclass
class ArchiveFindings:
    """What was looked at, and what is wrong: the first bad leaf first, at most 100 in detail.

    `keys`: the keys that signed the checkpoints, for comparison with those known from elsewhere.
    """

    leaves: int = 0
    keys: list[str] = field(default_factory=list)
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return self.fault_count == 0

    def add(self, found: Iterable[Fault], more: int = 0) -> None:
        """Take faults in, and `more` that are not told in detail."""
        for fault in found:
            self.fault_count += 1
            if len(self.faults) < MOST_FAULTS:
                self.faults.append(fault)
        self.fault_count += more


def check_archive(
    place: str,
    *,
    home: str,
    keys: Collection[VerifierKey] = (),
    manifest_sha256: str = "",
    jobs: int = 1,
    progress: Progress | None = None,
) -> ArchiveFindings:
    """Check the archived partition whose manifest is at `place` in the store of the log `home`.

    `keys`: the only ones that are trusted, where any are given. `manifest_sha256`: what the ledger
    says of the manifest, where it is asked. `progress` is told (leaves done, leaves in all). Raises
    StoreUnreachable.
    """
    findings = ArchiveFindings()
    content = ledger_store(home).read(place)
    if content is None:
        findings.add([Fault(Wrong.STORE_CHANGED, place, "it is not in the store")])
        return findings
    if manifest_sha256 and manifest_sha256 != sha256(content).hexdigest():
        findings.add([Fault(Wrong.STORE_CHANGED, place, "it is not the one that was entered")])
    try:
        manifest = Manifest.parse(content)
    except ManifestMalformed as fault:
        findings.add([Fault(Wrong.STORE_CHANGED, place, str(fault))])
        return findings
    if manifest.place != place:
        findings.add([Fault(Wrong.STORE_CHANGED, place, f"it is the manifest of {manifest.place}")])
    check_files(manifest, home=home, keys=keys, findings=findings, jobs=jobs, progress=progress)
    return findings


def check_files(
    manifest: Manifest,
    *,
    home: str,
    findings: ArchiveFindings,
    keys: Collection[VerifierKey] = (),
    jobs: int = 1,
    progress: Progress | None = None,
) -> None:
    """Check everything that a manifest names; the manifest itself may not be written yet."""
    tasks: list[FileTask] = []
    for number, log in enumerate(manifest.logs):
        try:
            tree = _open(log, keys, findings)
        except (NoteRejected, KeyMalformed) as fault:
            place = f"checkpoint of {log.origin}"
            findings.add([Fault(Wrong.CHECKPOINT_CHANGED, place, str(fault))])
            continue
        findings.add(_border_faults(folder_of(manifest.folder, number), home, log, tree.size))
        findings.add(_span_faults(log, tree.size))
        tasks += [FileTask.of(manifest, number, tree, file, home) for file in log.files]
    done = 0
    for task, checked in zip(tasks, _in_order(tasks, jobs), strict=True):
        findings.leaves += checked.leaves
        findings.add(checked.faults, checked.further)
        done += task.file.leaves
        if progress is not None:
            progress(done, manifest.entries)


def _open(
    log: ArchivedLog, trusted: Collection[VerifierKey], findings: ArchiveFindings
) -> Checkpoint:
    """The checkpoint, signed by every key that the manifest names and by a trusted one."""
    note = log.checkpoint.encode()
    named = [VerifierKey.parse(text) for text in log.keys]
    checkpoint, signed = open_checkpoint(note, log.origin, named)
    if verify_note(signed, named) != named:
        raise NotSigned("The checkpoint is not signed by all keys that the manifest names")
    if trusted:
        open_checkpoint(note, log.origin, trusted)
    findings.keys += log.keys
    return checkpoint


def _border_faults(folder: str, home: str, log: ArchivedLog, size: int) -> Iterator[Fault]:
    named = {tile.name: tile.sha256 for tile in log.border}
    needed = [tile.path(width) for tile, width in border(size).items()]
    if list(named) != needed:
        place = f"manifest of {log.origin}"
        yield Fault(
            Wrong.STORE_CHANGED, place, "it does not name the tiles at the border of the tree"
        )
    for name in needed:
        path = f"{folder}/{name}"
        content = ledger_store(home).read(path)
        if content is None:
            yield Fault(Wrong.TILE_CHANGED, path, "it is not in the store")
        elif sha256(content).hexdigest() != named.get(name):
            yield Fault(Wrong.TILE_CHANGED, path, "it is not the tile that the manifest names")


def _span_faults(log: ArchivedLog, size: int) -> Iterator[Fault]:
    first = min(file.first for file in log.files)
    last = max(file.last for file in log.files)
    if log.tiles != spans(first, last, size):
        detail = f"it does not name the tiles over its leaves of {log.origin}"
        yield Fault(Wrong.STORE_CHANGED, "manifest", detail)


def _in_order(tasks: list[FileTask], jobs: int) -> Iterator[CheckedFile]:
    if jobs == 1:
        yield from map(check_file, tasks)
        return
    # Fresh processes: a forked one would share the connections that are open here.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as processes:
        yield from processes.map(check_file, tasks)
