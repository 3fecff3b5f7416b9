"""Saving many recorded rows at once, each with its history row, as `save_by` does for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from governance.models.actors import Actor
from governance.models.base import Recording
from governance.models.bulk import insert_all, update_all


def save_all_by(rows: Sequence[Recording], actor: Actor, *fields: str) -> None:
    """Save the named fields of rows of one model, or rows that are new, as changed by `actor`.

    Two statements for however many rows. Runs inside the transaction of a verb that holds the
    rows' locks. The history rows then wait for the ledger, as those of `save_by` do.
    """
    if not rows:
        return
    is_new = rows[0]._state.adding
    with transaction.atomic(savepoint=False):
        if is_new:
            insert_all(rows)
        else:
            update_all(rows, fields)
        _keep_history(rows, actor, "+" if is_new else "~")


def _keep_history(rows: Sequence[Recording], actor: Actor, kind: str) -> None:
    model: Any = type(rows[0]).history.model  # type: ignore[attr-defined]
    names = [field.attname for field in model.tracked_fields]
    at = timezone.now()
    kept = [
        model(
            history_date=at,
            history_type=kind,
            history_user_id=actor.user_id,
            actor=actor.label,
            **{name: getattr(row, name) for name in names},
        )
        for row in rows
    ]
    insert_all(kept)
    for row, one in zip(rows, kept, strict=True):
        row.__dict__.setdefault("_unentered_history", []).append(one)
