"""The tree against checkpoints that are held outside the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings

from governance.ledger.checkpoint import open_checkpoint
from governance.ledger.merkle import ProofRejected, verify_consistency
from governance.ledger.note import NoteRejected
from governance.ledger.store import CHECKPOINT, StoreUnreachable, ledger_store
from governance.ledger.tiles import TileMissing, consistency_proof, root_at
from governance.ledger.tree_rows import tile_reader
from governance.ledger.verify import Fault, Wrong
from governance.models import Log
from governance.services.log_opening import quoted
from governance.services.verifying.archived import Archive
from governance.services.verifying.closing import closing_of, stated
from governance.services.verifying.log_keys import LogKeys
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


def outside_faults(trees: Sequence[VerifiedTree], held: Sequence[Held]) -> Iterator[Fault]:
    """Compare each tree with the checkpoint in its own store, and with those held by others.

    Where there is no log of the settings' origin, none of these may know one.
    """
    for tree in trees:
        yield from _store_faults(tree)
    if settings.COUNTERSIGN_LOG_ORIGIN not in {tree.log.origin for tree in trees}:
        yield from _faults_without_log(settings.COUNTERSIGN_LOG_ORIGIN)
    for one in held:
        if trees:
            yield from _tree_of(one, trees).faults_of(one)
        else:
            yield Fault(Wrong.TRUNCATED, one.name, "the database knows no log", 0)


def _tree_of(held: Held, trees: Sequence[VerifiedTree]) -> VerifiedTree:
    """The tree of the log that the checkpoint names; the newest where it names none of ours."""
    known = stated(held.note)
    named = [tree for tree in trees if known and tree.log.origin == known.origin]
    return named[0] if named else trees[-1]


def _faults_without_log(origin: str) -> Iterator[Fault]:
    place = f"store of {origin}"
    try:
        if ledger_store(origin).read(CHECKPOINT) is not None:
            detail = "it holds a checkpoint, and the database knows no such log"
            yield Fault(Wrong.TRUNCATED, place, detail, 0)
    except StoreUnreachable as fault:
        yield Fault(Wrong.STORE_UNREADABLE, place, str(fault))


def _store_faults(tree: VerifiedTree) -> Iterator[Fault]:
    """Compare the tree with the checkpoint in its own store.

    A log that was closed because the two had parted is compared with what the next log quotes.
    """
    place = f"store of {tree.log.origin}"
    newest = tree.log.checkpoints.order_by("-size").first()
    try:
        note = ledger_store(tree.log.origin).read(CHECKPOINT)
        closing = closing_of(tree.log)
        if closing is not None:
            yield from closing.faults(tree.size, tree.root)
            if closing.is_parted():
                if quoted(note) != closing.published:
                    detail = "its checkpoint is not the one that the next log quotes"
                    yield Fault(Wrong.STORE_CHANGED, place, detail)
                return
        if note is None:
            if newest is not None:
                yield Fault(
                    Wrong.STORE_CHANGED, place, "checkpoints were published, and it is empty"
                )
            return
        yield from tree.faults_of(Held(f"checkpoint in the {place}", note))
        known = stated(note)
        if newest is not None and known is not None and known.size < newest.size:
            detail = f"its checkpoint of {known.size} leaves is older than that of {newest.size}"
            yield Fault(Wrong.STORE_CHANGED, place, detail)
    except StoreUnreachable as fault:
        yield Fault(Wrong.STORE_UNREADABLE, place, str(fault))
