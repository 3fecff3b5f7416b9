"""The tree against checkpoints that are held outside the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from governance.ledger.checkpoint import open_checkpoint
from governance.ledger.merkle import ProofRejected, verify_consistency
from governance.ledger.note import NoteRejected
from governance.ledger.store import CHECKPOINT, StoreUnreachable, ledger_store
from governance.ledger.tiles import HEIGHT, WIDTH, TileId, TileMissing, consistency_proof, root_at
from governance.ledger.tree_rows import tile_reader
from governance.ledger.verify import Fault, Wrong
from governance.models import Log
from governance.services.verifying.archived import Archive
from governance.services.verifying.log_keys import LogKeys
from governance.services.verifying.published import Published
from governance.services.verifying.reading import one_moment


@dataclass(frozen=True, slots=True)
class Held:
    """A checkpoint that somebody else holds: its note, and what to call it."""

    name: str
    note: bytes


@dataclass(frozen=True, slots=True)
class VerifiedTree:
    """A log whose first `size` leaves were found to have this root."""

    log: Log
    size: int
    root: bytes

    def faults_of(self, held: Held) -> list[Fault]:
        """How a checkpoint from outside disagrees with the tree.

        It is another history (forked) if its root is not that of our first leaves, or if none of
        the log's keys signed it; and ours was cut off (truncated) if it knows more leaves than
        there are.
        """
        # Begun after the note was read: what is published was sealed before.
        with one_moment():
            return list(self._faults_of(held))

    def _faults_of(self, held: Held) -> Iterator[Fault]:
        keys = LogKeys(self.log, Archive())
        try:
            outside, _ = open_checkpoint(held.note, self.log.origin, keys.every())
        except NoteRejected as fault:
            yield Fault(Wrong.FORKED, held.name, f"no key of this log vouches for it: {fault}")
            return
        self.log.refresh_from_db()
        if outside.size > self.log.size:
            detail = f"it has {outside.size} leaves, and the log has {self.log.size}"
            yield Fault(Wrong.TRUNCATED, held.name, detail, self.log.size)
        elif not self._begins_with(outside.size, outside.root):
            detail = f"its root is not that of the first {outside.size} leaves here"
            yield Fault(Wrong.FORKED, held.name, detail, max(outside.size - 1, 0))

    def _begins_with(self, size: int, root: bytes) -> bool:
        """Whether both are trees of one history; what was sealed since is told by a proof."""
        reader = tile_reader(self.log)
        try:
            if size <= self.size:
                return root_at(size, reader) == root
            verify_consistency(
                old_size=self.size,
                old_root=self.root,
                new_size=size,
                new_root=root,
                proof=consistency_proof(self.size, size, reader),
            )
        except (ProofRejected, TileMissing):
            return False
        return True


def store_faults(tree: VerifiedTree) -> Iterator[Fault]:
    """Compare the tree with the checkpoint in its own store, and the upper tiles in both."""
    place = f"store of {tree.log.origin}"
    newest = tree.log.checkpoints.order_by("-size").first()
    try:
        note = ledger_store(tree.log.origin).read(CHECKPOINT)
        if note is None:
            if newest is not None:
                yield Fault(
                    Wrong.STORE_CHANGED, place, "checkpoints were published, and it is empty"
                )
            return
        yield from tree.faults_of(Held(f"checkpoint in the {place}", note))
        published = Published(tree.log)
        if newest is not None and published.size < newest.size:
            detail = (
                f"its checkpoint of {published.size} leaves is older than that of {newest.size}"
            )
            yield Fault(Wrong.STORE_CHANGED, place, detail)
        yield from published.tile_faults(_upper_tiles(published.size))
    except StoreUnreachable as fault:
        yield Fault(Wrong.STORE_UNREADABLE, place, str(fault))


def _upper_tiles(size: int) -> list[TileId]:
    """The tiles from level 2 upwards; those below are compared part by part."""
    found, level = [], 2
    while hashes := size >> HEIGHT * level:
        found += [TileId(level, index) for index in range(-(-hashes // WIDTH))]
        level += 1
    return found
