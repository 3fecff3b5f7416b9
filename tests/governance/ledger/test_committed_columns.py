"""What entries commit to keeps its bytes while the tables grow.

`committed_columns.txt` holds the columns of each committed table as they first were; it grows by
new tables only.
"""

from pathlib import Path

from django.apps import apps

from governance.ledger.history_bytes import values_bytes
from governance.ledger.kept import committed_model
from governance.models import DecisionRight

FIRST = dict(
    line.split(": ")
    for line in Path(__file__).with_name("committed_columns.txt").read_text().splitlines()
)


def committed_models():
    found = {committed_model(model) for model in apps.get_models()}
    return [model for model in found if model is not None]


def test_an_empty_column_leaves_no_trace_so_that_one_may_be_added():
    model = DecisionRight.history.model
    fields = model._meta.concrete_fields

    assert values_bytes(model, [None] * len(fields)) == b"{}"


def test_no_column_of_a_committed_row_is_dropped_or_renamed():
    for model in committed_models():
        columns = {field.column for field in model._meta.concrete_fields}
        first = set(FIRST.get(model._meta.db_table, "").split())
        assert first <= columns, f"{model._meta.db_table} has lost {first - columns}"


def test_a_column_that_came_later_may_be_empty():
    for model in committed_models():
        assert model._meta.db_table in FIRST, f"add the columns of {model._meta.db_table}"
        first = FIRST[model._meta.db_table].split()
        for field in model._meta.concrete_fields:
            assert field.column in first or field.null, (
                f"{model._meta.db_table}.{field.column} was added later: older rows, whose bytes "
                "are committed to, must be able to leave it empty"
            )
