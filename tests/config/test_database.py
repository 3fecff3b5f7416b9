"""The tests' own database: append-only tables refuse change, yet the next test finds them empty."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection

from governance.models import Heartbeat
from tests.emptying import Emptying

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def append_only_table() -> Iterator[str]:
    """A table with one seeded row, guarded as the ledger is, and one that refers to it."""
    _execute("CREATE TABLE guarded (id integer PRIMARY KEY)")
    _execute("CREATE TABLE referring (id integer REFERENCES guarded)")
    _execute("INSERT INTO guarded VALUES (1)")
    _execute("SELECT countersign_make_append_only('guarded')")
    yield "guarded"
    _execute("DROP TABLE referring, guarded")


def test_emptying_goes_back_to_the_seeded_rows(append_only_table: str) -> None:
    emptying = Emptying()
    _execute("INSERT INTO guarded VALUES (2)")
    _execute("INSERT INTO referring VALUES (2)")

    emptying.empty()

    assert _rows("SELECT id FROM guarded") == [(1,)]
    assert _rows("SELECT id FROM referring") == []


def test_emptying_leaves_the_guard_as_it_was(append_only_table: str) -> None:
    guard = "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'guarded'::regclass"
    emptying, before = Emptying(), _rows(guard)
    _execute("INSERT INTO guarded VALUES (2)")

    emptying.empty()

    assert _rows(guard) == before
    with pytest.raises(DatabaseError, match="append-only"):
        _execute("DELETE FROM guarded")


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_test_commits_is_gone_for_the_next_one(turn: str) -> None:
    assert not Heartbeat.objects.exists()
    Heartbeat.beat(turn, datetime(2026, 1, 1, tzinfo=UTC))


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
