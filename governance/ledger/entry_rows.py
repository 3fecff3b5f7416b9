"""Reading the bytes of many entries at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import Cursor

# By the range of the ids as well, so that only the partitions that hold some are looked into.
_LEAVES = """
    SELECT entry.leaf
    FROM unnest(%b::uuid[]) WITH ORDINALITY AS wanted (id, place)
    LEFT JOIN governance_ledgerentry AS entry
        ON entry.id = wanted.id AND entry.id BETWEEN %b::uuid AND %b::uuid
    ORDER BY wanted.place
"""


@contextmanager
def binary_cursor() -> Iterator[Cursor[tuple[Any, ...]]]:
    """A cursor whose parameters (%b) and results are not written out as text and read back.

    Inside a transaction only.
    """
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        yield cursor


def leaf_bytes(entry_ids: Sequence[UUID] | Sequence[str]) -> list[bytes | None]:
    """The leaf bytes of each entry, None where there is no such entry; in one query.

    Ids that are text are in lower case. Inside a transaction only.
    """
    if not entry_ids:
        return []
    with binary_cursor() as cursor:
        bounds = [min(entry_ids), max(entry_ids)]
        cursor.execute(_LEAVES, [list(entry_ids), *bounds], binary=True)
        return [leaf for (leaf,) in cursor.fetchall()]
