"""What runs late: checks that each app registers, read in one query."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from config.celery import TIME_LIMIT, app
from config.heartbeat import mark_of
from config.lateness import limit_of
from governance.lateness.registry import Silence, Waits, checks, register
from governance.models import Heartbeat, LedgerPending, ReportRun
from governance.selectors.lateness import Reading, late, readings
from governance.services.reports import request_report
from reviews.models import Pause
from reviews.services.claiming import claim_case
from reviews.services.pausing import pause_case
from tests.factories import LONG_AGO, NOON, SETUP, World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def reading(name: str, *, after: timedelta = timedelta(0)) -> Reading:
    return next(one for one in readings(NOON + after) if one.name == name)


def alive() -> None:
    """Everybody gave a sign at NOON."""
    for check in checks():
        if isinstance(check, Silence):
            Heartbeat.beat(check.name, NOON)


def test_where_nothing_waits_and_all_gave_signs_nothing_is_late() -> None:
    LedgerPending.objects.all().delete()
    alive()

    assert late(NOON) == []
    assert {one.says for one in readings(NOON) if one.age is None} == {"Nothing waits."}


def test_whoever_never_gave_a_sign_is_late() -> None:
    one = reading("beat")

    assert (one.late, one.seconds, one.says) == (True, None, "No sign yet.")


def test_a_silent_worker_is_late_after_its_limit_and_not_before() -> None:
    Heartbeat.beat("worker", NOON)

    assert not reading("worker", after=timedelta(seconds=30)).late
    silent = reading("worker", after=timedelta(seconds=31))
    assert (silent.late, silent.seconds) == (True, 31.0)
    assert silent.says == "The last sign was 31 s ago; 30 s are meant at most."


def test_a_clock_that_runs_behind_makes_no_negative_age() -> None:
    Heartbeat.beat("worker", NOON + timedelta(seconds=9))

    assert reading("worker").seconds == 0.0


def test_a_rung_that_no_sweep_acted_on_is_late(world: World) -> None:
    world.open_case(now=NOON - timedelta(hours=4))
    limit = settings.COUNTERSIGN_SWEEP_LIMIT

    assert not reading("rungs", after=limit).late
    assert reading("rungs", after=limit + timedelta(seconds=1)).late


def test_a_claim_that_nobody_gave_back_is_late(world: World) -> None:
    case = world.open_case()
    held = claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    lapsed = held.lease_expires_at
    assert lapsed is not None

    limit = lapsed - NOON + settings.COUNTERSIGN_SWEEP_LIMIT
    assert not reading("claims", after=limit).late
    assert reading("claims", after=limit + timedelta(seconds=1)).late


def test_a_pause_that_nobody_ended_is_late(world: World) -> None:
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    until = timedelta(days=1)
    pause_case(
        case_id=case.pk,
        person=world.reviewer,
        reason=Pause.Reason.PERSON,
        until=NOON + until,
        now=NOON,
    )
    limit = until + settings.COUNTERSIGN_SWEEP_LIMIT

    assert not reading("pauses", after=limit).late
    assert reading("pauses", after=limit + timedelta(seconds=1)).late


def test_a_report_that_no_worker_takes_up_is_late(world: World) -> None:
    request_report(
        kind="human_oversight",
        system_slug=world.system.slug,
        period_start=LONG_AGO,
        period_end=NOON - timedelta(days=1),
        requested_by=world.officer,
        actor=SETUP,
        now=NOON,
    )
    assert ReportRun.objects.count() == 1

    assert not reading("reports", after=timedelta(minutes=15)).late
    assert reading("reports", after=timedelta(minutes=15, seconds=1)).late


def test_an_entry_without_its_seal_is_late(world: World) -> None:
    entered = LedgerPending.objects.order_by("seq").first()
    assert entered is not None
    waited = entered.entered_at - NOON + settings.COUNTERSIGN_LAG_LIMIT

    assert not reading("seal", after=waited).late
    assert reading("seal", after=waited + timedelta(seconds=1)).late


def test_it_is_one_query_however_much_waits(world: World, django_assert_num_queries: Any) -> None:
    for _ in range(30):
        world.open_case(now=NOON - timedelta(hours=5))

    with django_assert_num_queries(1):
        found = readings(NOON)

    assert len(found) == len(checks())


def test_what_waits_is_found_at_the_end_of_an_index() -> None:
    """Were a table read as a whole, it would cost the more the longer the product runs."""
    for check in checks():
        if isinstance(check, Waits):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL enable_sort = off")
                rows = check.rows(NOON).values(check.since)[:1]
                plan = rows.explain()
            assert "Seq Scan on reviews_case" not in plan, check.name
            assert "Sort" not in plan, f"{check.name}: {plan}"


def test_every_sweep_of_the_schedule_is_a_check_by_itself() -> None:
    known = {check.name: check for check in checks()}

    for entry in app.conf.beat_schedule.values():
        mark = mark_of(entry["task"])
        assert len(mark) <= Heartbeat._meta.get_field("process").max_length
        assert known[mark].limit == limit_of(entry["task"], entry["schedule"])
    marks = [mark_of(entry["task"]) for entry in app.conf.beat_schedule.values()]
    assert len(set(marks)) == len(marks)


def test_a_bulk_sweep_may_have_to_wait_for_a_piece_of_work_to_end() -> None:
    urgent, bulk = "reviews.tasks.escalate_overdue_cases", "reviews.tasks.watch_monitors"

    assert limit_of(urgent, 30.0) == timedelta(seconds=150)
    assert limit_of(bulk, 30.0) == timedelta(seconds=150 + TIME_LIMIT)


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="called beat already"):
        register(Silence("beat", "Beat", timedelta(seconds=1)))
