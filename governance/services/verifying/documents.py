"""Issued reports against the entries that tell of them: those hold the digests of the files."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from governance.ledger.verify import Fault, Wrong
from governance.models import ReportRun
from governance.services.reports import REPORTS
from governance.services.verifying.archived import Archive
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.reading import rows

_ISSUED = f"{REPORTS.event}.issued"
_DOCUMENTS = """
    SELECT document.id, document.run_id,
        encode(sha256(document.json), 'hex') = document.json_sha256
            AND encode(sha256(document.pdf), 'hex') = document.pdf_sha256,
        entry.id IS NOT NULL,
        convert_from(entry.leaf, 'UTF8')::jsonb #>> '{body,json_sha256}' = document.json_sha256
            AND convert_from(entry.leaf, 'UTF8')::jsonb #>> '{body,pdf_sha256}'
                = document.pdf_sha256
    FROM governance_reportdocument AS document
    LEFT JOIN governance_ledgerentry AS entry ON entry.subject_id = document.run_id
        AND entry.subject_type = %(label)s AND entry.event = %(event)s
    WHERE document.id BETWEEN %(first)s AND %(last)s
    ORDER BY document.id
"""


def check_documents(first: UUID, last: UUID, archive: Archive, outcome: Outcome) -> None:
    """Hash the documents of these ids, and compare what their run's entry says."""
    label = ReportRun._meta.label_lower
    bounds = {"first": first, "last": last, "label": label, "event": _ISSUED}
    found = rows(_DOCUMENTS, bounds)
    outcome.counts["documents"] += len(found)
    outcome.add(_faults(found, archive))


def _faults(
    found: list[tuple[UUID, UUID, bool, bool, bool | None]], archive: Archive
) -> Iterator[Fault]:
    for key, run_id, has_its_digests, is_told_of, says_the_same in found:
        place = f"governance.reportdocument {key}"
        if not has_its_digests:
            yield Fault(Wrong.ROW_CHANGED, place, "its files do not have its digests")
        elif is_told_of and not says_the_same:
            yield Fault(Wrong.ROW_CHANGED, place, "its entry tells of other files")
        elif not is_told_of and not archive.may_hold_between(run_id):
            yield Fault(Wrong.ROW_NOT_ENTERED, place, "no entry tells of it")
