"""The task runner: sweeps of what stands in rows, and nothing that would be lost with a message."""

import gc
import os

from celery import Celery
from celery.signals import worker_process_init
from django.conf import settings
from kombu import Exchange, Queue

from config import routes
from config.settings.services import broker_options

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

# Seconds. A task is ended before its message would be handed out a second time.
SOFT_TIME_LIMIT = 570
TIME_LIMIT = 600
VISIBILITY_TIMEOUT = 900


def _every(seconds: float, task: str) -> dict[str, object]:
    """A sweep that was not taken up before the next one is due is dropped, not piled up."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app = Celery("countersign")
app.conf.update(
    imports=["config.heartbeat"],
    broker_url=settings.CELERY_BROKER_URL,
    broker_transport_options=broker_options(
        settings.COUNTERSIGN_BROKER, settings.CELERY_PGMQ_CONNINFO, VISIBILITY_TIMEOUT
    ),
    broker_connection_retry_on_startup=True,
    # For ever: a worker that gives up on a broker would have to be started again by somebody.
    broker_connection_max_retries=None,
    timezone="UTC",
    # JSON only: a message from a broken-into broker must not become code.
    accept_content=["json"],
    task_serializer="json",
    # What came of a task stands in our own rows.
    result_backend=None,
    task_ignore_result=True,
    # A worker that dies gives its task back.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    # Each process of a worker has the message that it works on and no other.
    worker_prefetch_multiplier=1,
    worker_concurrency=2,
    # A worker without -Q takes from both. Each queue has a key of its own: with Celery's default
    # one, a message would go to both.
    task_queues=[Queue(name, Exchange(name), routing_key=name) for name in routes.QUEUES],
    task_default_queue=routes.URGENT,
    task_create_missing_queues=False,
    task_routes=[routes.route],
    task_soft_time_limit=SOFT_TIME_LIMIT,
    task_time_limit=TIME_LIMIT,
    # SIGTERM: nothing new is taken up, and what runs may end. SIGQUIT, alone or after it: what runs
    # has so many seconds left, and is then given back to its queue.
    worker_soft_shutdown_timeout=10.0,
    # Nobody steers the worker through the broker.
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    beat_scheduler="config.heartbeat:BeatingScheduler",
    beat_schedule={
        "escalate overdue cases": _every(30.0, "reviews.tasks.escalate_overdue_cases"),
        "climb for alarms": _every(30.0, "reviews.tasks.climb_for_alarms"),
        "release lapsed claims": _every(30.0, "reviews.tasks.release_lapsed_claims"),
        "end lapsed pauses": _every(30.0, "reviews.tasks.end_lapsed_pauses"),
        "warn of contestations": _every(300.0, "reviews.tasks.warn_of_contestations"),
        "end unentitled claims": _every(30.0, "reviews.tasks.end_unentitled_claims"),
        "watch staffing": _every(60.0, "reviews.tasks.watch_staffing"),
        "adapt audit rates": _every(60.0, "reviews.tasks.adapt_audit_rates_of_passes"),
        "watch reversals": _every(60.0, "reviews.tasks.watch_reversals"),
        "watch monitors": _every(60.0, "reviews.tasks.watch_monitors"),
        "run waiting simulations": _every(10.0, "reviews.tasks.run_waiting_simulations"),
        "advance shadows": _every(60.0, "reviews.tasks.advance_shadows"),
        "run waiting reports": _every(10.0, "governance.tasks.run_waiting_reports"),
        # Each waits a second or two for the seal of its request.
        "run waiting bundles": _every(5.0, "governance.tasks.run_waiting_bundles"),
        "withdraw bundles": _every(60.0, "governance.tasks.withdraw_bundles"),
        "warn of mandates": _every(60.0, "models_registry.tasks.warn_of_mandates"),
        "close lapsed motions": _every(60.0, "governance.tasks.close_lapsed_motions"),
        "forget old answers": _every(3600.0, "governance.tasks.forget_old_answers"),
        "watch over the ledger": _every(30.0, "governance.tasks.watch_over_ledger"),
        "keep minute of service": _every(60.0, "governance.tasks.keep_minute_of_service"),
        "warn of lapsing qualifications": _every(
            600.0, "governance.tasks.warn_of_lapsing_qualifications"
        ),
        "tell people": _every(3.0, "governance.tasks.tell_people"),
        "send summaries": _every(30.0, "governance.tasks.send_summaries"),
        "forget old notices": _every(3600.0, "governance.tasks.forget_old_notices"),
        "ask witnesses": _every(60.0, "governance.tasks.ask_witnesses"),
        "stamp checkpoint": _every(3600.0, "governance.tasks.stamp_checkpoint"),
        "verify the ledger": _every(900.0, "governance.tasks.verify_ledger"),
        "sweep over verifications": _every(30.0, "governance.tasks.sweep_over_verifications"),
        "deliver": _every(2.0, "governance.tasks.deliver"),
        "watch webhooks": _every(60.0, "governance.tasks.watch_webhooks"),
        "prune deliveries": _every(3600.0, "governance.tasks.prune_deliveries"),
        "make partitions": _every(3600.0, "governance.tasks.make_partitions"),
    },
)
app.autodiscover_tasks()


@worker_process_init.connect
def set_aside_what_is_loaded(**_: object) -> None:
    """What a worker has loaded by its start stays to its end: the collector looks through it no
    more. A task that makes many small objects, a bundle or a report, takes a tenth less time."""
    gc.collect()
    gc.freeze()
