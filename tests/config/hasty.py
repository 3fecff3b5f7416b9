"""The product's own Celery app with a beat that is in a hurry: each sweep of deadlines and claims
is sent ten times a second, and it says so."""

import sys
from typing import Any

from celery.signals import before_task_publish

from config.celery import app

HASTE = 0.1
SWEEPS = ("escalate overdue cases", "release lapsed claims")

app.conf.beat_schedule = {
    name: {**app.conf.beat_schedule[name], "schedule": HASTE, "options": {}} for name in SWEEPS
}


@before_task_publish.connect
def say(sender: str | None = None, **_: Any) -> None:
    sys.stdout.write(f"sends {sender}\n")
    sys.stdout.flush()
