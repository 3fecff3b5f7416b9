"""The minutes of service: one row a minute, and what a report makes of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from governance.models import Heartbeat, ServiceMinute
from governance.report_sections.service import service
from governance.reports.blocks import Figure, Finding, Table
from governance.reports.document import Section
from governance.reports.period import Period
from governance.services.service_minutes import keep_service_minute
from tests.factories import NOON, World, build_world
from tests.races.together import together

HOUR = timedelta(hours=1)


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def period(world: World) -> Period:
    return Period(world.system.pk, world.system.slug, NOON, NOON + HOUR, NOON + 2 * HOUR)


def figure(section: Section, label: str) -> Figure:
    return next(one for one in section.blocks if isinstance(one, Figure) and one.label == label)


def test_a_minute_has_one_row_with_what_was_late(world: World) -> None:
    world.open_case(now=NOON - timedelta(hours=4, seconds=200))
    Heartbeat.beat("worker", NOON)

    assert keep_service_minute(now=NOON + timedelta(seconds=20))
    assert not keep_service_minute(now=NOON + timedelta(seconds=59))

    row = ServiceMinute.objects.get()
    assert row.minute == NOON
    assert (row.seconds["rungs"], row.seconds["worker"]) == (220, 20)
    assert "claims" not in row.seconds
    assert "rungs" in row.late
    assert "worker" not in row.late
    # Who never gave a sign has no age, and is late.
    assert "beat" in row.late
    assert "beat" not in row.seconds


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_keeps_it() -> None:
    kept = together([lambda: keep_service_minute(now=NOON)] * 2)
    assert set(kept) == {False, True}
    assert ServiceMinute.objects.count() == 1


def test_it_can_be_neither_changed_nor_removed(world: World) -> None:
    keep_service_minute(now=NOON)
    for statement in ("UPDATE governance_serviceminute SET late = '{}'",
                      "DELETE FROM governance_serviceminute"):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def measure(*late: list[str]) -> list[ServiceMinute]:
    """Minutes from NOON on, in which these were late."""
    rows = [
        ServiceMinute(
            minute=NOON + timedelta(minutes=number),
            seconds={"seal": number, "rungs": 100 * number},
            late=names,
        )
        for number, names in enumerate(late)
    ]
    return list(ServiceMinute.objects.bulk_create(rows))


def test_the_report_counts_minutes_and_names_rows(world: World) -> None:
    rows = measure([], ["rungs"], ["rungs", "gone"], [])

    made = service(period(world))

    measured = figure(made, "Minutes measured")
    assert (measured.numerator, measured.denominator, measured.n) == (4, 60, 60)
    rungs = figure(made, "Minutes in which no rung was late (M16)")
    assert (rungs.numerator, rungs.denominator) == (2, 4)
    assert rungs.sample == (str(rows[1].pk), str(rows[2].pk))
    [table] = [one for one in made.blocks if isinstance(one, Table)]
    assert table.rows == (
        ("gone", 1, None), ("Rungs are due", 2, 300), ("Entries await their seal", 0, 3),
    )  # fmt: skip
    [finding] = [one for one in made.blocks if isinstance(one, Finding)]
    assert finding.result == "partly"


def test_what_lies_outside_of_the_period_changes_nothing(world: World) -> None:
    measure([], [])
    before = service(period(world))
    ServiceMinute.objects.create(minute=NOON + HOUR, seconds={}, late=["rungs"])
    ServiceMinute.objects.create(minute=NOON - timedelta(minutes=1), seconds={}, late=["rungs"])

    assert service(period(world)) == before
    [finding] = [one for one in before.blocks if isinstance(one, Finding)]
    assert finding.result == "met"


def test_where_nothing_was_measured_it_says_so(world: World) -> None:
    assert service(period(world)).empty_because == "The service was not measured in the period."
