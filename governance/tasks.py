"""Sweeps over what waits in rows. A lost message delays them and loses nothing."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from governance.ledger import partitions
from governance.models import Actor, IdempotentAnswer, ReportRun
from governance.services import reports
from governance.services.ledger_watching import watch_ledger
from governance.services.report_access import waiting_reports
from governance.services.report_making import make_report

logger = logging.getLogger(__name__)


@shared_task(name=reports.SWEEP, ignore_result=True)
def run_waiting_reports() -> None:
    """Every few seconds, and when a report is asked for. Two at once share the runs out."""
    for run_id in list(waiting_reports(timezone.now()).values_list("pk", flat=True)):
        run_report(run_id)


@shared_task(ignore_result=True)
def forget_old_answers() -> None:
    """Every hour. Answers to idempotency keys count for a day; nothing else refers to them."""
    IdempotentAnswer.objects.outlived(timezone.now()).delete()


@shared_task(ignore_result=True)
def make_partitions() -> None:
    """Every hour, so that each month's entries find their table. Two at once take turns."""
    for month in partitions.make_ahead(timezone.now()):
        logger.warning(
            "entries of %s lie outside every partition, so that month gets none", f"{month:%Y-%m}"
        )


@shared_task(ignore_result=True)
def watch_over_ledger() -> None:
    """Every 30 seconds. Two at once do no harm: an alarm is raised once and cleared once."""
    watch_ledger(actor=Actor.system("watch_over_ledger"), now=timezone.now())


def run_report(run_id: UUID) -> None:
    """Make one waiting report, or leave it failed with a sentence that says why."""
    actor = Actor.system("run_waiting_reports")
    run = reports.take_up_report(run_id=run_id, actor=actor, now=timezone.now())
    if run is None:
        return
    watch = _Watch(run)
    try:
        made = make_report(run, watch.step)
    except Exception:
        # A process edge: whatever a section does, the run must not look alive for ever.
        logger.exception("report %s failed at %r", run.pk, watch.current)
        reports.fail_report(run_id=run.pk, reason=watch.failure(), actor=actor, now=timezone.now())
        return
    reports.finish_report(run_id=run.pk, made=made, actor=actor, now=timezone.now())


class _Watch:
    """Passes a run's progress on and remembers the step, for the sentence about a failure."""

    def __init__(self, run: ReportRun) -> None:
        self.run_id = run.pk
        self.current = "Preparing"

    def step(self, done: int, total: int, step: str) -> None:
        self.current = step
        reports.note_progress(run_id=self.run_id, done=done, total=total, step=step)

    def failure(self) -> str:
        return (
            f"The part “{self.current}” could not be made, so there is no report: one that lacks a "
            "part would mislead. The log of the worker says what went wrong."
        )
