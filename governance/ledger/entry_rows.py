"""Reading the bytes of many entries at once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from psycopg import Cursor

# By the range of the ids as well, so that only the partitions that hold some are looked into.
_LEAVES = """
    SELECT id, leaf FROM governance_ledgerentry
    WHERE id BETWEEN %s AND %s AND id = ANY(%s)
"""


def leaf_bytes(entry_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """The leaf bytes of each entry that there is, in one query; at most 64 KiB each.

    Inside a transaction only. Binary results: no byte is written out in hexadecimal and read back.
    """
    if not entry_ids:
        return {}
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        bounds = [min(entry_ids), max(entry_ids)]
        cursor.execute(_LEAVES, [*bounds, list(entry_ids)], binary=True)
        return dict(cursor.fetchall())
