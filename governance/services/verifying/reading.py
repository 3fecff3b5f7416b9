"""Reading as a verification does: one moment, one process, and nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection, transaction
from psycopg import Cursor, ServerCursor, sql

Query = LiteralString | sql.Composed
Parameters = Sequence[Any] | Mapping[str, Any]

LAST_ID = UUID(int=2**128 - 1)
FIRST_ID = UUID(int=0)
# A share is a matter of seconds. Workers in the server would only take what other shares need.
_SETTINGS = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "SET LOCAL statement_timeout = '5min'",
    "SET LOCAL max_parallel_workers_per_gather = 0",
)


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything that is read inside is as at one moment, whoever writes meanwhile.

    Inside a transaction that has already begun, what that transaction sees.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                for setting in _SETTINGS:
                    cursor.execute(setting)
        yield


def rows(query: Query, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """All rows of a query, in a transaction. In binary, so that no byte is spelt out in between."""
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(query, parameters, binary=True)
        return cursor.fetchall()


def one(query: Query, parameters: Parameters = ()) -> Any:
    """The one value of a query."""
    [(value,)] = rows(query, parameters)
    return value


def chunks(query: Query, parameters: Parameters, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a large query, so many at a time, in flat memory; in a transaction."""
    with (
        connection.wrap_database_errors,
        ServerCursor(connection.connection, name="verification") as cursor,
    ):
        cursor.execute(query, parameters, binary=True)
        while found := cursor.fetchmany(size):
            yield found


def first_leaves(entry_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The number of each entry's leaf, of those that are sealed."""
    query = "SELECT entry_id, index FROM governance_leaf WHERE entry_id = ANY(%s)"
    return dict(rows(query, [list(entry_ids)]))
