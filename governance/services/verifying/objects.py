"""The objects whose ids lie in one range: their entries one after another, and all behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from governance.ledger.verify import Fault, Wrong
from governance.ledger.verify_chains import (
    ChainedEntry,
    FollowedObject,
    ObjectChains,
    ObjectHead,
    head_faults,
)
from governance.services.verifying.archived import Archive
from governance.services.verifying.commitments import CommittedEntry, check_rows
from governance.services.verifying.documents import check_documents
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.payloads import check_payloads
from governance.services.verifying.plan import Share
from governance.services.verifying.reading import chunks, first_leaves, one_moment, rows
from governance.services.verifying.suspicions import Suspicions
from governance.services.verifying.table_rows import check_tables

_CHUNK = 2000
# The leaf itself is needed only where it commits to something.
_ENTRIES = """
    SELECT subject_id, object_seq, id, subject_type, event, object_prev, leaf_hash, history_id,
        payload_id, CASE WHEN coalesce(history_id, payload_id) IS NOT NULL THEN leaf END
    FROM governance_ledgerentry WHERE subject_id BETWEEN %s AND %s
    ORDER BY subject_id, object_seq, id
"""
_HEADS = """
    SELECT subject_id, subject_type, object_seq, leaf_hash, history_id
    FROM governance_ledgerhead WHERE subject_id = ANY(%s)
"""
_HEADS_ALONE = """
    SELECT head.subject_id, head.subject_type, head.object_seq FROM governance_ledgerhead AS head
    WHERE head.subject_id BETWEEN %(first)s AND %(last)s AND NOT EXISTS (
        SELECT FROM governance_ledgerentry AS entry WHERE entry.subject_id = head.subject_id
            AND entry.subject_id BETWEEN %(first)s AND %(last)s)
"""
# An entry has its leaf, or awaits it.
_UNSEALED = """
    SELECT entry.id, entry.event FROM governance_ledgerentry AS entry
    WHERE entry.id BETWEEN %(first)s AND %(last)s
        AND NOT EXISTS (
            SELECT FROM governance_leaf AS leaf WHERE leaf.entry_id = entry.id
                AND leaf.entry_id BETWEEN %(first)s AND %(last)s)
        AND NOT EXISTS (
            SELECT FROM governance_ledgerpending AS pending WHERE pending.entry_id = entry.id)
    ORDER BY entry.id
"""


def check_objects(share: Share) -> Outcome:
    """Follow each object from its first entry to its newest, and compare what they commit to.

    Looks at the entries about objects of the range, at the rows of these objects in all tables,
    and at the places of the entries whose own ids lie in the range.
    """
    outcome = Outcome()
    bounds = {"first": share.first, "last": share.last}
    with one_moment():
        archive = Archive()
        _follow(share, archive, outcome)
        outcome.add(_lone_heads(bounds, archive))
        for entry_id, event in rows(_UNSEALED, bounds):
            detail = "it is neither sealed nor does it await its seal"
            outcome.add([Fault(Wrong.INSERTED, f"entry {entry_id} ({event})", detail)])
        check_tables(share.first, share.last, archive, outcome)
        check_documents(share.first, share.last, archive, outcome)
    return outcome


def _follow(share: Share, archive: Archive, outcome: Outcome) -> None:
    chains = ObjectChains(archive.may_hold_between)
    doubts = Suspicions(outcome)
    for chunk in chunks(_ENTRIES, [share.first, share.last], _CHUNK):
        committed = []
        for *linked, payload_id, leaf in chunk:
            entry = ChainedEntry(*linked)
            outcome.add(_with_leaves(chains.follow(entry), entry.id))
            if leaf is not None:
                committed.append(
                    CommittedEntry(entry.id, entry.subject_type, entry.history_id, payload_id, leaf)
                )
        outcome.counts["linked"] += len(chunk)
        check_rows(committed, outcome, doubts)
        check_payloads(committed, archive, outcome, doubts)
        doubts.settle()
        _compare_heads(chains.take_followed(), archive, outcome)
    chains.end()
    _compare_heads(chains.take_followed(), archive, outcome)


def _with_leaves(faults: Iterator[Fault], entry_id: UUID) -> Iterator[Fault]:
    for fault in faults:
        yield replace(fault, index=first_leaves([entry_id]).get(entry_id))


def _compare_heads(followed: list[FollowedObject], archive: Archive, outcome: Outcome) -> None:
    found = rows(_HEADS, [[one.head.subject_id for one in followed]])
    stored = {row[0]: ObjectHead(*row) for row in found}
    outcome.counts["objects"] += len(followed)
    for one in followed:
        outcome.add(head_faults(stored.get(one.head.subject_id), one, archive.may_hold_between))


def _lone_heads(bounds: dict[str, UUID], archive: Archive) -> Iterator[Fault]:
    for subject_id, subject_type, seq in rows(_HEADS_ALONE, bounds):
        if not archive.may_hold_between(subject_id):
            place = f"{subject_type} {subject_id}"
            yield Fault(Wrong.MISSING, place, f"all its {seq} entries are gone")
