"""Where entries lie, that every part is guarded, and that queries find their way in many parts."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from governance.ids import first_id, instant_of
from governance.ledger.partitions import (
    DEFAULT,
    MONTHS_AHEAD,
    TABLE,
    entries_outside,
    make_ahead,
    partitions,
)
from governance.models import LedgerEntry
from governance.tasks import make_partitions
from reviews.models import Decision
from reviews.selectors.history import history_of
from tests.governance.ledger.entered import enter, id_at

pytestmark = pytest.mark.django_db

LATER = datetime(2031, 5, 17, 9, 30, tzinfo=UTC)


def place_of(entry):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT tableoid::regclass::text FROM {TABLE} WHERE id = %s", [entry.pk])
        return cursor.fetchone()[0]


def names():
    return [part.name for part in partitions()]


def test_an_installation_has_this_month_and_the_next_ones():
    ahead = [part.begins_at for part in partitions()]

    assert len(ahead) == MONTHS_AHEAD + 1
    assert ahead[0] <= datetime.now(UTC) < partitions()[0].ends_at
    assert ahead[1:] == [part.ends_at for part in partitions()][:-1]


def test_months_are_made_ahead_once():
    make_ahead(LATER)

    made = names()[-3:]
    assert made == [f"{TABLE}_y2031m{month}" for month in ("05", "06", "07")]
    before = names()
    assert make_ahead(LATER) == []
    assert names() == before


def test_a_month_begins_and_ends_with_the_first_id_of_an_instant():
    make_ahead(LATER)

    may = next(part for part in partitions() if part.name.endswith("y2031m05"))
    assert (may.begins_at, may.ends_at) == (
        datetime(2031, 5, 1, tzinfo=UTC),
        datetime(2031, 6, 1, tzinfo=UTC),
    )
    assert instant_of(first_id(may.ends_at)) == may.ends_at


def test_an_entry_lies_in_the_month_of_its_id_to_the_millisecond():
    make_ahead(LATER)
    june = datetime(2031, 6, 1, tzinfo=UTC)

    assert place_of(enter(june)).endswith("y2031m06")
    assert place_of(enter(june - timedelta(milliseconds=1))).endswith("y2031m05")


def test_what_no_month_covers_lies_in_the_default_partition_and_is_queued_like_all():
    stray = enter(LATER)

    assert place_of(stray) == DEFAULT
    assert entries_outside() == 1
    assert LedgerEntry.objects.get(pk=stray.pk).leaf_hash == stray.leaf_hash


def test_a_month_that_the_default_partition_holds_entries_of_gets_none_and_nothing_is_moved():
    enter(LATER + timedelta(days=31))

    assert make_ahead(LATER) == [datetime(2031, 6, 1, tzinfo=UTC)]
    assert [name[-8:] for name in names()[-2:]] == ["y2031m05", "y2031m07"]
    assert entries_outside() == 1


def test_the_sweep_makes_what_is_missing_and_warns_of_what_it_cannot_make(caplog):
    *_, missing, blocked = partitions()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {missing.name}, {blocked.name}")
    enter(blocked.begins_at)

    with caplog.at_level(logging.WARNING, logger="governance.tasks"):
        make_partitions()

    assert missing.name in names()
    assert blocked.name not in names()
    [warning] = caplog.messages
    assert warning.startswith(f"entries of {blocked.begins_at:%Y-%m} lie outside")


def test_a_partition_is_sealed_when_none_of_its_entries_waits():
    make_ahead(LATER)
    enter(LATER)

    by_name = {part.name[-8:]: part.is_sealed for part in partitions()}
    assert (by_name["y2031m05"], by_name["y2031m06"]) == (False, True)


@pytest.mark.parametrize(
    "forbidden",
    [
        "TRUNCATE {part}",
        "TRUNCATE {table}",
        "DELETE FROM {part}",
        "UPDATE {part} SET event = 'other'",
        "DELETE FROM {table}",
    ],
)
def test_a_partition_made_later_is_guarded_like_the_first(forbidden):
    make_ahead(LATER)
    entry = enter(LATER)
    statement = forbidden.format(part=place_of(entry), table=TABLE)

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert LedgerEntry.objects.filter(pk=entry.pk).exists()


def test_every_partition_has_the_guards_of_the_table_and_they_are_always_on():
    make_ahead(LATER)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT inhrelid::regclass::text, array_agg(tgname::text ORDER BY tgname::text),
                   bool_and(tgenabled = 'A')
            FROM pg_inherits JOIN pg_trigger ON tgrelid = inhrelid
            WHERE inhparent = %s::regclass GROUP BY 1
            """,
            [TABLE],
        )
        guards = {name: (triggers, always) for name, triggers, always in cursor.fetchall()}

    assert guards.keys() == {*names(), DEFAULT}
    assert {(tuple(triggers), always) for triggers, always in guards.values()} == {
        (("append_only_rows", "append_only_table", "ledger_enter"), True)
    }


def plan(queryset_or_sql, parameters=()):
    """The plan of a query, made as if tables were large: small ones are read from end to end."""
    sql = queryset_or_sql
    if not isinstance(sql, str):
        sql, parameters = sql.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_an_entry_by_its_id_is_looked_for_in_its_month_only():
    make_ahead(LATER)

    asked = plan(LedgerEntry.objects.filter(pk=id_at(LATER)))

    assert f"{TABLE}_y2031m05_pkey" in asked
    assert "Append" not in asked


def test_the_newest_entries_are_read_from_the_ends_of_the_indexes():
    make_ahead(LATER)

    asked = plan(LedgerEntry.objects.order_by("-pk")[:50])

    assert "Seq Scan" not in asked
    assert "Sort  " not in asked
    assert f"Index Scan Backward using {TABLE}_y2031m05_pkey" in asked


@pytest.mark.parametrize(
    "rows",
    [
        lambda: LedgerEntry.objects.filter(subject_type="test.thing", subject_id=id_at(LATER)),
        lambda: LedgerEntry.objects.filter(subject_id=id_at(LATER)).order_by("-id")[:50],
        lambda: LedgerEntry.objects.filter(event="test.thing.seen").order_by("-id")[:50],
        lambda: LedgerEntry.objects.filter(at__gte=LATER, at__lt=LATER + timedelta(days=1)),
    ],
)
def test_no_hot_read_goes_through_a_whole_partition(rows):
    make_ahead(LATER)

    assert "Seq Scan" not in plan(rows())


def test_the_history_of_a_decision_is_read_by_the_index_of_each_partition(
    django_assert_num_queries,
):
    make_ahead(LATER)
    with django_assert_num_queries(1) as asked:
        history_of(Decision(pk=id_at(LATER)))

    assert f"Seq Scan on {TABLE}" not in plan(asked.captured_queries[0]["sql"])
