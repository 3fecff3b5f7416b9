"""A partition's entries with their places in the tree, out of the database and into it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from psycopg import sql

from governance.ledger.parquet import COLUMNS
from governance.ledger.partitions import TABLE

# Aligned to the tree: a file never holds more, about 10 MB as leaves are, 1 GiB at the very most.
SLICE = 16_384
_BLOCK = 1 << 20
# In the order of COLUMNS; an instant in one form, whatever the session's settings.
_EXPRESSIONS = {
    "leaf_index": "leaf.index",
    "at": "to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
}
_SLICES = """
    SELECT log.origin, leaf.index / %s AS slice, min(leaf.index), max(leaf.index), count(*)
    FROM {part} AS entry
    JOIN governance_leaf AS leaf ON leaf.entry_id = entry.id
    JOIN governance_log AS log ON log.id = leaf.log_id
    GROUP BY log.id, log.origin, slice ORDER BY log.id, slice
"""
_COPY_SLICE = """
    COPY (
        SELECT {columns}
        FROM governance_leaf AS leaf
        JOIN governance_log AS log ON log.id = leaf.log_id
        JOIN {part} AS entry ON entry.id = leaf.entry_id
        WHERE log.origin = %s AND leaf.index BETWEEN %s AND %s
        ORDER BY leaf.index
    ) TO STDOUT (FORMAT csv)
"""
# What a restored entry must be: the leaf that the tree has at the place that it was given.
_IN_THE_TREE = """
    SELECT count(*) FROM {part} AS entry
    JOIN governance_leaf AS leaf ON leaf.entry_id = entry.id
    JOIN governance_tile AS tile
        ON tile.log_id = leaf.log_id AND tile.level = 0 AND tile.index = leaf.index / 256
    WHERE substring(tile.hashes FROM (leaf.index % 256)::integer * 32 + 1 FOR 32)
        = entry.leaf_hash
"""


@dataclass(frozen=True, slots=True)
class Slice:
    """Leaves of a partition between two aligned places of one log's tree; both ends included."""

    origin: str
    first: int
    last: int
    leaves: int


@contextmanager
def long_reading() -> Iterator[None]:
    """A transaction whose statements may take as long as a large partition takes."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def holds_entries(part: str) -> bool:
    """Whether there is any entry in a partition."""
    return bool(_one(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(part))))


def count_entries(part: str) -> int:
    """How many entries a partition holds: all are read."""
    return _one(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(part)))


def slices(part: str, width: int = SLICE) -> list[Slice]:
    """Where a partition's sealed entries lie, log by log, in the order of the leaves.

    `width`: leaves from one aligned place to the next.
    """
    statement = sql.SQL(_SLICES).format(part=sql.Identifier(part))
    with connection.cursor() as cursor:
        cursor.execute(statement, [width])
        return [Slice(origin, *ends) for origin, _, *ends in cursor.fetchall()]


def copy_out(part: str, piece: Slice, target: Path) -> None:
    """Write a slice of a partition as CSV with the columns of COLUMNS, in flat memory."""
    columns = sql.SQL(", ").join(sql.SQL(_expression(name)) for name in COLUMNS)
    statement = sql.SQL(_COPY_SLICE).format(columns=columns, part=sql.Identifier(part))
    ends = [piece.origin, piece.first, piece.last]
    with (
        connection.cursor() as cursor,
        target.open("wb") as file,
        cursor.copy(statement, ends) as rows,
    ):
        for row in rows:
            file.write(row)


def copy_in(part: str, columns: list[str], source: Path) -> None:
    """Add the lines of a CSV file to a table, in flat memory."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(part), names)
    with (
        connection.cursor() as cursor,
        source.open("rb") as file,
        cursor.copy(statement) as rows,
    ):
        while block := file.read(_BLOCK):
            rows.write(block)


def count_in_the_tree(part: str) -> int:
    """How many entries of a table are the leaves that our tree holds at their places."""
    return _one(sql.SQL(_IN_THE_TREE).format(part=sql.Identifier(part)))


def stored_columns() -> list[str]:
    """The columns that an entry is stored with: the database computes the hash itself."""
    return [name for name in COLUMNS if name not in ("leaf_index", "leaf_hash")]


def owner_of_entries() -> tuple[str, bool]:
    """The role that owns the entries' table, and whether this session may act as it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_get_userbyid(relowner), pg_has_role(relowner, 'MEMBER')
            FROM pg_class WHERE oid = %s::regclass
            """,
            [TABLE],
        )
        [(owner, is_ours)] = cursor.fetchall()
    return owner, is_ours


def _expression(name: str) -> str:
    if COLUMNS[name] == "BLOB":
        return f"encode(entry.{name}, 'hex')"
    return _EXPRESSIONS.get(name, f"entry.{name}")


def _one(statement: sql.Composed) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        [(count,)] = cursor.fetchall()
    return int(count)
