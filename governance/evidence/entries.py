"""The sealed entries of a scope, in the order of their logs and places.

One statement finds their places and ids; that is all that is read under one snapshot, however much
there is. Their content never changes and is read afterwards, some at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from governance.evidence.registry import Scope
from governance.models import Payload
from governance.services.erasure import ERASED_PAYLOAD

_PAYLOAD = Payload._meta.label_lower
_FETCHED_AT_ONCE = 5_000
_NONE = "SELECT NULL::text, NULL::uuid"
# The erasure of a payload belongs to the entry that commits to it, though it is another object's.
_PLACES = """
    WITH scope (subject_type, subject_id) AS MATERIALIZED ({scope}),
    shown (of_type, payload_id) AS MATERIALIZED ({payloads}),
    sealed AS (
        SELECT leaf.log_id, leaf.index, leaf.entry_id
        FROM governance_leaf AS leaf
        JOIN unnest(%s::int[], %s::bigint[]) AS log (id, size)
            ON log.id = leaf.log_id AND leaf.index < log.size
    ),
    about AS MATERIALIZED (
        SELECT entry.id, entry.payload_id, entry.object_seq
        FROM scope JOIN governance_ledgerentry AS entry USING (subject_type, subject_id)
    ),
    erasure AS MATERIALIZED (
        SELECT DISTINCT entry.id, entry.subject_id AS payload_id, sealed.log_id, sealed.index
        FROM about JOIN governance_ledgerentry AS entry
            ON entry.subject_id = about.payload_id AND entry.subject_type = %s
        JOIN sealed ON sealed.entry_id = entry.id
        WHERE entry.event = %s
    ),
    wanted (id) AS (SELECT id FROM about UNION SELECT id FROM erasure),
    beginnings (all_there) AS (
        SELECT (SELECT count(*) FROM about WHERE object_seq = 1) = (
            SELECT count(*) FROM scope JOIN governance_ledgerhead USING (subject_type, subject_id)
        )
    )
    SELECT sealed.log_id, sealed.index, entry.id::text, entry.subject_type, entry.subject_id::text,
        entry.object_seq, entry.history_id::text, entry.payload_id::text, erasure.log_id,
        erasure.index, shown.payload_id IS NOT NULL,
        count(*) OVER (PARTITION BY entry.subject_type, entry.subject_id), count(*) OVER (),
        (SELECT all_there FROM beginnings)
    FROM wanted JOIN governance_ledgerentry AS entry USING (id)
    JOIN sealed ON sealed.entry_id = entry.id
    LEFT JOIN erasure ON erasure.payload_id = entry.payload_id
    LEFT JOIN shown ON shown.payload_id = entry.payload_id
    ORDER BY sealed.log_id, sealed.index
"""
# An object whose first entry is not in the database; the index of subjects answers.
_LOST = """
    WITH scope (subject_type, subject_id) AS MATERIALIZED ({scope})
    SELECT subject_type, subject_id
    FROM scope JOIN governance_ledgerhead AS head USING (subject_type, subject_id)
    WHERE NOT EXISTS (
        SELECT FROM governance_ledgerentry AS entry
        WHERE entry.subject_id = head.subject_id AND entry.object_seq = 1
            AND entry.subject_type = head.subject_type
    )
    LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is, and what it is about and commits to. `erased`: log and index of the entry
    that tells of its payload's erasure; `shown`: whether the person may read its payload;
    `of_object`: how many entries about the same object there are; `in_all`: how many in the scope.
    Ids stay text: to make UUID objects of them and text again takes as long as all else here."""

    log_id: int
    index: int
    entry_id: str
    subject_type: str
    subject_id: str
    object_seq: int
    history_id: str | None
    payload_id: str | None
    erased: tuple[int, int] | None
    shown: bool
    of_object: int
    in_all: int


def write_places(scope: Scope, sizes: Mapping[int, int], file: BinaryIO) -> tuple[set[int], bool]:
    """Write a line for each entry of the scope that its log's checkpoint covers.

    `sizes`: the checkpoint's size by log. Gives the logs' ids, and whether the first entry of each
    object is known to be here; if not, `lost_object` tells. Memory stays flat: the rows come
    through a cursor of the server's.
    """
    scoped, parameters = _ids(scope.rows)
    payloads, its = _ids(scope.payloads)
    parameters += its
    parameters += [list(sizes.keys()), list(sizes.values()), _PAYLOAD, ERASED_PAYLOAD]
    logs: set[int] = set()
    all_there = False
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_PLACES.format(scope=scoped, payloads=payloads), parameters)
        while rows := cursor.fetchmany(_FETCHED_AT_ONCE):
            logs.update(row[0] for row in rows)
            all_there = rows[0][-1]
            file.writelines(
                orjson.dumps(row[:-1], option=orjson.OPT_APPEND_NEWLINE) for row in rows
            )
    return logs, all_there


def lost_object(scope: Scope) -> tuple[str, UUID] | None:
    """The type and id of an object of the scope of which entries were made and the first one is not
    here: it was moved to the archive, or deleted. None where all are here."""
    scoped, parameters = _ids(scope.rows)
    with connection.cursor() as cursor:
        cursor.execute(_LOST.format(scope=scoped), parameters)
        found: tuple[str, UUID] | None = cursor.fetchone()
    return found


def read_places(file: BinaryIO) -> Iterator[Place]:
    """The entries that `write_places` wrote."""
    for line in file:
        log, index, entry, kind, subject, seq, history, payload, *rest = orjson.loads(line)
        erased_log, erased_index, shown, of_object, in_all = rest
        yield Place(
            log_id=log,
            index=index,
            entry_id=entry,
            subject_type=kind,
            subject_id=subject,
            object_seq=seq,
            history_id=history,
            payload_id=payload,
            erased=None if erased_log is None else (erased_log, erased_index),
            shown=shown,
            of_object=of_object,
            in_all=in_all,
        )


def _ids(rows: Sequence[QuerySet[Any]]) -> tuple[str, list[Any]]:
    """A statement that gives type and id of each row, once, and its parameters."""
    parts: list[str] = []
    parameters: list[Any] = []
    for one in rows:
        try:
            ids, values = one.order_by().values_list("pk").query.sql_with_params()
        except EmptyResultSet:  # Known to hold nothing before anybody is asked.
            continue
        parts.append(f"SELECT %s::text, found.pk FROM ({ids}) AS found (pk)")
        parameters += [one.model._meta.label_lower, *values]
    return " UNION ".join(parts) or _NONE, parameters
