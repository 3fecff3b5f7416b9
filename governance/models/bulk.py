"""Writing very many rows at once: `bulk_create` spends most of its time on composing the statement.

No history and no entry come of it: `save_all_by` and the verbs see to those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import Any

import orjson
from django.db import connection, models
from psycopg.types.json import Jsonb


def insert_all(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model, in their order and in one statement. Every column is taken as
    it stands on the row; defaults of the database are not asked for."""
    if not rows:
        return
    fields = rows[0]._meta.concrete_fields
    plain = _to_copy(type(rows[0]))
    copy_in(
        rows[0]._meta.db_table,
        [str(field.column) for field in fields],
        ([of(getattr(row, name)) for name, of in plain] for row in rows),
    )
    for row in rows:
        row._state.adding = False


def copy_in(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows of values into a table, by COPY. Triggers and constraints see each as they would an
    INSERT."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def update_all(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write the named fields of stored rows of one model, in one statement with one parameter.

    Raises LookupError where one of them is not there any more.
    """
    meta = rows[0]._meta
    assert meta.pk is not None
    quote = connection.ops.quote_name
    fields: list[Any] = [meta.get_field(name) for name in names]
    written: list[Any] = [meta.pk, *fields]
    typed = ", ".join(f"{quote(field.column)} {field.db_type(connection)}" for field in written)
    sets = ", ".join(f"{quote(field.column)} = new.{quote(field.column)}" for field in fields)
    table, key = quote(meta.db_table), quote(meta.pk.column)
    values = [{field.column: getattr(row, field.attname) for field in written} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sets} FROM jsonb_to_recordset(%s::jsonb) AS new ({typed})"
            f" WHERE {table}.{key} = new.{key}",
            [orjson.dumps(values, default=_as_text).decode()],
        )
        if cursor.rowcount != len(rows):
            raise LookupError(f"Only {cursor.rowcount} of {len(rows)} rows are there to write")


def _as_text(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value // timedelta(microseconds=1)} microseconds"
    return str(value)


@cache
def _to_copy(model: type[models.Model]) -> list[tuple[str, Callable[[Any], Any]]]:
    return [
        (field.attname, _json if isinstance(field, models.JSONField) else _bare)
        for field in model._meta.concrete_fields
    ]


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _json(value: Any) -> Any:
    return None if value is None else Jsonb(value)
