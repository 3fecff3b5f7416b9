"""Report runs: asked for, taken up by a worker, finished or failed. What they say is `sections`."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger.leaf import instant
from governance.models import Actor, ReportDocument, ReportKind, ReportProgress, ReportRun, User
from governance.services.report_access import reportable_systems
from governance.services.report_making import MadeReport
from governance.services.runs import Runs

REPORTS = Runs(
    model=ReportRun,
    progress=ReportProgress,
    event="governance.report",
    sweep="governance.tasks.run_waiting_reports",
)


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
    return REPORTS.ask(run, body=_scope(run), actor=actor, now=now)


@transaction.atomic
def finish_report(
    *, run_id: UUID, made: MadeReport, actor: Actor, now: datetime
) -> ReportDocument | None:
    """Keep what was made; None, and nothing kept, when the run is no longer running."""
    run = REPORTS.lock_running(run_id)
    if run is None:
        return None
    document = ReportDocument.objects.create(
        run=run,
        json=made.json,
        html=made.html,
        pdf=made.pdf,
        json_sha256=hashlib.sha256(made.json).hexdigest(),
        pdf_sha256=hashlib.sha256(made.pdf).hexdigest(),
    )
    body = {
        **_scope(run),
        "json_sha256": document.json_sha256,
        "pdf_sha256": document.pdf_sha256,
    }
    REPORTS.issue(run, body=body, actor=actor, now=now)
    return document


def _scope(run: ReportRun) -> dict[str, object]:
    return {
        "kind": run.kind,
        "system": run.system,
        "period_start": instant(run.period_start),
        "period_end": instant(run.period_end),
        "cut_off": instant(run.cut_off),
    }
