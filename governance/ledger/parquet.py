"""Entries as Parquet files: what the archive holds, and what analysts read.

A file holds leaves of one log in the order of their indexes. The bytes of a leaf are the evidence;
the other columns repeat it for reading, as in the database. Pure: no Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from governance.ledger.leaf import VERSION
from governance.ledger.verify_columns import StoredEntry

# Name and type in the file. In CSV, bytes are written in hex and the instant as ISO 8601.
COLUMNS = {
    "leaf_index": "UBIGINT",
    "id": "UUID",
    "log": "VARCHAR",
    "event": "VARCHAR",
    "at": "TIMESTAMPTZ",
    "actor": "VARCHAR",
    "subject_type": "VARCHAR",
    "subject_id": "UUID",
    "object_seq": "UBIGINT",
    "object_prev": "BLOB",
    "history_id": "UUID",
    "payload_id": "UUID",
    "leaf": "BLOB",
    "leaf_hash": "BLOB",
}
_ROW_GROUP = 4096  # rows; what a reader has in memory at once
_CHUNK = 1024
_LONGEST_LINE = 1_000_000  # bytes; a leaf in hex has at most 131,070
_INSTANT = "strftime(make_timestamp(epoch_us(\"at\")), '%Y-%m-%dT%H:%M:%S.%fZ')"
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # It keeps the order, and the memory small; who wants more speed takes more processes.
    "threads": 1,
    "memory_limit": "512MB",
    # It writes nothing but what it was asked for, and fetches nothing from elsewhere.
    "temp_directory": "",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# As a verification compares it: see verify_columns.
_STORED = f"""
    leaf, leaf_hash, {VERSION}, id::VARCHAR, log, event, {_INSTANT}, actor, subject_type,
    subject_id::VARCHAR, object_seq, lower(hex(object_prev)), history_id::VARCHAR,
    payload_id IS NULL
"""


class ParquetUnreadable(ValueError):
    """Bytes are no Parquet file of entries."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Entries of a file, in its order, each at the place of its leaf's index."""

    indexes: list[int]
    entries: list[StoredEntry]


def write_parquet(source: Path, target: Path) -> None:
    """Make a Parquet file of the lines of `source`, in their order.

    `source`: CSV without a header, as PostgreSQL's COPY writes it, with the columns of COLUMNS.
    """
    text = ", ".join(f"'{name}': '{_text_type(kind)}'" for name, kind in COLUMNS.items())
    select = ", ".join(
        f'unhex("{name}") AS "{name}"' if kind == "BLOB" else f'"{name}"'
        for name, kind in COLUMNS.items()
    )
    with _duckdb() as files:
        files.execute(
            f"""
            COPY (
                SELECT {select} FROM read_csv(
                    $source, columns = {{{text}}}, auto_detect = false, header = false,
                    delim = ',', quote = '"', escape = '"', nullstr = '',
                    max_line_size = {_LONGEST_LINE}
                )
            ) TO {_literal(target)}
            (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP})
            """,
            {"source": str(source)},
        )


def read_parquet(path: Path) -> Iterator[Chunk]:
    """All entries of a file, in flat memory. Raises ParquetUnreadable."""
    query = f"SELECT leaf_index, {_STORED} FROM read_parquet($path)"
    try:
        with _duckdb() as files:
            rows = files.execute(query, {"path": str(path)})
            while found := rows.fetchmany(_CHUNK):
                yield Chunk([row[0] for row in found], [row[1:] for row in found])
    except duckdb.Error as fault:
        raise _unreadable(fault) from fault


def write_csv(source: Path, target: Path, columns: list[str]) -> None:
    """Write some columns of a Parquet file as PostgreSQL's COPY reads them. See COLUMNS.

    Raises ParquetUnreadable.
    """
    select = ", ".join(_as_text(name) for name in columns)
    try:
        with _duckdb() as files:
            files.execute(
                f"COPY (SELECT {select} FROM read_parquet($source)) TO {_literal(target)} "
                "(FORMAT csv, HEADER false, NULLSTR '')",
                {"source": str(source)},
            )
    except duckdb.Error as fault:
        raise _unreadable(fault) from fault


def _duckdb() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config=_CONFIG)


def _unreadable(fault: duckdb.Error) -> ParquetUnreadable:
    first = str(fault).partition("\n")[0]
    return ParquetUnreadable(f"it is no Parquet file of entries: {first:.200}")


def _text_type(kind: str) -> str:
    return "VARCHAR" if kind == "BLOB" else kind


def _as_text(name: str) -> str:
    if name == "at":
        return _INSTANT
    return f"'\\x' || hex(\"{name}\")" if COLUMNS[name] == "BLOB" else f'"{name}"'


def _literal(path: Path) -> str:
    """COPY takes its target as a literal only."""
    return "'" + str(path).replace("'", "''") + "'"
