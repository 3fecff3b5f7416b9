"""Logs that were closed: what the next one says of their end, in its first leaf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from governance.ledger.checkpoint import Checkpoint
from governance.ledger.note import NoteRejected, SignedNote
from governance.ledger.published import published_entries
from governance.ledger.store import ledger_store
from governance.ledger.tiles import TileMissing, root_at
from governance.ledger.tree_rows import tile_reader
from governance.ledger.verify import Fault, Wrong
from governance.models import Leaf, LedgerEntry, Log


@dataclass(frozen=True, slots=True)
class Closing:
    """How a log ended: the leaves and the root (hexadecimal) that the database had, and the note
    that was published."""

    log: Log
    size: int
    root: str
    published: str | None

    def faults(self, size: int, root: bytes) -> Iterator[Fault]:
        """Whether the log is still what it was when it was closed."""
        if (size, root.hex()) != (self.size, self.root):
            detail = f"it was closed with {self.size} leaves, and has {size} or others"
            yield Fault(Wrong.LOG_CHANGED, f"log {self.log.origin}", detail)

    def is_parted(self) -> bool:
        """Whether what was published is no beginning of what the database had: the log was closed
        because of that, and says so itself."""
        known = None if self.published is None else stated(self.published.encode())
        if known is None or known.size > self.size:
            return known is not None
        try:
            return root_at(known.size, tile_reader(self.log)) != known.root
        except TileMissing:
            return False


def stated(note: bytes) -> Checkpoint | None:
    """What a checkpoint says, whoever signed it; None where it says nothing."""
    try:
        return Checkpoint.parse(SignedNote.parse(note).text)
    except NoteRejected:
        return None


def closing_of(log: Log) -> Closing | None:
    """What is said of the end of a log; None while it is open. Raises StoreUnreachable."""
    successor = Log.objects.filter(predecessor=log).first()
    said = None if successor is None else _first_leaf(successor)
    if said is None:
        return None
    quoted = orjson.loads(said)["body"]["predecessor"]
    return Closing(log, quoted["size"], quoted["root"], quoted["published"])


def _first_leaf(log: Log) -> bytes | None:
    place = Leaf.objects.filter(log=log, index=0).first()
    entry = None if place is None else LedgerEntry.objects.filter(pk=place.entry_id).first()
    if entry is not None:
        return bytes(entry.leaf)
    # It is in the archive, and still published.
    published = published_entries(ledger_store(log.origin), 0, log.size)
    return published[0] if published else None
