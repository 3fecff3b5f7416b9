"""Thousands of cases in a moment: copies of one that intake made, under every constraint."""

from typing import Any

from django.db import connection, transaction

from governance.ids import uuid7
from reviews.models import Case, Decision


def copy_case(template: Case, number: int) -> None:
    """Add `number` cases like `template`, each of a decision of its own. No entry tells of them:
    as the tables' owner may, the copying lets nobody ask for one."""
    decisions = [uuid7() for _ in range(number)]
    cases = [uuid7() for _ in range(number)]
    external_ids = [f"copy-{index}" for index in range(number)]
    _copy(Decision, template.decision_id, {"id": decisions, "external_id": external_ids})
    _copy(Case, template.pk, {"id": cases, "decision_id": decisions})


def _copy(model: type[Decision] | type[Case], pk: Any, changed: dict[str, list[Any]]) -> None:
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(f"n.{column}" if column in changed else f"t.{column}" for column in columns)
    types = {"id": "uuid", "decision_id": "uuid", "external_id": "text"}
    arrays = ", ".join(f"%s::{types[column]}[]" for column in changed)
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER entered_row")
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} t, "
            f"unnest({arrays}) AS n({', '.join(changed)}) WHERE t.id = %s",
            [*changed.values(), pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER entered_row")
        # What autovacuum does in production; without it the planner guesses.
        cursor.execute(f"ANALYZE {table}")
