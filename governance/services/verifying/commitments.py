"""What entries commit to: history rows, rows that never change, and sealed payloads."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import models

from governance.ledger.history_bytes import values_bytes
from governance.ledger.kept import committed_model, model_of
from governance.ledger.leaf import commit
from governance.ledger.verify import Wrong
from governance.ledger.verify_columns import commitments
from governance.models.base import AppendOnly
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.suspicions import Suspicions


class CommittedEntry(NamedTuple):
    """An entry that commits to something outside itself."""

    id: UUID
    subject_type: str
    history_id: UUID | None
    payload_id: UUID | None
    leaf: bytes


def check_rows(entries: Iterable[CommittedEntry], outcome: Outcome, doubts: Suspicions) -> None:
    """Compare the rows that entries commit to with the commitments, model by model."""
    by_type: defaultdict[str, list[CommittedEntry]] = defaultdict(list)
    for entry in entries:
        if entry.history_id is not None:
            by_type[entry.subject_type].append(entry)
    for subject_type, about in by_type.items():
        model = model_of(subject_type)
        committed = None if model is None else committed_model(model)
        if committed is None:
            outcome.counts["unknown"] += len(about)
        else:
            _compare(subject_type, committed, about, outcome, doubts)


def _compare(
    subject_type: str,
    model: type[models.Model],
    entries: list[CommittedEntry],
    outcome: Outcome,
    doubts: Suspicions,
) -> None:
    is_row = issubclass(model, AppendOnly)
    stored = _bytes_of(model, [entry.history_id for entry in entries])
    outcome.counts["rows" if is_row else "history_rows"] += len(stored)
    for entry in entries:
        place = f"{subject_type} {entry.history_id}"
        place = place if is_row else f"history row {entry.history_id} of {subject_type}"
        row = None if entry.history_id is None else stored.get(entry.history_id)
        if row is None:
            wrong = Wrong.ROW_MISSING if is_row else Wrong.HISTORY_MISSING
            doubts.add(wrong, place, f"entry {entry.id} commits to it", entry.id)
        elif not _is_committed(entry.leaf, row):
            wrong = Wrong.ROW_CHANGED if is_row else Wrong.HISTORY_CHANGED
            doubts.add(wrong, place, f"entry {entry.id} commits to other content", entry.id)


def _bytes_of(model: type[models.Model], keys: list[UUID | None]) -> dict[UUID, bytes]:
    """The bytes of each of these rows, by key; no object is made for a row."""
    names = [field.attname for field in model._meta.concrete_fields]
    key_name = model._meta.pk.attname
    at = names.index(key_name)
    found = model._default_manager.filter(**{f"{key_name}__in": keys}).values_list(*names)
    return {values[at]: values_bytes(model, values) for values in found.iterator()}


def _is_committed(leaf: bytes, row: bytes) -> bool:
    nonce, committed, _ = commitments(leaf)
    return committed is not None and hmac.compare_digest(commit(nonce, row), committed)
