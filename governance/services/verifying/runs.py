"""Verifications that are asked for and made by many workers, and what comes of their results."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from governance.ledger import record
from governance.models import Actor, LedgerAlarm, Log, VerificationPart, VerificationRun
from governance.services.ledger_alarms import clear_alarm, raise_alarm
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.plan import Plan, Share, TreeState, make_plan
from governance.services.verifying.summing import sum_up

PART_TASK = "governance.tasks.check_verification_part"
# Shares that are worked on at one time. Each task does one and calls for the next, so that other
# tasks of the same workers get their turn in between.
AT_ONCE = 8
# A task is ended after ten minutes (config.celery), so whoever took a share longer ago is gone.
TAKEN_FOR = timedelta(minutes=15)
WHOLE_EVERY = timedelta(days=1)
# What the next day's verification would find still running has failed.
LONGEST = timedelta(hours=20)
_LONGEST_TEXT = 500
_EVENT = "governance.verificationrun"

State = VerificationRun.State


def request_verification(*, whole: bool, actor: Actor, now: datetime) -> VerificationRun | None:
    """Ask for a verification, and wake workers after the commit.

    `whole`: of everything. Otherwise of what came since the last one that found nothing wrong;
    None, and nothing asked for, while any other is running. Without a last one, of everything.
    """
    if not whole and VerificationRun.objects.filter(state=State.RUNNING).exists():
        return None
    since = None if whole else _sound_up_to()
    plan = make_plan(since=since)
    newest = plan.trees[-1] if plan.trees else None
    run = VerificationRun(
        is_whole=since is None,
        requested_at=now,
        since=newest.since if newest else 0,
        size=newest.size if newest else 0,
        trees=[asdict(tree) for tree in plan.trees],
    )
    with transaction.atomic():
        body = {"is_whole": run.is_whole, "since": run.since, "size": run.size}
        record.keep(run, f"{_EVENT}.requested", actor=actor, at=now, body=body)
        VerificationPart.objects.bulk_create(
            VerificationPart(run=run, number=number, share=share.as_json())
            for number, share in enumerate(plan.shares)
        )
        # Robust: a broker that is away is logged, and the sweep calls for workers again.
        transaction.on_commit(lambda: wake_workers(AT_ONCE), robust=True)
    return run


def request_due_verification(*, actor: Actor, now: datetime) -> VerificationRun | None:
    """Ask for a verification of everything once a day, and for one of what is new otherwise."""
    wholes = VerificationRun.objects.filter(is_whole=True, requested_at__gt=now - WHOLE_EVERY)
    return request_verification(whole=not wholes.exists(), actor=actor, now=now)


def wake_workers(count: int) -> None:
    """Call for so many workers; each works on until nothing is left."""
    for _ in range(count):
        current_app.send_task(PART_TASK, ignore_result=True, retry=False)


@transaction.atomic
def take_part() -> VerificationPart | None:
    """Make a share that nobody works on this worker's; the oldest run first."""
    part = _open_parts().select_for_update(of=("self",), skip_locked=True).first()
    if part is not None:
        VerificationPart.objects.filter(pk=part.pk).update(taken_at=Now())
    return part


def keep_outcome(part: VerificationPart, outcome: Outcome) -> None:
    """Keep what a share came to. A worker that was thought dead may bring the same once more."""
    VerificationPart.objects.filter(pk=part.pk).update(outcome=outcome.as_json())


def finish_verification(*, run_id: UUID, actor: Actor, now: datetime) -> VerificationRun | None:
    """Sum a run up once all its shares are done, enter the result, and raise or clear the alarm.

    None where a share is still out, or somebody else has summed it up. Only a run that looked at
    everything and found nothing clears the alarm.
    """
    parts = VerificationPart.objects.filter(run=run_id)
    run = VerificationRun.objects.get(pk=run_id)
    if run.state != State.RUNNING or parts.filter(outcome__isnull=True).exists():
        return None
    done = [
        (Share.from_json(share), Outcome.from_json(outcome))
        for share, outcome in parts.order_by("number").values_list("share", "outcome").iterator()
        if outcome is not None
    ]
    trees = tuple(TreeState(**tree) for tree in run.trees)
    return _end(run_id, sum_up(Plan(trees, ()), done), actor, now)


@transaction.atomic
def _end(run_id: UUID, found: Outcome, actor: Actor, now: datetime) -> VerificationRun | None:
    run = _locked(run_id)
    if run is None:
        return None
    run.state, run.finished_at = State.DONE, now
    run.entries = found.counts["entries"] + found.counts["pending"]
    run.counts = {**found.counts, "archived": sum(found.archived.values())}
    run.fault_count, run.erased = found.fault_count, found.erased
    run.findings = [fault.as_json() for fault in found.faults]
    body: dict[str, Any] = {"is_whole": run.is_whole, "faults": run.fault_count}
    if not found.is_sound:
        body["first"] = str(found.faults[0])[:_LONGEST_TEXT]
    record.keep(run, f"{_EVENT}.finished", actor=actor, at=now, body=body)
    run.parts.all().delete()
    kind = LedgerAlarm.Kind.UNSOUND
    if not found.is_sound:
        detail = f"{found.fault_count} faults, the first: {found.faults[0]}"
        raise_alarm(kind=kind, detail=detail, actor=actor, now=now)
    elif run.is_whole:
        clear_alarm(kind=kind, actor=actor, now=now)
    return run


@transaction.atomic
def fail_verification(*, run_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """End a run that cannot be brought to its end. That the ledger is sound is then not known,
    so the alarm is raised. `reason`: a sentence for people."""
    run = _locked(run_id)
    if run is None:
        return
    run.state, run.finished_at, run.failure = State.FAILED, now, reason[:_LONGEST_TEXT]
    record.keep(run, f"{_EVENT}.failed", actor=actor, at=now, body={"reason": run.failure})
    run.parts.all().delete()
    raise_alarm(kind=LedgerAlarm.Kind.UNSOUND, detail=run.failure, actor=actor, now=now)


def sweep_verifications(*, actor: Actor, now: datetime) -> None:
    """Finish what only lacks its sum, fail what takes too long, and call for workers where all
    have gone."""
    for run in VerificationRun.objects.filter(state=State.RUNNING):
        if now - run.requested_at > LONGEST:
            reason = f"It was not done within {LONGEST}; see whether the workers run."
            fail_verification(run_id=run.pk, reason=reason, actor=actor, now=now)
        else:
            finish_verification(run_id=run.pk, actor=actor, now=now)
    if _open_parts().exists() and not _taken_parts().exists():
        wake_workers(AT_ONCE)


def _sound_up_to() -> int | None:
    """Up to which leaf of the newest log the last verification found nothing wrong; None: there is
    no such verification."""
    sound = VerificationRun.objects.filter(state=State.DONE, fault_count=0)
    last, newest = sound.order_by("-requested_at").first(), Log.objects.order_by("-id").first()
    if last is None or newest is None or not last.trees:
        return None
    return last.size if last.trees[-1]["log_id"] == newest.pk else None


def _open_parts() -> QuerySet[VerificationPart]:
    """Shares that nobody works on."""
    free = Q(taken_at=None) | Q(taken_at__lt=Now() - TAKEN_FOR)
    return VerificationPart.objects.filter(free, outcome__isnull=True).order_by("id")


def _taken_parts() -> QuerySet[VerificationPart]:
    return VerificationPart.objects.filter(outcome__isnull=True, taken_at__gte=Now() - TAKEN_FOR)


def _locked(run_id: UUID) -> VerificationRun | None:
    """The run, locked, in the caller's transaction; None when it has ended."""
    run = VerificationRun.objects.select_for_update(no_key=True).get(pk=run_id)
    return run if run.state == State.RUNNING else None
