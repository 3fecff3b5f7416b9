"""Recorded rows as they were known at an instant, read from their history.

The time of a history row is the time of the ledger entry that commits to it: the verb's own clock,
which the database's clock only follows. A row that no entry commits to has the database's time.
Meant for the small tables of what is governed, never for the work itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from governance.models import LedgerEntry, Recorded


def known_at(model: type[Recorded], cut_off: datetime, **fields: Any) -> list[Any]:
    """Each row of `model` as it was at `cut_off`, in the order of the ids; not to be saved.

    `fields`: a filter over fields that never change, such as the parent. Deleted rows are left out.
    """
    past = [row for row in states_of(model, **fields) if row.known_at <= cut_off]
    newest = {row.id: row for row in past}
    return [newest[key].instance for key in sorted(newest) if newest[key].history_type != "-"]


def states_of(model: type[Recorded], **fields: Any) -> list[Any]:
    """All past states of some rows, oldest first, each with `known_at`. See `known_at`."""
    rows: list[Any] = list(model.history.filter(**fields).order_by("history_id"))
    entered = _entered(model._meta.label_lower, {row.id for row in rows})
    for row in rows:
        row.known_at = entered.get(row.history_id, row.history_date)
    return rows


def _entered(subject_type: str, subject_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    entries = LedgerEntry.objects.filter(subject_type=subject_type, subject_id__in=subject_ids)
    told = entries.values_list("history_id", "at")
    return {history_id: at for history_id, at in told if history_id is not None}
