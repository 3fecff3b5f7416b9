"""What the verifier finds, when the tables' owner switches the guards off and changes things."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from governance.ledger.verify import Wrong
from governance.models import LedgerEntry, Payload
from governance.services.verification import history_model, is_entered, verify_ledger
from reviews.models import Case
from tests.factories import build_world

ENTRIES = "governance_ledgerentry"

pytestmark = pytest.mark.django_db


@contextmanager
def as_owner(table):
    """The table without its guards, as only its owner can have it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def world():
    world = build_world()
    world.rule(world.open_case())
    return world


def found():
    return {fault.wrong for fault in verify_ledger().faults}


def test_an_untouched_ledger_is_sound(world):
    result = verify_ledger()

    assert result.faults == []
    assert result.entries == LedgerEntry.objects.count() > 20
    assert (result.payloads, result.erased, result.pending) == (2, 0, result.entries)
    assert result.history_rows > 15


def test_a_changed_leaf_in_the_middle_of_an_object_breaks_its_chain(world):
    entry = LedgerEntry.objects.get(event="reviews.case.claimed")
    with as_owner("governance_ledgerentry") as cursor:
        changed = bytes(entry.leaf).replace(b'"claim":1', b'"claim":7')
        cursor.execute(
            "UPDATE governance_ledgerentry SET leaf = %s WHERE id = %s", [changed, entry.pk]
        )

    [fault] = verify_ledger().faults
    assert fault.wrong is Wrong.CHANGED
    assert "reviews.case.decided" in fault.place


def test_a_changed_column_is_found(world):
    with as_owner("governance_ledgerentry") as cursor:
        cursor.execute(
            "UPDATE governance_ledgerentry SET actor = 'person:other' WHERE event = %s",
            ["reviews.case.claimed"],
        )

    [fault] = verify_ledger().faults
    assert (fault.wrong, "actor" in fault.detail) == (Wrong.CHANGED, True)


def test_a_deleted_entry_is_found(world):
    with as_owner("governance_ledgerentry") as cursor:
        cursor.execute(
            "DELETE FROM governance_ledgerpending WHERE entry_id IN "
            "(SELECT id FROM governance_ledgerentry WHERE event = 'reviews.case.claimed')"
        )
        cursor.execute("DELETE FROM governance_ledgerentry WHERE event = 'reviews.case.claimed'")

    assert found() == {Wrong.MISSING, Wrong.HISTORY_NOT_ENTERED}


def test_a_rewritten_history_row_is_found(world):
    with as_owner("reviews_historicalcase") as cursor:
        cursor.execute("UPDATE reviews_historicalcase SET priority = 1 WHERE state = 'claimed'")

    assert found() == {Wrong.HISTORY_CHANGED}


def test_a_removed_history_row_is_found(world):
    with as_owner("reviews_historicalcase") as cursor:
        cursor.execute("DELETE FROM reviews_historicalcase WHERE state = 'claimed'")

    assert found() == {Wrong.HISTORY_MISSING}


def test_a_changed_payload_is_found_and_an_erased_one_is_no_fault(world):
    first, second = Payload.objects.order_by("id")
    with as_owner("governance_payload") as cursor:
        cursor.execute(
            "UPDATE governance_payload SET sealed = sealed || '\\x00' WHERE id = %s", [first.pk]
        )
    second.delete()

    result = verify_ledger()
    assert [fault.wrong for fault in result.faults] == [Wrong.PAYLOAD_CHANGED]
    assert result.erased == 1


def test_a_row_without_an_entry_is_found(world):
    case = Case.objects.get()
    Case.objects.bulk_create(
        [
            Case(
                decision=case.decision,
                kind="audit",
                queue=case.queue,
                priority=1,
                opened_at=case.opened_at,
                due_at=case.due_at,
            )
        ]
    )

    assert found() == {Wrong.ROW_NOT_ENTERED}


def test_the_command_says_so_and_fails(world, capsys):
    call_command("ledger", "verify")
    assert "The ledger is sound." in capsys.readouterr().out

    with as_owner("reviews_historicalcase") as cursor:
        cursor.execute("DELETE FROM reviews_historicalcase WHERE state = 'claimed'")
    with pytest.raises(CommandError):
        call_command("ledger", "verify")
    assert "history_missing" in capsys.readouterr().out


def test_every_append_only_and_history_table_is_guarded():
    """A new model, or a new partition, without its triggers fails here."""
    tables = {
        row._meta.db_table
        for model in apps.get_models()
        for row in (model if not is_mutable(model) else None, history_model(model))
        if row is not None
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT relid::regclass::text FROM pg_partition_tree(%s)", [ENTRIES])
        tables |= {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE tgname LIKE 'append_only_%' AND tgenabled = 'A'"
        )
        guards = set(cursor.fetchall())
    assert len(tables) > 40
    assert guards >= {
        (table, f"append_only_{kind}") for table in tables for kind in ("rows", "table")
    }


def is_mutable(model):
    from governance.models import AppendOnly

    return not issubclass(model, AppendOnly)


def test_models_are_recorded_append_only_or_said_to_be_neither():
    """A new model must choose; what is neither holds no evidence."""
    neither = {
        model._meta.label_lower
        for model in apps.get_models()
        if model.__module__.split(".")[0] in {"governance", "models_registry", "reviews"}
        and is_mutable(model)
        and not is_entered(model)
        and "historical" not in model._meta.label_lower
    }
    assert neither == {
        "governance.heartbeat",
        "governance.idempotentanswer",
        "governance.bundleprogress",
        "governance.ledgerhead",
        "governance.ledgerpending",
        "governance.leaf",  # Composite keys: guarded by the triggers that the next test tries.
        "governance.log",
        "governance.tile",
        "governance.verificationpart",
        "governance.reportprogress",
    }
