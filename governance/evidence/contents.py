"""What entries commit to, as far as one person may see it: rows and payloads, some at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any

from cryptography.exceptions import InvalidTag
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Field, QuerySet
from psycopg import sql

from governance.evidence.entries import Place
from governance.evidence.registry import Scope
from governance.evidence.writing import Content, Erased, Given, Withheld
from governance.ledger.entry_rows import binary_cursor
from governance.ledger.history_bytes import values_bytes
from governance.ledger.kept import committed_model, model_of
from governance.ledger.payloads import open_payload
from governance.models import Payload

# Past the ORM: a bundle reads a row for each of its entries.
_ROWS = sql.SQL("SELECT {columns} FROM {table} WHERE {key} = ANY(%b::text[]::uuid[])")
_AMONG = "SELECT found.pk::text FROM ({rows}) AS found (pk) WHERE found.pk = ANY(%s::uuid[])"


class NotAsEntered(ValueError):
    """Something is not what its entry commits to, or is gone without an entry that says so."""


def rows_of(places: Sequence[Place], scope: Scope) -> dict[str, Content]:
    """The content of the row that each of these entries commits to, by the row's id.

    Raises NotAsEntered for a row that is missing.
    """
    by_type: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for place in places:
        if place.history_id is not None:
            by_type[place.subject_type][place.history_id] = place.subject_id
    found: dict[str, Content] = {}
    for subject_type, subjects in by_type.items():
        stored = _bytes_of(subject_type, subjects)
        hidden = _among(
            subjects.values(),
            [one for one in scope.withheld if one.model._meta.label_lower == subject_type],
        )
        for row_id, subject_id in subjects.items():
            if stored is None:
                found[row_id] = Erased()
            elif row_id not in stored:
                raise NotAsEntered(f"The row {row_id} of {subject_type} is missing")
            else:
                content = stored[row_id]
                found[row_id] = Withheld() if subject_id in hidden else Given(content)
    return found


def _bytes_of(subject_type: str, ids: Collection[str]) -> dict[str, bytes] | None:
    """The bytes of rows by id; None for rows that are no evidence: of a payload, what its entry
    commits to is the sealed row, which went with the erasure that the entry tells of."""
    model = model_of(subject_type)
    committed = None if model is None else committed_model(model)
    if committed is None:
        return None
    meta = committed._meta
    query = _ROWS.format(
        columns=sql.SQL(", ").join(_selected(one) for one in meta.concrete_fields),
        table=sql.Identifier(meta.db_table),
        key=sql.Identifier(meta.pk.column),
    )
    at = meta.concrete_fields.index(meta.pk)
    with binary_cursor() as cursor:
        cursor.execute(query, [list(ids)], binary=True)
        return {values[at]: values_bytes(committed, values) for values in cursor.fetchall()}


def _selected(field: Field[Any, Any]) -> sql.Composable:
    """The column; an id as the text that it becomes in the row's bytes."""
    column = sql.Identifier(str(field.column))
    return column + sql.SQL("::text") if field.db_type(connection) == "uuid" else column


def payloads_of(places: Sequence[Place]) -> dict[str, Content | None]:
    """The clear content of each payload that the person may see, by id; None where it is gone.

    Raises NotAsEntered for a payload whose seal is broken.
    """
    ids = [place.payload_id for place in places if place.payload_id is not None]
    found: dict[str, Content | None] = dict.fromkeys(ids)
    for key in _among(ids, [Payload.objects.all()]):
        found[key] = Withheld()
    shown = [place.payload_id for place in places if place.shown]
    for row in Payload.objects.select_related("subject").filter(pk__in=shown):
        found[str(row.pk)] = _opened(row)
    return found


def _opened(row: Payload) -> Given:
    try:
        return Given(open_payload(row), bytes(row.commitment_key))
    except InvalidTag as fault:
        raise NotAsEntered(f"The seal of the payload {row.pk} is broken") from fault


def _among(ids: Collection[str], chosen: Sequence[QuerySet[Any]]) -> set[str]:
    """Those of the ids whose rows one of the querysets gives."""
    found: set[str] = set()
    for one in chosen if ids else ():
        with suppress(EmptyResultSet), connection.cursor() as cursor:
            rows, parameters = one.order_by().values_list("pk").query.sql_with_params()
            # An array: a parameter for each id takes PostgreSQL many times longer.
            cursor.execute(_AMONG.format(rows=rows), [*parameters, list(ids)])
            found.update(key for (key,) in cursor.fetchall())
    return found
