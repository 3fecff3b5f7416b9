"""How workers, beat and sweeps show that they live and work: each leaves a row.

A process leaves its own every ten seconds, not through a task: a worker that is busy with two long
reports lives, and a heartbeat that has to queue behind them would say that it does not. A sweep
leaves one each time it has come to its end.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from celery.beat import Scheduler
from celery.signals import task_success, worker_ready
from django.db import DatabaseError, connections
from django.utils import timezone

from config.routes import BULK, URGENT
from governance.models import Heartbeat

logger = logging.getLogger(__name__)

BEAT_SECONDS = 10.0
# Three beats that did not come.
SILENT_FOR = timedelta(seconds=3 * BEAT_SECONDS)
# What a worker is called that takes from this queue.
WORKERS = {URGENT: "worker", BULK: "bulk worker"}


class BeatingScheduler(Scheduler):
    """Celery's scheduler in memory, which leaves a heartbeat between its ticks."""

    def setup_schedule(self) -> None:
        """Count each sweep from now on that has never been, so that it is not late at once."""
        super().setup_schedule()
        _begin(mark_of(str(entry.task)) for entry in self.schedule.values())

    def tick(self, *arguments: Any, **options: Any) -> float:
        """Send what is due and return the seconds until the next tick, at most a heartbeat's."""
        leave_heartbeat("beat")
        return min(super().tick(*arguments, **options), BEAT_SECONDS)


@worker_ready.connect
def beat_from_now_on(sender: Any, **_: Any) -> None:
    """Let the worker's own loop leave the heartbeat: once at its start, then by its timer."""
    names = [WORKERS[queue] for queue in sender.app.amqp.queues.consume_from]
    leave_heartbeat(*names)
    sender.timer.call_repeatedly(BEAT_SECONDS, leave_heartbeat, names)


@task_success.connect
def mark_sweep(sender: Any, **_: Any) -> None:
    """Write that a sweep of the schedule came to its end, in the process that did it."""
    if sender.name not in {entry["task"] for entry in sender.app.conf.beat_schedule.values()}:
        return
    try:
        Heartbeat.beat(mark_of(sender.name), timezone.now())
    except DatabaseError as error:
        logger.warning("no mark of %s: %s", sender.name, error)


def mark_of(task: str) -> str:
    """Under which name the sweep `task` leaves its marks."""
    return task.rpartition(".")[2]


def leave_heartbeat(*processes: str) -> None:
    """Write that `processes` live. A database that is away is /readyz's to report, and no reason
    for the process to end."""
    try:
        for process in processes:
            Heartbeat.beat(process, timezone.now())
    except DatabaseError as error:
        logger.warning("no heartbeat of %s: %s", ", ".join(processes), error)
    finally:
        _leave_no_connection()


def _begin(marks: Iterable[str]) -> None:
    now = timezone.now()
    first = [Heartbeat(process=mark, at=now) for mark in marks]
    try:
        Heartbeat.objects.bulk_create(first, ignore_conflicts=True)
    except DatabaseError as error:
        logger.warning("no marks of the sweeps: %s", error)
    finally:
        _leave_no_connection()


def _leave_no_connection() -> None:
    """The worker's children are forks: they must not inherit an open connection."""
    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if connection.settings_dict["OPTIONS"].get("pool"):
            connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own
