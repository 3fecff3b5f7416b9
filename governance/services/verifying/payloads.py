"""Sealed payloads against the entries that commit to them, and the erased ones."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from django.conf import settings

from governance.ledger.leaf import commit
from governance.ledger.payloads import open_payload
from governance.ledger.verify import MOST_FAULTS, Wrong
from governance.ledger.verify_columns import commitments
from governance.models import LedgerHead, Payload
from governance.services.erasure import ERASED_PAYLOAD
from governance.services.verifying.archived import Archive
from governance.services.verifying.commitments import CommittedEntry
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.reading import rows
from governance.services.verifying.suspicions import Suspicions

_LABEL = Payload._meta.label_lower
_ERASURES = """
    SELECT subject_id, leaf FROM governance_ledgerentry
    WHERE subject_id = ANY(%s) AND subject_type = %s AND event = %s
"""


def check_payloads(
    entries: Iterable[CommittedEntry], archive: Archive, outcome: Outcome, doubts: Suspicions
) -> None:
    """Open each payload and compare it with what was committed to; those that are gone must have
    an entry that says so.

    Without the master key nothing can be opened: then the commitment that is stored beside the
    sealed content is compared, and the payload counts as not opened.
    """
    about = [entry for entry in entries if entry.payload_id is not None]
    stored = Payload.objects.select_related("subject").in_bulk({one.payload_id for one in about})
    gone = []
    for entry in about:
        row = stored.get(entry.payload_id)
        if row is None:
            gone.append(entry)
        elif not _is_committed(entry, row, outcome):
            detail = f"entry {entry.id} commits to other content"
            doubts.add(Wrong.PAYLOAD_CHANGED, f"payload {entry.payload_id}", detail, entry.id)
    if gone:
        _check_erased(gone, archive, outcome, doubts)


def _is_committed(entry: CommittedEntry, row: Payload, outcome: Outcome) -> bool:
    _, _, committed = commitments(entry.leaf)
    found = bytes(row.commitment)
    if settings.COUNTERSIGN_MASTER_KEY:
        outcome.counts["payloads"] += 1
        try:
            content = commit(bytes(row.commitment_key), open_payload(row))
        except InvalidTag:
            return False
        if not hmac.compare_digest(content, found):
            return False
    else:
        outcome.counts["payloads_unopened"] += 1
    return committed is not None and hmac.compare_digest(found, committed)


def _check_erased(
    gone: list[CommittedEntry], archive: Archive, outcome: Outcome, doubts: Suspicions
) -> None:
    ids = [entry.payload_id for entry in gone]
    told = _erasures(ids)
    heads = LedgerHead.objects.filter(subject_id__in=ids, subject_type=_LABEL)
    with_entries = set(heads.values_list("subject_id", flat=True))
    for entry in gone:
        at = told.get((entry.payload_id, _commitment(entry)))
        if at is None and not _is_told_in_archive(entry.payload_id, with_entries, archive):
            detail = f"entry {entry.id} commits to it, and none tells of its erasure"
            doubts.add(Wrong.PAYLOAD_MISSING, f"payload {entry.payload_id}", detail, entry.id)
            continue
        outcome.counts["erased"] += 1
        if len(outcome.erased) < MOST_FAULTS:
            erased = {"entry": str(entry.id), "payload": str(entry.payload_id), "at": at or ""}
            outcome.erased.append(erased)


def _erasures(payload_ids: list[UUID | None]) -> dict[tuple[UUID | None, str], str]:
    """The instant of each payload's erasure, by the commitment that its entry repeats."""
    found = rows(_ERASURES, [payload_ids, _LABEL, ERASED_PAYLOAD])
    said = [(payload_id, orjson.loads(leaf)) for payload_id, leaf in found]
    return {(payload_id, leaf["body"]["commitment"]): leaf["at"] for payload_id, leaf in said}


def _is_told_in_archive(payload_id: UUID | None, with_entries: set[UUID], archive: Archive) -> bool:
    return payload_id in with_entries and archive.may_hold_between(payload_id)


def _commitment(entry: CommittedEntry) -> str:
    _, _, committed = commitments(entry.leaf)
    return "" if committed is None else committed.hex()
