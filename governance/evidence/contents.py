"""What entries commit to, as far as one person may see it: rows and payloads, some at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db.models import QuerySet
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
_ROWS = sql.SQL("SELECT {columns} FROM {table} WHERE {key} = ANY(%b)")


class NotAsEntered(ValueError):
    """Something is not what its entry commits to, or is gone without an entry that says so."""


def rows_of(places: Sequence[Place], scope: Scope) -> dict[UUID, Content]:
    """The content of the row that each of these entries commits to, by the row's id.

    Raises NotAsEntered for a row that is missing.
    """
    by_type: defaultdict[str, dict[UUID, UUID]] = defaultdict(dict)
    for place in places:
        if place.history_id is not None:
            by_type[place.subject_type][place.history_id] = place.subject_id
    found: dict[UUID, Content] = {}
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


def _bytes_of(subject_type: str, ids: Collection[UUID]) -> dict[UUID, bytes] | None:
    """The bytes of rows by id; None for rows that are no evidence: of a payload, what its entry
    commits to is the sealed row, which went with the erasure that the entry tells of."""
    model = model_of(subject_type)
    committed = None if model is None else committed_model(model)
    if committed is None:
        return None
    meta = committed._meta
    query = _ROWS.format(
        columns=sql.SQL(", ").join(sql.Identifier(one.column) for one in meta.concrete_fields),
        table=sql.Identifier(meta.db_table),
        key=sql.Identifier(meta.pk.column),
    )
    at = meta.concrete_fields.index(meta.pk)
    with binary_cursor() as cursor:
        cursor.execute(query, [list(ids)], binary=True)
        return {values[at]: values_bytes(committed, values) for values in cursor.fetchall()}


def payloads_of(places: Sequence[Place], scope: Scope) -> dict[UUID, Content | None]:
    """The clear content of each payload that the person may see, by id; None where it is gone.

    Raises NotAsEntered for a payload whose seal is broken.
    """
    ids = [place.payload_id for place in places if place.payload_id is not None]
    found: dict[UUID, Content | None] = dict.fromkeys(ids)
    for key in Payload.objects.filter(pk__in=ids).values_list("pk", flat=True):
        found[key] = Withheld()
    shown = _among(ids, scope.payloads)
    for key, row in Payload.objects.select_related("subject").in_bulk(shown).items():
        found[key] = _opened(row)
    return found


def _opened(row: Payload) -> Given:
    try:
        return Given(open_payload(row), bytes(row.commitment_key))
    except InvalidTag as fault:
        raise NotAsEntered(f"The seal of the payload {row.pk} is broken") from fault


def _among(ids: Collection[UUID], chosen: Sequence[QuerySet[Any]]) -> set[UUID]:
    """Those of the ids whose rows one of the querysets gives."""
    return {key for rows in chosen for key in rows.filter(pk__in=ids).values_list("pk", flat=True)}
