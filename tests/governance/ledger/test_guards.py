"""The guards that are pinned are those that the migrations make, and a missing one is found."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from governance.ledger.guards import PINNED, guard_faults, pinned_guards, stored_guards
from governance.ledger.kept import history_model, is_entered
from governance.ledger.verify import Wrong
from governance.models import AppendOnly, LedgerEntry
from tests.governance.ledger.tampering import execute

pytestmark = pytest.mark.django_db

ALWAYS = "always BEFORE"
CASES = "reviews_historicalcase"
TAMPERING = {
    "a trigger is switched off": (
        [f"ALTER TABLE {CASES} DISABLE TRIGGER append_only_rows"],
        CASES,
        "fires never",
    ),
    "a trigger does not fire in a replication session": (
        [f"ALTER TABLE {CASES} ENABLE TRIGGER append_only_rows"],
        CASES,
        "fires usually",
    ),
    "a trigger is dropped": ([f"DROP TRIGGER entered_history ON {CASES}"], CASES, "is gone"),
    "a trigger on one partition is dropped": (
        ["DROP TRIGGER append_only_table ON governance_ledgerentry_default"],
        "governance_ledgerentry_default",
        "append_only_table is gone",
    ),
    "a trigger fires on less": (
        [
            "DROP TRIGGER append_only_rows ON reviews_verdict",
            "CREATE TRIGGER append_only_rows BEFORE DELETE ON reviews_verdict "
            "FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change()",
            "ALTER TABLE reviews_verdict ENABLE ALWAYS TRIGGER append_only_rows",
        ],
        "reviews_verdict",
        "and should always BEFORE DELETE OR UPDATE",
    ),
    "a guard is emptied": (
        [
            "CREATE OR REPLACE FUNCTION countersign_refuse_change() RETURNS trigger "
            "LANGUAGE plpgsql AS 'BEGIN RETURN coalesce(NEW, OLD); END'"
        ],
        "function countersign_refuse_change()",
        "another one",
    ),
    "a trigger of one's own": (
        [
            "CREATE TRIGGER a_quiet_one BEFORE INSERT ON governance_heartbeat "
            "FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        ],
        "governance_heartbeat",
        "does not belong there",
    ),
    "a rule": (
        ["CREATE RULE nothing AS ON DELETE TO reviews_verdict DO INSTEAD NOTHING"],
        "reviews_verdict",
        "a rule nothing",
    ),
    "a table that inherits": (
        ["CREATE TABLE more_verdicts () INHERITS (reviews_verdict)"],
        "reviews_verdict",
        "more_verdicts inherits",
    ),
    "row security": (
        ["ALTER TABLE reviews_verdict ENABLE ROW LEVEL SECURITY"],
        "reviews_verdict",
        "hides rows",
    ),
    "a view in the table's place": (
        [
            "ALTER TABLE governance_checkpoint RENAME TO hidden",
            "CREATE VIEW governance_checkpoint AS SELECT * FROM hidden",
        ],
        "governance_checkpoint",
        "something else",
    ),
}


def test_the_pinned_guards_are_those_that_the_migrations_make(tmp_path: Path) -> None:
    made = stored_guards()[0].as_json()
    fresh = tmp_path / PINNED.name
    fresh.write_bytes(made)
    assert PINNED.read_bytes() == made, f"read what is different, then: cp {fresh} {PINNED}"


def test_an_untouched_database_has_its_guards() -> None:
    assert list(guard_faults()) == []


def test_every_append_only_and_history_table_is_pinned_as_guarded() -> None:
    """A new model without its triggers fails here."""
    kept = {model for model in apps.get_models() if issubclass(model, AppendOnly)}
    histories = {history_model(model) for model in apps.get_models()} - {None}
    assert len(kept) + len(histories) > 40
    for model in kept | histories:
        triggers = pinned_guards().tables[model._meta.db_table]
        erasable = getattr(model, "is_erasable", False)
        changes = "UPDATE" if erasable else "DELETE OR UPDATE"
        assert triggers["append_only_rows"].startswith(f"{ALWAYS} {changes} FOR EACH ROW")
        assert triggers["append_only_table"].startswith(f"{ALWAYS} TRUNCATE FOR EACH STATEMENT")


def test_every_row_that_must_be_entered_is_pinned_as_watched() -> None:
    for model in filter(is_entered, apps.get_models()):
        assert "entered_row" in pinned_guards().tables[model._meta.db_table]
        if history := history_model(model):
            assert "entered_history" in pinned_guards().tables[history._meta.db_table]


def test_each_partition_of_the_entries_has_its_own_guards() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relid::regclass::text FROM pg_partition_tree(%s) WHERE isleaf",
            [LedgerEntry._meta.db_table],
        )
        parts = {name for (name,) in cursor.fetchall()}
    assert len(parts) > 3
    assert stored_guards()[1] == dict.fromkeys(parts, pinned_guards().partition)


@pytest.mark.parametrize(("statements", "place", "words"), TAMPERING.values(), ids=list(TAMPERING))
def test_a_guard_that_is_not_as_it_must_be_is_found(
    statements: list[str], place: str, words: str
) -> None:
    for statement in statements:
        execute(statement)
    faults = list(guard_faults())
    assert {fault.wrong for fault in faults} == {Wrong.GUARD_MISSING}
    assert any(fault.place == place and words in fault.detail for fault in faults)
