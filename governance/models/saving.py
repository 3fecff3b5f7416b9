"""Saving many recorded rows at once, each with its history row, as `save_by` does for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from governance.models.actors import Actor
from governance.models.base import Recording


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
            type(rows[0])._default_manager.bulk_create(rows)
        else:
            _update(rows, [rows[0]._meta.get_field(name) for name in fields])
        _keep_history(rows, actor, "+" if is_new else "~")


def _update(rows: Sequence[Recording], fields: Sequence[Any]) -> None:
    meta = rows[0]._meta
    assert meta.pk is not None
    written: list[Any] = [meta.pk, *fields]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in written)
    sets = ", ".join(f"{quote(field.column)} = new.{quote(field.column)}" for field in fields)
    # The first row's types hold for all.
    first = ", ".join(f"%s::{field.db_type(connection)}" for field in written)
    rest = ", ".join(["%s"] * len(written))
    values = ", ".join([f"({first})", *[f"({rest})"] * (len(rows) - 1)])
    parameters = [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for row in rows
        for field in written
    ]
    table = quote(meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sets} FROM (VALUES {values}) AS new ({columns})"
            f" WHERE {table}.{quote(meta.pk.column)} = new.{quote(meta.pk.column)}",
            parameters,
        )
        if cursor.rowcount != len(rows):
            raise LookupError(f"Only {cursor.rowcount} of {len(rows)} rows are there to save")


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
    model._default_manager.bulk_create(kept)
    for row, one in zip(rows, kept, strict=True):
        row.__dict__.setdefault("_unentered_history", []).append(one)
