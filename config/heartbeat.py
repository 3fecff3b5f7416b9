"""How the worker and beat show that they live: each writes a row itself, every ten seconds.

Not through a task: a worker that is busy with two long reports lives, and a heartbeat that has to
queue behind them would say that it does not.
"""

import logging
from typing import Any

from celery.beat import Scheduler
from celery.signals import worker_ready
from django.db import DatabaseError, connections
from django.utils import timezone

from governance.models import Heartbeat

logger = logging.getLogger(__name__)

BEAT_SECONDS = 10.0


class BeatingScheduler(Scheduler):
    """Celery's scheduler in memory, which leaves a heartbeat between its ticks."""

    def tick(self, *arguments: Any, **options: Any) -> float:
        """Send what is due and return the seconds until the next tick, at most a heartbeat's."""
        leave_heartbeat("beat")
        return min(super().tick(*arguments, **options), BEAT_SECONDS)


@worker_ready.connect
def beat_from_now_on(sender: Any, **_: Any) -> None:
    """Let the worker's own loop leave the heartbeat: once at its start, then by its timer."""
    leave_heartbeat("worker")
    sender.timer.call_repeatedly(BEAT_SECONDS, leave_heartbeat, ("worker",))


def leave_heartbeat(process: str) -> None:
    """Write that `process` lives. A database that is away is /readyz's to report, and no reason
    for the process to end."""
    try:
        Heartbeat.beat(process, timezone.now())
    except DatabaseError as error:
        logger.warning("no heartbeat of %s: %s", process, error)
    finally:
        # The worker's children are forks: they must not inherit an open connection.
        connections.close_all()
        for connection in connections.all(initialized_only=True):
            if connection.settings_dict["OPTIONS"].get("pool"):
                connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own
