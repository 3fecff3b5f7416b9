"""Changing the record as somebody can who owns its tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def guards_off(*tables: str) -> Iterator[None]:
    """Switch a table's triggers off, and on again as they were."""
    modes = {table: _always(table) for table in tables}
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, names in modes.items():
        execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for name in names:
            execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    execute("SET CONSTRAINTS ALL DEFERRED")


def _always(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'A'",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def execute(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
