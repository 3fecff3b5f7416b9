"""Report runs: asked for, taken up by a worker, finished or failed. What they say is `sections`."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models.functions import Now

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.ledger.leaf import instant
from governance.models import (
    Actor,
    LedgerEntry,
    ReportDocument,
    ReportKind,
    ReportProgress,
    ReportRun,
    User,
)
from governance.services.report_access import reportable_systems, waiting_reports
from governance.services.report_making import MadeReport

SWEEP = "governance.tasks.run_waiting_reports"
# A report that takes its worker down each time must not do so for ever.
MOST_STARTS = 3
_STARTED = "governance.report.started"


@transaction.atomic
def request_report(
    *,
    kind: str,
    system_slug: str,
    period_start: datetime,
    period_end: datetime,
    requested_by: User,
    actor: Actor,
    now: datetime,
) -> ReportRun:
    """Queue a report on what is known at `now`, its cut-off, and wake a worker. Instants aware.

    Raises InputInvalid naming each faulty field: an unknown kind, a system that is not theirs to
    report on, a period that is empty or not over yet.
    """
    faults = []
    if kind not in ReportKind.values:
        faults.append(FieldError("/kind", f"One of: {', '.join(ReportKind.values)}.", "unknown"))
    if system_slug not in {system.slug for system in reportable_systems(requested_by)}:
        faults.append(FieldError("/system", f"There is no AI system {system_slug!r} for you."))
    if period_start >= period_end:
        faults.append(FieldError("/period_end", "Must lie after the period's start.", "order"))
    if period_end > now:
        faults.append(FieldError("/period_end", "Lies in the future.", "future"))
    if faults:
        raise InputInvalid("The report cannot be made", errors=faults)
    run = ReportRun(
        kind=kind,
        system=system_slug,
        period_start=period_start.astimezone(UTC),
        period_end=period_end.astimezone(UTC),
        cut_off=now.astimezone(UTC),
        requested_by=requested_by,
        requested_at=now,
    )
    record.keep(run, "governance.report.requested", actor=actor, at=now, body=_scope(run))
    # Robust: a broker that is away is logged, and the sweep finds the run a few seconds later.
    transaction.on_commit(_wake_a_worker, robust=True)
    return run


@transaction.atomic
def take_up_report(*, run_id: UUID, actor: Actor, now: datetime) -> ReportRun | None:
    """Make a waiting run this worker's; None when another has it, or there is nothing to do.

    A run that took its worker down MOST_STARTS times is failed instead.
    """
    run = (
        waiting_reports(now).filter(pk=run_id).select_for_update(of=("self",), skip_locked=True)
    ).first()
    if run is None:
        return None
    if _starts(run) >= MOST_STARTS:
        _fail(run, f"Its worker did not come back from {MOST_STARTS} tries.", actor, now)
        return None
    run.state = ReportRun.State.RUNNING
    record.keep(run, _STARTED, actor=actor, at=now, fields=["state"])
    ReportProgress.objects.update_or_create(
        run=run, defaults={"done": 0, "total": 0, "step": "", "seen_at": Now()}
    )
    return run


def note_progress(*, run_id: UUID, done: int, total: int, step: str) -> None:
    """Say how far a run is, seen at once by others: call it outside transactions.

    The sign of life has the database's time, for the work takes longer than one reading of a clock.
    """
    ReportProgress.objects.filter(run=run_id).update(
        done=done, total=total, step=step[:120], seen_at=Now()
    )


@transaction.atomic
def finish_report(
    *, run_id: UUID, made: MadeReport, actor: Actor, now: datetime
) -> ReportDocument | None:
    """Keep what was made; None, and nothing kept, when the run is no longer running."""
    run = ReportRun.objects.select_for_update().get(pk=run_id)
    if run.state != ReportRun.State.RUNNING:
        return None
    document = ReportDocument.objects.create(
        run=run,
        json=made.json,
        html=made.html,
        pdf=made.pdf,
        json_sha256=hashlib.sha256(made.json).hexdigest(),
        pdf_sha256=hashlib.sha256(made.pdf).hexdigest(),
    )
    run.state, run.finished_at = ReportRun.State.DONE, now
    body = {
        **_scope(run),
        "json_sha256": document.json_sha256,
        "pdf_sha256": document.pdf_sha256,
    }
    record.keep(
        run,
        "governance.report.issued",
        actor=actor,
        at=now,
        body=body,
        fields=["state", "finished_at"],
    )
    return document


@transaction.atomic
def fail_report(*, run_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """End a running run without a document. `reason`: a sentence for people."""
    run = ReportRun.objects.select_for_update().get(pk=run_id)
    if run.state == ReportRun.State.RUNNING:
        _fail(run, reason, actor, now)


def _fail(run: ReportRun, reason: str, actor: Actor, now: datetime) -> None:
    run.state, run.finished_at, run.failure = ReportRun.State.FAILED, now, reason[:500]
    record.keep(
        run,
        "governance.report.failed",
        actor=actor,
        at=now,
        body={"reason": run.failure},
        fields=["state", "finished_at", "failure"],
    )


def _starts(run: ReportRun) -> int:
    return LedgerEntry.objects.filter(
        subject_type=run._meta.label_lower, subject_id=run.pk, event=_STARTED
    ).count()


def _scope(run: ReportRun) -> dict[str, object]:
    return {
        "kind": run.kind,
        "system": run.system,
        "period_start": instant(run.period_start),
        "period_end": instant(run.period_end),
        "cut_off": instant(run.cut_off),
    }


def _wake_a_worker() -> None:
    current_app.send_task(SWEEP, ignore_result=True, retry=False)
