"""The rows of every table against the entries: set against set, in the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString
from uuid import UUID

from django.apps import apps
from django.db import models
from psycopg import sql

from governance.ledger.kept import history_model, is_entered, model_of
from governance.ledger.verify import Fault, Wrong
from governance.models.base import AppendOnly
from governance.services.verifying.archived import Archive
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.reading import one, rows

# Each query also gives how many there are in all, for more than 100 are not told.
_MANY: LiteralString = " ORDER BY 1 LIMIT 100"
_COUNT: LiteralString = (
    "SELECT count(*) FROM {row} AS row WHERE row.id BETWEEN %(first)s AND %(last)s"
)
_TYPES = """
    SELECT DISTINCT subject_type FROM governance_ledgerhead
    WHERE subject_id BETWEEN %(first)s AND %(last)s
"""
# Then the entry itself is compared with what it commits to, elsewhere.
_IS_COMMITTED_HERE = """
    SELECT EXISTS (
        SELECT FROM governance_ledgerentry WHERE subject_id = %s AND history_id = %s)
"""
# A recorded row is what the history row of its newest commitment was.
_CHANGED: LiteralString = """
    SELECT row.id, count(*) OVER (), head.subject_id IS NULL, kept.history_id IS NULL,
        head.history_id, array_remove(ARRAY[{differing}], NULL)
    FROM {row} AS row
    LEFT JOIN governance_ledgerhead AS head
        ON head.subject_id = row.id AND head.subject_type = %(label)s
    LEFT JOIN {history} AS kept ON kept.history_id = head.history_id
    WHERE row.id BETWEEN %(first)s AND %(last)s
        AND (kept.history_id IS NULL OR kept.history_type = '-'
             OR ({of_row}) IS DISTINCT FROM ({of_history}))
"""
_GONE: LiteralString = """
    SELECT head.subject_id, count(*) OVER () FROM governance_ledgerhead AS head
    JOIN {history} AS kept ON kept.history_id = head.history_id AND kept.history_type <> '-'
    WHERE head.subject_id BETWEEN %(first)s AND %(last)s AND head.subject_type = %(label)s
        AND NOT EXISTS (SELECT FROM {row} AS row WHERE row.id = head.subject_id)
"""
_HISTORY_ALONE: LiteralString = """
    SELECT kept.history_id, count(*) OVER () FROM {history} AS kept
    WHERE kept.id BETWEEN %(first)s AND %(last)s AND NOT EXISTS (
        SELECT FROM governance_ledgerentry AS entry
        WHERE entry.subject_id = kept.id AND entry.history_id = kept.history_id
            AND entry.subject_type = %(label)s
            AND entry.subject_id BETWEEN %(first)s AND %(last)s)
"""
# The first entry about a row that is written once commits to it, and the head keeps that.
_ROW_ALONE: LiteralString = """
    SELECT row.id, count(*) OVER () FROM {row} AS row
    WHERE row.id BETWEEN %(first)s AND %(last)s AND NOT EXISTS (
        SELECT FROM governance_ledgerhead AS head WHERE head.subject_id = row.id
            AND head.subject_type = %(label)s AND head.history_id = row.id)
"""


def check_tables(first: UUID, last: UUID, archive: Archive, outcome: Outcome) -> None:
    """Compare the rows of these objects, in all tables, with what their newest entries commit to.

    That each commitment holds is another matter: here it is a row for each, and an entry for each
    row.
    """
    bounds = {"first": first, "last": last}
    told_of = {model_of(label) for (label,) in rows(_TYPES, bounds)}
    for model in apps.get_models():
        if not is_entered(model):
            continue
        table = _Table(model, bounds, outcome)
        if issubclass(model, AppendOnly):
            table.report(Wrong.ROW_NOT_ENTERED, _ROW_ALONE, "no entry commits to it")
            continue
        outcome.counts["rows"] += table.count()
        table.report_changed()
        table.report_history(archive)
        if model in told_of:
            table.report(Wrong.ROW_MISSING, _GONE, "no entry tells of its deletion")


class _Table:
    """The table of a model, and that of its history if it has one, between two ids."""

    def __init__(
        self, model: type[models.Model], bounds: dict[str, UUID], outcome: Outcome
    ) -> None:
        self._label = model._meta.label_lower
        self._bounds = {**bounds, "label": self._label}
        self._outcome = outcome
        history = history_model(model)
        self._names = {"row": sql.Identifier(model._meta.db_table)}
        if history is not None:
            self._names["history"] = sql.Identifier(history._meta.db_table)
            kept = {field.column for field in history._meta.concrete_fields}
            own = [field.column for field in model._meta.concrete_fields]
            self._columns = [str(column) for column in own if column in kept]

    def count(self) -> int:
        return int(one(self._query(_COUNT), self._bounds))

    def report(self, wrong: Wrong, query: LiteralString, detail: str) -> None:
        """Each row of a query that finds rows by id is a fault."""
        found = rows(self._query(query + _MANY), self._bounds)
        faults = [Fault(wrong, f"{self._label} {row[0]}", detail) for row in found]
        self._outcome.add(faults, more=_untold(found))

    def report_history(self, archive: Archive) -> None:
        """History rows that no entry commits to, but for those whose entry may be archived."""
        elsewhere = [
            sql.SQL(" AND kept.history_id NOT BETWEEN {} AND {}").format(first, last)
            for first, last in archive.history_ids()
        ]
        query = [self._query(_HISTORY_ALONE), *elsewhere, sql.SQL(_MANY)]
        found = rows(sql.Composed(query), self._bounds)
        faults = [
            Fault(
                Wrong.HISTORY_NOT_ENTERED,
                f"history row {row[0]} of {self._label}",
                "no entry commits to it",
            )
            for row in found
        ]
        self._outcome.add(faults, more=_untold(found))

    def report_changed(self) -> None:
        """Rows that are not what their newest entry says, or that no entry tells of."""
        pairs = [
            (sql.Identifier("row", name), sql.Identifier("kept", name)) for name in self._columns
        ]
        case = sql.SQL("CASE WHEN {} IS DISTINCT FROM {} THEN {} END")
        query = sql.SQL(_CHANGED + _MANY).format(
            **self._names,
            of_row=sql.SQL(", ").join(row for row, _ in pairs),
            of_history=sql.SQL(", ").join(kept for _, kept in pairs),
            differing=sql.SQL(", ").join(
                case.format(*pair, name) for pair, name in zip(pairs, self._columns, strict=True)
            ),
        )
        found = rows(query, self._bounds)
        self._outcome.add(self._changed(found), more=_untold(found))

    def _changed(self, found: list[tuple[Any, ...]]) -> Iterator[Fault]:
        for key, _, has_no_head, has_no_history, history_id, differing in found:
            place = f"{self._label} {key}"
            if has_no_head:
                yield Fault(Wrong.ROW_NOT_ENTERED, place, "no entry tells of it")
            elif history_id is None:
                yield Fault(Wrong.ROW_NOT_ENTERED, place, "no entry commits to a state of it")
            elif not has_no_history:
                columns = ", ".join(differing) or "it was deleted"
                detail = f"it is not as its newest entry left it: {columns}"
                yield Fault(Wrong.ROW_CHANGED, place, detail)
            elif not one(_IS_COMMITTED_HERE, [key, history_id]):
                detail = f"the history row {history_id} of its newest entry is gone"
                yield Fault(Wrong.ROW_CHANGED, place, detail)

    def _query(self, query: LiteralString) -> sql.Composed:
        return sql.SQL(query).format(**self._names)


def _untold(found: list[tuple[Any, ...]]) -> int:
    """How many rows a query found beyond those that it gave."""
    return int(found[0][1]) - len(found) if found else 0
