"""What is not in the tree yet, and what is beyond it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from governance.ledger.leaf import VERSION
from governance.ledger.verify import Fault, Wrong
from governance.ledger.verify_columns import StoredEntry, column_faults, digests, disagreeing
from governance.services.verifying.leaves import STORED_ENTRY
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.plan import Share
from governance.services.verifying.reading import chunks, one_moment, rows

_CHUNK = 4096
_PENDING = (
    "SELECT "
    + STORED_ENTRY
    + """, pending.entry_id, pending.leaf_hash
    FROM governance_ledgerpending AS pending
    LEFT JOIN governance_ledgerentry AS entry ON entry.id = pending.entry_id
    ORDER BY pending.seq
"""
)
_SEALED_ALREADY = """
    SELECT pending.entry_id, leaf.index FROM governance_ledgerpending AS pending
    JOIN governance_leaf AS leaf ON leaf.entry_id = pending.entry_id ORDER BY leaf.index
"""
_BEYOND = """
    SELECT leaf.entry_id, leaf.index, log.origin, log.size FROM governance_log AS log
    JOIN governance_leaf AS leaf ON leaf.log_id = log.id AND leaf.index >= log.size
    ORDER BY leaf.index
"""
_AHEAD = """
    SELECT checkpoint.size, log.origin, log.size FROM governance_log AS log
    JOIN governance_checkpoint AS checkpoint
        ON checkpoint.log_id = log.id AND checkpoint.size > log.size
    ORDER BY checkpoint.size
"""


def check_queue(share: Share) -> Outcome:
    """Compare every entry that awaits its seal with what was queued of it, and see that leaves
    and checkpoints end where their log does."""
    outcome = Outcome()
    with one_moment():
        for chunk in chunks(_PENDING, {"version": VERSION}, _CHUNK):
            outcome.counts["pending"] += len(chunk)
            outcome.add(_chunk_faults(chunk))
        for entry_id, index in rows(_SEALED_ALREADY):
            detail = f"it awaits a seal, and is sealed as number {index}"
            outcome.add([Fault(Wrong.INSERTED, f"entry {entry_id}", detail, index)])
        for size, origin, leaves in rows(_AHEAD):
            detail = f"{origin} was signed with {size} leaves and has {leaves}"
            outcome.add([Fault(Wrong.TRUNCATED, f"checkpoint at {size}", detail, leaves)])
        for entry_id, index, origin, size in rows(_BEYOND):
            detail = f"it has the place {index} in {origin}, whose tree has {size} leaves"
            outcome.add([Fault(Wrong.INSERTED, f"entry {entry_id}", detail, index)])
    return outcome


def _chunk_faults(chunk: Sequence[tuple[Any, ...]]) -> Iterator[Fault]:
    entries: list[StoredEntry] = []
    for *entry, entry_id, queued_hash in chunk:
        if entry[0] is None:
            yield Fault(Wrong.MISSING, f"entry {entry_id}", "it awaits its seal, and is gone")
            continue
        [digest] = digests([tuple(entry)])
        if not digest == entry[1] == queued_hash:
            detail = "its bytes are not those that were entered"
            yield Fault(Wrong.CHANGED, _place(entry), detail)
        entries.append(tuple(entry))
    for at in disagreeing(entries):
        yield from column_faults(entries[at], _place(entries[at]), None)


def _place(entry: Sequence[Any]) -> str:
    return f"entry {entry[3]} ({entry[5]})"
