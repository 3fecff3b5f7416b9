"""What runs have made, against the entries that tell of them: those hold the digests of the files.

Issued reports, and results of simulations; whatever model names the columns that it hashes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps

from governance.ledger.verify import Fault, Wrong
from governance.models import AppendOnly
from governance.services.verifying.archived import Archive
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.reading import rows

_Found = list[tuple[UUID, UUID, bool, bool, bool | None]]


def check_documents(first: UUID, last: UUID, archive: Archive, outcome: Outcome) -> None:
    """Hash the documents of these ids, and compare what their run's entry says."""
    for model in _made_models():
        run: Any = model._meta.get_field("run")  # type: ignore[misc]
        label = run.related_model._meta.label_lower
        bounds = {"first": first, "last": last, "label": label, "event": model.issued_as}
        found = rows(_documents_of(model), bounds)
        outcome.counts["documents"] += len(found)
        outcome.add(_faults(model._meta.label_lower, found, archive))


@cache
def _made_models() -> list[type[AppendOnly]]:
    found = (model for model in apps.get_models() if issubclass(model, AppendOnly) and model.hashed)
    return sorted(found, key=lambda model: model._meta.label_lower)


@cache
def _documents_of(model: type[AppendOnly]) -> str:
    """Its names are those of the model's own columns."""
    body = "convert_from(entry.leaf, 'UTF8')::jsonb #>> '{body,%s_sha256}'"
    has_its_digests = " AND ".join(
        f"encode(sha256(document.{column}), 'hex') = document.{column}_sha256"
        for column in model.hashed
    )
    says_the_same = " AND ".join(
        f"{body % column} = document.{column}_sha256" for column in model.hashed
    )
    return f"""
        SELECT document.id, document.run_id, {has_its_digests}, entry.id IS NOT NULL,
            {says_the_same}
        FROM {model._meta.db_table} AS document
        LEFT JOIN governance_ledgerentry AS entry ON entry.subject_id = document.run_id
            AND entry.subject_type = %(label)s AND entry.event = %(event)s
        WHERE document.id BETWEEN %(first)s AND %(last)s
        ORDER BY document.id
    """


def _faults(label: str, found: _Found, archive: Archive) -> Iterator[Fault]:
    for key, run_id, has_its_digests, is_told_of, says_the_same in found:
        place = f"{label} {key}"
        if not has_its_digests:
            yield Fault(Wrong.ROW_CHANGED, place, "its files do not have its digests")
        elif is_told_of and not says_the_same:
            yield Fault(Wrong.ROW_CHANGED, place, "its entry tells of other files")
        elif not is_told_of and not archive.may_hold_between(run_id):
            yield Fault(Wrong.ROW_NOT_ENTERED, place, "no entry tells of it")
