"""Real workers and beats: bulk work holds up nothing urgent, a stop loses nothing, and two beats do
nothing twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from config.routes import BULK, URGENT
from governance.models import Heartbeat, LedgerEntry
from reviews.models import Case, Escalation
from tests.config.celery_processes import Celeries, celeries
from tests.config.tasks_that_wait import BULK_ONE, URGENT_ONE
from tests.config.waiting import wait_until
from tests.factories import World, build_world

pytestmark = pytest.mark.django_db(transaction=True)

ESCALATE = "reviews.tasks.escalate_overdue_cases"
LATE = timedelta(hours=5)


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def celery(tmp_path: Path, redis_url: str) -> Iterator[Celeries]:
    os.mkfifo(tmp_path / "gate")
    with celeries(tmp_path, redis_url) as run:
        yield run


def began(celery: Celeries) -> int:
    return lines(celery, "began")


def lines(celery: Celeries, name: str) -> int:
    path = celery.folder / name
    return len(path.read_text().splitlines()) if path.exists() else 0


def let_go(celery: Celeries) -> None:
    """Open the pipe to write, and close it: whoever waits at it goes on."""
    (celery.folder / "gate").write_text("")


def test_urgent_sweeps_run_while_bulk_work_hangs(world: World, celery: Celeries) -> None:
    case = world.open_case(now=timezone.now() - LATE)
    celery.worker("bulk", BULK)
    celery.worker("urgent", URGENT)
    for _ in range(3):
        celery.send(BULK_ONE, str(celery.folder))
    wait_until(lambda: began(celery) == 1, "the task that hangs")

    celery.send(ESCALATE)

    wait_until(lambda: Escalation.objects.filter(case=case).exists(), "the escalation")
    assert (began(celery), lines(celery, "ended")) == (1, 0)
    assert {sign.process for sign in Heartbeat.objects.all()} >= {"worker", "bulk worker"}
    mark = "escalate_overdue_cases"
    wait_until(lambda: Heartbeat.objects.filter(process=mark).exists(), "the mark of the sweep")
    # Of three messages one is worked on and none more was taken: another worker could have them.
    wait_until(lambda: celery.unacknowledged() == 1, "the end of the urgent message")
    assert celery.waiting(BULK) == 2


def test_on_sigterm_what_runs_ends_and_nothing_is_lost(celery: Celeries) -> None:
    worker = celery.worker("urgent", URGENT)
    celery.send(URGENT_ONE, str(celery.folder))
    wait_until(lambda: began(celery) == 1, "the task")

    worker.signal(signal.SIGTERM)
    worker.wait_for("Warm shutdown")
    celery.send(URGENT_ONE, str(celery.folder))
    let_go(celery)

    assert worker.wait_for_end() == 0
    assert (began(celery), lines(celery, "ended")) == (1, 1)
    # What came meanwhile waits for the next worker.
    assert (celery.waiting(URGENT), celery.unacknowledged()) == (1, 0)


def test_on_a_second_signal_what_runs_is_given_back_and_done_by_the_next(celery: Celeries) -> None:
    worker = celery.worker("first", BULK, "--", "worker.soft_shutdown_timeout=0.1")
    celery.send(BULK_ONE, str(celery.folder))
    wait_until(lambda: began(celery) == 1, "the task")

    worker.signal(signal.SIGTERM)
    worker.wait_for("Warm shutdown")
    worker.signal(signal.SIGQUIT)
    worker.wait_for_end()

    assert (celery.waiting(BULK), celery.unacknowledged()) == (1, 0)
    assert lines(celery, "ended") == 0
    celery.worker("second", BULK)
    wait_until(lambda: began(celery) == 2, "the task once more")
    let_go(celery)
    wait_until(lambda: lines(celery, "ended") == 1, "its end")


def test_a_child_that_is_killed_gives_its_task_back(celery: Celeries) -> None:
    worker = celery.worker("urgent", URGENT)
    celery.send(URGENT_ONE, str(celery.folder))
    wait_until(lambda: began(celery) == 1, "the task")
    children = Path(f"/proc/{worker.process.pid}/task/{worker.process.pid}/children").read_text()

    for child in children.split():
        os.kill(int(child), signal.SIGKILL)

    wait_until(lambda: began(celery) == 2, "the task once more")
    let_go(celery)
    wait_until(lambda: lines(celery, "ended") == 1, "its end")


def test_two_beats_and_two_workers_fire_each_rung_once(world: World, celery: Celeries) -> None:
    now = timezone.now()
    cases = [world.open_case(now=now - LATE) for _ in range(40)]
    beats = [celery.beat("one-beat"), celery.beat("other-beat")]
    for name in ("one", "other"):
        celery.worker(name, URGENT)

    wait_until(lambda: Escalation.objects.count() >= len(cases), "the escalations")
    for beat in beats:
        beat.wait_for(f"sends {ESCALATE}", times=beat.said(f"sends {ESCALATE}") + 5)

    assert Escalation.objects.count() == len(cases)
    assert set(Case.objects.values_list("rung", "queue__slug")) == {(1, "second-line")}
    told = LedgerEntry.objects.filter(event="reviews.case.escalated")
    assert sorted(told.values_list("subject_id", flat=True)) == sorted(one.pk for one in cases)
