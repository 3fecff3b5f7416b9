"""Empties the database after a test that really committed, and brings the seeded rows back.

Django's own way, TRUNCATE of every table, is refused by the triggers of the append-only tables.
Their owner may switch triggers off within a transaction; each comes back in the mode it had. Only
tables that hold rows are touched: TRUNCATE costs as much for an empty one.
"""

from collections import defaultdict
from typing import Any

from django.db import connection, transaction
from psycopg import sql

# Tables whose rows Django makes after each migration and then takes for given.
KEPT = ("django_migrations", "django_content_type", "auth_permission")
MODES = {"O": "ENABLE TRIGGER", "A": "ENABLE ALWAYS TRIGGER", "R": "ENABLE REPLICA TRIGGER"}

TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)
"""
REFERENCES = """
    SELECT confrelid::regclass::text, conrelid::regclass::text
    FROM pg_constraint WHERE contype = 'f'
"""
TRIGGERS = """
    SELECT tgrelid::regclass::text, tgname, tgenabled::text
    FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'
"""


class Emptying:
    """Remembers, when it is made, what the migrations seeded; `empty` goes back to that."""

    def __init__(self) -> None:
        self._referencing: defaultdict[str, set[str]] = defaultdict(set)
        for table, referencing in _rows(REFERENCES):
            self._referencing[table].add(referencing)
        self._seeded = {table: _copy_out(table) for table in self._filled()}

    def empty(self) -> None:
        """Leave every table as the migrations left it."""
        todo = self._with_referencing(self._changed())
        if not todo:
            return
        names = sql.SQL(", ").join(map(sql.Identifier, sorted(todo)))
        triggers = _triggers()
        with transaction.atomic():
            # A test that left a transaction open in a thread must fail here, not hang.
            _run(sql.SQL("SET LOCAL lock_timeout = '10s'"))
            for table in todo & triggers.keys():
                _run(_alter(table, "DISABLE TRIGGER USER"))
            _run(sql.SQL("TRUNCATE {}").format(names))
            for table in todo & self._seeded.keys():
                _copy_in(table, self._seeded[table])
            _run(sql.SQL("SET CONSTRAINTS ALL IMMEDIATE"))
            for table in todo & triggers.keys():
                for name, mode in triggers[table]:
                    _run(_alter(table, MODES[mode], name))

    def _filled(self) -> set[str]:
        one = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
        # Looked up anew: a test may have made a partition.
        tables = [table for (table,) in _rows(TABLES, [list(KEPT)])]
        each = [one.format(sql.Literal(table), sql.Identifier(table)) for table in tables]
        return {table for (table,) in _rows(sql.SQL(" UNION ALL ").join(each))}

    def _changed(self) -> set[str]:
        candidates = self._filled() | self._seeded.keys()
        same = {table for table, rows in self._seeded.items() if _copy_out(table) == rows}
        return candidates - same

    def _with_referencing(self, tables: set[str]) -> set[str]:
        """TRUNCATE must name, or empty, all that refer to a table, and those that refer to them."""
        found: set[str] = set()
        waiting = set(tables)
        while waiting:
            table = waiting.pop()
            found.add(table)
            waiting |= self._referencing[table] - found
        return found


def _triggers() -> dict[str, list[tuple[str, str]]]:
    """The triggers of each table that has some, with their modes."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for table, name, mode in _rows(TRIGGERS):
        found[table].append((name, mode))
    return found


def _alter(table: str, what: str, *names: str) -> sql.Composed:
    parts = [sql.SQL("ALTER TABLE"), sql.Identifier(table), sql.SQL(what)]
    return sql.SQL(" ").join([*parts, *map(sql.Identifier, names)])


def _run(statement: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _rows(statement: str | sql.Composable, parameters: list[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _copy_out(table: str) -> bytes:
    statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(statement) as rows:
        return b"".join(bytes(block) for block in rows)


def _copy_in(table: str, rows: bytes) -> None:
    statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(statement) as target:
        target.write(rows)
