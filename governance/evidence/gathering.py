"""Gathering a bundle's entries with what they commit to, some at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import orjson
from django.db import transaction

from governance.evidence.contents import NotAsEntered, payloads_of, rows_of
from governance.evidence.entries import Place
from governance.evidence.registry import NamedFile, Scope
from governance.evidence.writing import (
    BundleFolder,
    Content,
    Document,
    Erased,
    Given,
    LogEnds,
    LogFolder,
)
from governance.ledger.entry_rows import leaf_bytes
from governance.ledger.tiles import proof_nodes
from governance.ledger.tree_rows import tile_reader
from governance.models import BundledPayload, Checkpoint, EvidenceBundle

__all__ = ["Gathering", "NotAsEntered"]

Progress = Callable[[int, int, str], None]
_AT_ONCE = 2_000


class Gathering:
    """Fills the folder of one bundle, log by log. `checkpoints`: of its logs, in their order."""

    def __init__(
        self,
        bundle: EvidenceBundle,
        scope: Scope,
        folder: BundleFolder,
        checkpoints: Sequence[Checkpoint],
        progress: Progress,
    ) -> None:
        self.entries = 0
        self._bundle, self._scope, self._folder = bundle, scope, folder
        self._numbers = {one.log_id: number for number, one in enumerate(checkpoints, start=1)}
        self._progress = progress
        self._named = {str(named.subject_id) for named in scope.files}
        self._documents: list[Document] = []

    def write_log(self, checkpoint: Checkpoint, places: Iterator[Place], ends: LogEnds) -> None:
        """Write the folder of the next log. Raises NotAsEntered."""
        with self._folder.new_log() as part:
            while chunk := list(islice(places, _AT_ONCE)):
                self._add(part, chunk)
                self.entries += len(chunk)
                self._progress(self.entries, chunk[0].in_all, "Gathering the entries")
            reader = tile_reader(checkpoint.log)
            nodes = proof_nodes(part.indexes(), checkpoint.size, reader)
            part.finish(ends, (node for _, _, node in nodes))

    def add_files(self) -> None:
        """Add the files that entries name. Raises NotAsEntered for one that none names."""
        if len(self._documents) != len(self._scope.files):
            raise NotAsEntered("A file of the bundle is not the one that was entered")
        for document in self._documents:
            self._folder.add_document(document)

    @transaction.atomic
    def _add(self, part: LogFolder, chunk: list[Place]) -> None:
        leaves = leaf_bytes([place.entry_id for place in chunk])
        rows, payloads = rows_of(chunk, self._scope), payloads_of(chunk)
        BundledPayload.objects.bulk_create(
            BundledPayload(bundle=self._bundle, payload_id=key)
            for key, content in payloads.items()
            if isinstance(content, Given)
        )
        for place, leaf in zip(chunk, leaves, strict=True):
            if leaf is None:
                raise NotAsEntered(f"The entry {place.entry_id} is missing")
            row = None if place.history_id is None else rows[place.history_id]
            part.add(place.index, leaf, row, self._payload(place, payloads))
            if place.object_seq == place.of_object:
                self._folder.add_object(place.subject_type, place.subject_id, place.of_object)
            if place.subject_id in self._named:
                self._find_files(part.number, place, leaf)

    def _payload(self, place: Place, payloads: dict[str, Content | None]) -> Content | None:
        if place.payload_id is None:
            return None
        content = payloads[place.payload_id]
        if content is not None:
            return content
        if place.erased is None:
            raise NotAsEntered(
                f"The payload of the entry {place.entry_id} is gone, and no sealed entry tells of "
                "its erasure. If it was erased in this moment, ask again"
            )
        log_id, index = place.erased
        return Erased(self._numbers[log_id], index)

    def _find_files(self, number: int, place: Place, leaf: bytes) -> None:
        body = orjson.loads(leaf)["body"]
        for named in self._scope.files:
            own = str(named.subject_id) == place.subject_id
            if own and body.get(named.field) == _sha256(named):
                document = Document(named.name, named.content, number, place.index, named.field)
                self._documents.append(document)


def _sha256(named: NamedFile) -> str:
    return hashlib.sha256(named.content).hexdigest()
