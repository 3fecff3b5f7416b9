"""One part of the tree: its entries and their columns, its tiles, and the checkpoints in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from governance.ledger.leaf import VERSION
from governance.ledger.tiles import WIDTH, TileId, TileMissing, perfect_subtrees
from governance.ledger.tree_rows import tile_reader
from governance.ledger.verify import Fault, Wrong
from governance.ledger.verify_columns import StoredEntry, column_faults, digests, disagreeing
from governance.ledger.verify_tree import Row, check_subtree, roots_at
from governance.models import Log
from governance.services.verifying.archived import Archive
from governance.services.verifying.checkpoints import check_checkpoints
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.plan import Share
from governance.services.verifying.reading import one_moment, rows

_SLICE = 4096
# A StoredEntry: the columns as a leaf writes them, so that texts are compared with texts.
STORED_ENTRY = """
    entry.leaf, entry.leaf_hash, %(version)s::integer, entry.id::text, entry.log, entry.event,
    to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.actor,
    entry.subject_type, entry.subject_id::text, entry.object_seq,
    encode(entry.object_prev, 'hex'), entry.history_id::text, entry.payload_id IS NULL
"""
# Entry by entry over the primary key: of the partitions only those that hold one are touched.
_SEALED = (
    "SELECT"
    + STORED_ENTRY
    + """
    FROM governance_leaf AS leaf LEFT JOIN governance_ledgerentry AS entry
        ON entry.id = leaf.entry_id
    WHERE leaf.log_id = %(log)s AND leaf.index >= %(low)s AND leaf.index < %(high)s
    ORDER BY leaf.index
"""
)
_PLACES = """
    SELECT index, entry_id FROM governance_leaf
    WHERE log_id = %(log)s AND index >= %(low)s AND index < %(high)s
"""
_NAMES = """
    SELECT leaf.index, leaf.entry_id, entry.event
    FROM governance_leaf AS leaf LEFT JOIN governance_ledgerentry AS entry
        ON entry.id = leaf.entry_id
    WHERE leaf.log_id = %s AND leaf.index = ANY(%s)
"""


def check_leaves(share: Share) -> Outcome:
    """Hash every entry of the part from the bytes that are stored, and compare: with its columns,
    with the tiles, and the tiles with every checkpoint of these sizes."""
    outcome = Outcome()
    with one_moment():
        part = _Part(share, outcome)
        found = part.read_entries()
        checked = check_subtree(share.low, found, part.tiles(), part.leads_to_root)
        outcome.add(part.named(checked.faults))
        if part.before is not None:
            check_checkpoints(part.log, share, part.before, checked.hashes, outcome)
    outcome.root = checked.root.hex()
    return outcome


class _Part:
    """The leaves `low` to before `high` of a log, and what surrounds them."""

    def __init__(self, share: Share, outcome: Outcome) -> None:
        self._share = share
        self._outcome = outcome
        self.log = Log.objects.get(pk=share.log_id)
        self._reader = tile_reader(self.log)
        self._archive = Archive()
        try:
            self.before: Row | None = perfect_subtrees(share.low, self._reader)
        except TileMissing as fault:
            self.before = None
            outcome.add([Fault(Wrong.TILE_CHANGED, f"log {self.log}", str(fault), share.low)])

    def read_entries(self) -> list[bytes | None]:
        """The hash of each stored entry; None where there is none."""
        found: list[bytes | None] = []
        for low in range(self._share.low, self._share.high, _SLICE):
            high = min(low + _SLICE, self._share.high)
            found += self._read_slice(low, high)
        self._outcome.counts["leaves"] += len(found)
        return found

    def _read_slice(self, low: int, high: int) -> Sequence[bytes | None]:
        bounds = {"log": self.log.pk, "low": low, "high": high, "version": VERSION}
        entries: list[StoredEntry] = rows(_SEALED, bounds)
        if len(entries) == high - low and all(entry[0] is not None for entry in entries):
            return self._check_entries(range(low, high), entries)
        by_id = {entry[3]: entry for entry in entries if entry[0] is not None}
        places: dict[int, UUID] = dict(rows(_PLACES, bounds))
        here = [at for at in range(low, high) if at in places and str(places[at]) in by_id]
        hashes = self._check_entries(here, [by_id[str(places[at])] for at in here])
        self._note_missing(set(range(low, high)) - set(here), places)
        known = dict(zip(here, hashes, strict=True))
        return [known.get(at) for at in range(low, high)]

    def _check_entries(self, indexes: Sequence[int], entries: list[StoredEntry]) -> list[bytes]:
        hashes = digests(entries)
        for at in disagreeing(entries):
            entry = entries[at]
            place = f"entry {entry[3]} ({entry[5]})"
            self._outcome.add(column_faults(entry, place, indexes[at]))
        if [entry[1] for entry in entries] != hashes:
            self._outcome.add(self._hash_faults(indexes, entries, hashes))
        self._outcome.counts["entries"] += len(entries)
        return hashes

    def _hash_faults(
        self, indexes: Sequence[int], entries: list[StoredEntry], hashes: list[bytes]
    ) -> Iterator[Fault]:
        for index, entry, digest in zip(indexes, entries, hashes, strict=True):
            if entry[1] != digest:
                place = f"entry {entry[3]} ({entry[5]})"
                yield Fault(Wrong.CHANGED, place, "its bytes do not have its leaf hash", index)

    def _note_missing(self, missing: set[int], places: dict[int, UUID]) -> None:
        for index in sorted(missing):
            entry_id = places.get(index)
            if entry_id is None:
                detail = "no entry has this place in the log"
                self._outcome.add([Fault(Wrong.MISSING, f"leaf {index}", detail, index)])
            elif partition := self._archive.partition_of(entry_id):
                self._outcome.archived[partition] += 1
            else:
                detail = "it was sealed, and is gone"
                self._outcome.add([Fault(Wrong.MISSING, f"entry {entry_id}", detail, index)])

    def tiles(self) -> dict[TileId, bytes]:
        low, high = self._share.low, self._share.high
        level_0 = [TileId(0, at) for at in range(low // WIDTH, -(-high // WIDTH))]
        return dict(self._reader([*level_0, TileId(1, low // WIDTH // WIDTH)]))

    def leads_to_root(self, hashes: Row) -> bool:
        """Whether these leaves are the last ones of the tree that the log states."""
        if self.before is None:
            return False
        [(_, root)] = roots_at([self._share.high], self._share.low, self.before, hashes)
        return root.hex() == self._share.root

    def named(self, faults: list[Fault]) -> Iterator[Fault]:
        """The same faults, those about a leaf with its entry in words."""
        known = rows(_NAMES, [self.log.pk, [fault.index for fault in faults]])
        names = {
            index: f"entry {entry_id} ({event})" if event else f"entry {entry_id}"
            for index, entry_id, event in known
        }
        for fault in faults:
            is_leaf = fault.place == f"leaf {fault.index}" and fault.index in names
            yield replace(fault, place=names[fault.index]) if is_leaf else fault
