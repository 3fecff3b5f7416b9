"""Verifying the whole ledger against itself, the histories, the payloads and the rows."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef

from governance.ledger.history_bytes import history_bytes
from governance.ledger.leaf import commit
from governance.ledger.payloads import open_payload
from governance.ledger.verify import Fault, ObjectChains, StoredEntry, Wrong, commitments
from governance.models import AppendOnly, LedgerEntry, LedgerPending, Payload
from governance.models.base import Recording

_CHUNK = 1_000
_MOST_FAULTS = 100
_COLUMNS = [column.name for column in fields(StoredEntry)]

Progress = Callable[[int, int], None]


@dataclass
class VerificationResult:
    """What was looked at and what was wrong, at most 100 faults in detail.

    `erased`: payloads that entries commit to and that are gone; erasure is lawful and is itself
    an entry. `pending`: entries that await their seal.
    """

    entries: int = 0
    history_rows: int = 0
    payloads: int = 0
    erased: int = 0
    pending: int = 0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return self.fault_count == 0

    def add(self, found: Iterable[Fault]) -> None:
        for fault in found:
            self.fault_count += 1
            if len(self.faults) < _MOST_FAULTS:
                self.faults.append(fault)


def verify_ledger(progress: Progress | None = None) -> VerificationResult:
    """Check every entry, in flat memory. `progress` is told (entries done, entries in all).

    Reads only. Names changed, missing and unreadable entries, history rows that are changed,
    missing or not entered, payloads that are not what was committed to, and rows without an entry.
    """
    result = VerificationResult(pending=LedgerPending.objects.count())
    total = LedgerEntry.objects.count()
    chains = ObjectChains()
    for chunk in _chunks():
        for entry in chunk:
            result.add(chains.check(entry))
        result.entries += len(chunk)
        _check_histories(chunk, result)
        _check_payloads(chunk, result)
        if progress is not None:
            progress(result.entries, total)
    for model in apps.get_models():
        result.add(_without_entry(model))
    return result


def _chunks() -> Iterator[list[StoredEntry]]:
    rows = (
        LedgerEntry.objects.order_by("subject_type", "subject_id", "object_seq")
        .values_list(*_COLUMNS)
        .iterator(chunk_size=_CHUNK)
    )
    entries = (StoredEntry(*(_plain(value) for value in row)) for row in rows)
    while chunk := list(islice(entries, _CHUNK)):
        yield chunk


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _check_histories(chunk: list[StoredEntry], result: VerificationResult) -> None:
    by_type: dict[str, list[StoredEntry]] = {}
    for entry in chunk:
        if entry.history_id is not None:
            by_type.setdefault(entry.subject_type, []).append(entry)
    for subject_type, entries in by_type.items():
        history = history_model(apps.get_model(subject_type))
        if history is None:
            continue
        rows = history._default_manager.in_bulk([entry.history_id for entry in entries])
        for entry in entries:
            result.history_rows += 1
            result.add(_history_faults(entry, rows.get(entry.history_id)))


def _history_faults(entry: StoredEntry, row: models.Model | None) -> Iterator[Fault]:
    place = f"history row {entry.history_id} of {entry.subject_type}"
    if row is None:
        yield Fault(Wrong.HISTORY_MISSING, place, f"entry {entry.id} commits to it")
        return
    nonce, committed, _ = commitments(entry.leaf)
    if committed is None or not hmac.compare_digest(commit(nonce, history_bytes(row)), committed):
        yield Fault(Wrong.HISTORY_CHANGED, place, f"entry {entry.id} commits to other content")


def _check_payloads(chunk: list[StoredEntry], result: VerificationResult) -> None:
    entries = [entry for entry in chunk if entry.payload_id is not None]
    rows = Payload.objects.select_related("subject").in_bulk(
        [entry.payload_id for entry in entries]
    )
    for entry in entries:
        row = rows.get(entry.payload_id)
        if row is None:
            result.erased += 1
        else:
            result.payloads += 1
            result.add(_payload_faults(entry, row))


def _payload_faults(entry: StoredEntry, row: Payload) -> Iterator[Fault]:
    _, _, committed = commitments(entry.leaf)
    try:
        found = commit(bytes(row.commitment_key), open_payload(row))
    except InvalidTag:
        found = b""
    if committed is None or not hmac.compare_digest(found, committed):
        detail = f"entry {entry.id} commits to other content"
        yield Fault(Wrong.PAYLOAD_CHANGED, f"payload {row.pk}", detail)


def _without_entry(model: type[models.Model]) -> Iterator[Fault]:
    """Rows that no entry tells of, and history rows that no entry commits to."""
    label = model._meta.label_lower
    if is_entered(model):
        told = LedgerEntry.objects.filter(subject_type=label, subject_id=OuterRef("pk"))
        for key in _keys(model._default_manager.exclude(Exists(told))):
            yield Fault(Wrong.ROW_NOT_ENTERED, f"{label} {key}", "no entry tells of it")
    history = history_model(model)
    if history is not None:
        committed = LedgerEntry.objects.filter(history_id=OuterRef("history_id"))
        for key in _keys(history._default_manager.exclude(Exists(committed))):
            place = f"history row {key} of {label}"
            yield Fault(Wrong.HISTORY_NOT_ENTERED, place, "no entry commits to it")


def is_entered(model: type[models.Model]) -> bool:
    """Whether each row of `model` must be the subject of an entry."""
    if issubclass(model, AppendOnly):
        return model.is_entered
    return issubclass(model, Recording)


def history_model(model: type[models.Model]) -> type[models.Model] | None:
    """The model of the history rows of `model`; None where it keeps none."""
    history = getattr(model, "history", None)
    found: type[models.Model] | None = getattr(history, "model", None)
    return found if issubclass(model, Recording) else None


def _keys(rows: models.QuerySet[Any]) -> list[UUID]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:_MOST_FAULTS])
