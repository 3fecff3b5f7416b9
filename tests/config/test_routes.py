"""Which queue a task waits in: by one table, urgent unless it is named."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from config.celery import app
from config.routes import BULK, BULK_TASKS, QUEUES, URGENT, queue_of
from governance.services.bundles import BUNDLES
from governance.services.reports import REPORTS
from governance.services.verifying.runs import PART_TASK
from reviews.services.simulating import SIMULATIONS

URGENT_ONES = (
    "reviews.tasks.escalate_overdue_cases",
    "reviews.tasks.release_lapsed_claims",
    "reviews.tasks.end_unentitled_claims",
    "reviews.tasks.watch_staffing",
    "reviews.tasks.watch_reversals",
    "governance.tasks.close_lapsed_motions",
    "governance.tasks.a_sweep_that_somebody_adds",
    "governance.tasks.deliver",
)


def sent_to(task: str) -> str:
    """The queue that Celery itself would send a task to."""
    found = app.amqp.router.route({}, task)
    return str(found["queue"].name)


@pytest.mark.parametrize("task", URGENT_ONES)
def test_what_people_and_deadlines_wait_for_is_urgent_and_so_is_what_nobody_named(
    task: str,
) -> None:
    assert sent_to(task) == URGENT


@pytest.mark.parametrize(
    "task",
    [REPORTS.sweep, BUNDLES.sweep, SIMULATIONS.sweep, PART_TASK, "reviews.tasks.watch_monitors"],
)
def test_what_takes_minutes_is_bulk(task: str) -> None:
    assert sent_to(task) == BULK


def test_every_line_of_the_table_is_about_a_task_there_is() -> None:
    app.loader.import_default_modules()
    ours = [name for name in app.tasks if not name.startswith("celery.")]

    for line in BULK_TASKS:
        assert any(fnmatchcase(name, line) for name in ours), line
    assert {queue_of(name) for name in ours} == set(QUEUES)


def test_each_queue_has_an_exchange_and_a_key_of_its_own() -> None:
    """With shared ones a message would go to both, and be done twice."""
    queues = app.amqp.queues.values()

    assert {queue.name for queue in queues} == set(QUEUES)
    assert {(queue.exchange.name, queue.routing_key) for queue in queues} == {
        (name, name) for name in QUEUES
    }
