"""What may run late among the processes: who gives no sign of life, and which sweep has not been.

Every entry of beat's schedule is a check by itself, so that no sweep can stand still unseen.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from config.celery import TIME_LIMIT, app
from config.heartbeat import SILENT_FOR, mark_of
from config.routes import URGENT, queue_of
from governance.lateness.registry import Silence, register

# A sweep may miss its turn twice, and then take a while; a bulk one may also have to wait for a
# piece of work to end.
TURNS = 3
GRACE = timedelta(seconds=60)


def limit_of(task: str, every: float) -> timedelta:
    """How long after its last end a sweep is late. `every`: seconds."""
    waits = timedelta(0) if queue_of(task) == URGENT else timedelta(seconds=TIME_LIMIT)
    return timedelta(seconds=TURNS * every) + GRACE + waits


register(Silence("worker", _("Worker for urgent work"), SILENT_FOR))
register(Silence("bulk worker", _("Worker for bulk work"), SILENT_FOR))
register(Silence("beat", _("Beat"), SILENT_FOR))
for name, entry in app.conf.beat_schedule.items():
    register(Silence(mark_of(entry["task"]), name, limit_of(entry["task"], entry["schedule"])))
