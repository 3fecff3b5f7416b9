"""Which queue a task waits in: one table, by the task's name.

Urgent is what people and deadlines wait for: escalation, staffing, claims, halts, deliveries. Bulk
is what may take minutes: reports, bundles, simulations, verification, monitors, and whatever asks
others over the network at leisure. Each queue has worker processes of its own, so that bulk work,
however much of it and however stuck, never holds up urgent work.

A task that is not named here is urgent: a sweep that somebody adds must not wait by oversight.
"""

from fnmatch import fnmatchcase
from typing import Final

URGENT: Final = "urgent"
BULK: Final = "bulk"
QUEUES: Final = (URGENT, BULK)

# Names of tasks, or patterns of names.
BULK_TASKS: Final = (
    "governance.tasks.run_waiting_*",
    "governance.tasks.withdraw_bundles",
    "governance.tasks.forget_old_*",
    "governance.tasks.prune_deliveries",
    "governance.tasks.ask_witnesses",
    "governance.tasks.stamp_checkpoint",
    "governance.tasks.make_partitions",
    "governance.tasks.verify_ledger",
    "governance.tasks.check_verification_part",
    "governance.tasks.sweep_over_verifications",
    "reviews.tasks.run_waiting_simulations",
    "reviews.tasks.advance_shadows",
    "reviews.tasks.watch_monitors",
    "reviews.tasks.adapt_audit_rates_of_passes",
)


def queue_of(task: str) -> str:
    """The queue that a task of this name waits in."""
    return BULK if any(fnmatchcase(task, name) for name in BULK_TASKS) else URGENT


def route(name: str, *_: object, **__: object) -> dict[str, str]:
    """The same as a router of Celery's."""
    return {"queue": queue_of(name)}
