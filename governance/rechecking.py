"""Who may rule has changed: have the cases looked through again.

The tasks are known here by name alone, for they belong to a floor above.
"""

from __future__ import annotations

from django.db import transaction

from governance.doorbell import ring

TASKS = ("reviews.tasks.end_unentitled_claims", "reviews.tasks.watch_staffing")
# Seconds. The sweeps run each minute anyway: a message that old asks for what has been done.
_WORTH_DOING_WITHIN = 60


def recheck_staffing() -> None:
    """Once the surrounding transaction is committed, have unentitled claims given back and cases
    without an eligible person found (a step). A broker that is away delays it and breaks nothing:
    the change stands, and beat's own sweeps find what it did."""
    transaction.on_commit(_ring, robust=True)


def _ring() -> None:
    for task in TASKS:
        ring(task, expires=_WORTH_DOING_WITHIN)
