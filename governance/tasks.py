"""Sweeps over what waits in rows. A lost message delays them and loses nothing."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from governance.ledger import partitions
from governance.models import Actor, EvidenceBundle, IdempotentAnswer
from governance.selectors.lapsing import due_warnings
from governance.services import bundle_sealing
from governance.services.bundle_files import (
    drop_file,
    drop_files,
    keep_file,
    withdraw_outdated_bundles,
)
from governance.services.bundle_making import BundleNotMade, made_bundle
from governance.services.bundles import BUNDLES, finish_bundle
from governance.services.delivery_rounds import deliver_due
from governance.services.fan_out import fan_out
from governance.services.ledger_watching import watch_ledger
from governance.services.motions import expire_motions
from governance.services.notice_messages import release_held
from governance.services.qualifications import warn_of_lapse
from governance.services.reading_notices import forget_notices
from governance.services.redelivering import SWEEP, prune
from governance.services.report_making import make_report
from governance.services.reports import REPORTS, finish_report
from governance.services.runs import Watch
from governance.services.service_minutes import keep_service_minute
from governance.services.telling import tell_waiting
from governance.services.timestamping import NotStamped, stamp_newest_checkpoint
from governance.services.verifying.plan import Share
from governance.services.verifying.runs import (
    PART_TASK,
    fail_verification,
    finish_verification,
    keep_outcome,
    request_due_verification,
    sweep_verifications,
    take_part,
    wake_workers,
)
from governance.services.verifying.whole import check
from governance.services.webhook_watching import give_up_dead_endpoints
from governance.services.witness_push import push_newest_checkpoint

logger = logging.getLogger(__name__)

# A sweep ends well within its time limit; the next one goes on.
_MOST_ROUNDS = 20
# In one task, so that other tasks have their turn in between; the next one goes on.
_MOST_FAN_OUTS = 10


@shared_task(name=REPORTS.sweep, ignore_result=True)
def run_waiting_reports() -> None:
    """Every few seconds, and when a report is asked for. Two at once share the runs out."""
    for run_id in list(REPORTS.waiting(timezone.now()).values_list("pk", flat=True)):
        run_report(run_id)


@shared_task(name=BUNDLES.sweep, ignore_result=True)
def run_waiting_bundles() -> None:
    """Every few seconds, and when a bundle is asked for. Two at once share them out."""
    for bundle in list(BUNDLES.waiting(timezone.now())):
        run_bundle(bundle)


@shared_task(ignore_result=True)
def withdraw_bundles() -> None:
    """Every minute: files that hold what was erased since. Two at once do no harm."""
    actor = Actor.system("withdraw_bundles")
    withdraw_outdated_bundles(actor=actor, now=timezone.now())


@shared_task(ignore_result=True)
def forget_old_answers() -> None:
    """Every hour. Answers to idempotency keys count for a day; nothing else refers to them."""
    IdempotentAnswer.objects.outlived(timezone.now()).delete()


@shared_task(ignore_result=True)
def close_lapsed_motions() -> None:
    """Every minute. Two at once share them out; a vote under way is left alone."""
    expire_motions(actor=Actor.system("close_lapsed_motions"), now=timezone.now())


@shared_task(name=SWEEP, ignore_result=True)
def deliver() -> None:
    """Every two seconds, and when something is to be sent at once. Two at once share it out: one
    gives the messages to those they are for, and each destination is held by one."""
    for _ in range(_MOST_FAN_OUTS):
        if not fan_out(now=timezone.now()):
            break
    deliver_due(clock=timezone.now)


@shared_task(ignore_result=True)
def watch_webhooks() -> None:
    """Every minute. Two at once do no harm: an endpoint is given up once."""
    give_up_dead_endpoints(actor=Actor.system("watch_webhooks"), now=timezone.now())


@shared_task(ignore_result=True)
def prune_deliveries() -> None:
    """Every hour. Two at once do no harm."""
    if removed := prune(now=timezone.now()):
        logger.info("%s deliveries were older than they are kept", removed)


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


@shared_task(ignore_result=True)
def keep_minute_of_service() -> None:
    """Every minute. Two at once do no harm: there is one row for each minute."""
    keep_service_minute(now=timezone.now())


@shared_task(ignore_result=True)
def warn_of_lapsing_qualifications() -> None:
    """Every 10 minutes. Two at once do no harm: each warning is an entry, and looked for first."""
    now, actor = timezone.now(), Actor.system("warn_of_lapsing_qualifications")
    for qualification_id in due_warnings(now):
        warn_of_lapse(qualification_id=qualification_id, actor=actor, now=now)


@shared_task(ignore_result=True)
def tell_people() -> None:
    """Every few seconds. Many at once share the events out."""
    for _ in range(_MOST_ROUNDS):
        if not tell_waiting(now=timezone.now()):
            return


@shared_task(ignore_result=True)
def send_summaries() -> None:
    """Every 30 seconds. Many at once share the people out."""
    for _ in range(_MOST_ROUNDS):
        if not release_held(now=timezone.now()):
            return


@shared_task(ignore_result=True)
def forget_old_notices() -> None:
    """Every hour. Nothing else refers to them."""
    forget_notices(now=timezone.now())


@shared_task(ignore_result=True)
def ask_witnesses() -> None:
    """Every minute. Two at once do no harm: a witness's first cosignature on a checkpoint stays."""
    push_newest_checkpoint(actor=Actor.system("ask_witnesses"), now=timezone.now())


@shared_task(ignore_result=True)
def stamp_checkpoint() -> None:
    """Every hour. What an authority did not stamp this time it is asked for the next time."""
    try:
        stamp_newest_checkpoint()
    except NotStamped as fault:
        logger.warning("no time stamp: %s", fault)


@shared_task(ignore_result=True)
def verify_ledger() -> None:
    """Every quarter of an hour: what is new, and once a day everything."""
    request_due_verification(actor=Actor.system("verify_ledger"), now=timezone.now())


@shared_task(name=PART_TASK, ignore_result=True)
def check_verification_part() -> None:
    """One share of a verification; and if there was one, a call for the next."""
    part = take_part()
    if part is None:
        return
    actor = Actor.system("check_verification_part")
    try:
        keep_outcome(part, check(Share.from_json(part.share)))
        finish_verification(run_id=part.run_id, actor=actor, now=timezone.now())
    except Exception:
        # A process edge: a verification that cannot be done must not look as if it went on.
        logger.exception("share %s of verification %s failed", part.number, part.run_id)
        reason = f"Share {part.number} could not be done; the log of the worker says why."
        fail_verification(run_id=part.run_id, reason=reason, actor=actor, now=timezone.now())
    wake_workers(1)


@shared_task(ignore_result=True)
def sweep_over_verifications() -> None:
    """Every 30 seconds. Two at once do no harm: a run is summed up once."""
    sweep_verifications(actor=Actor.system("sweep_over_verifications"), now=timezone.now())


def run_report(run_id: UUID) -> None:
    """Make one waiting report, or leave it failed with a sentence that says why."""
    actor = Actor.system("run_waiting_reports")
    run = REPORTS.take_up(run_id=run_id, actor=actor, now=timezone.now())
    if run is None:
        return
    watch = Watch(REPORTS, run_id)
    try:
        made = make_report(run, watch.step)
    except Exception:
        # A process edge: whatever a section does, the run must not look alive for ever.
        logger.exception("report %s failed at %r", run.pk, watch.current)
        reason = (
            f"The part “{watch.current}” could not be made, so there is no report: one that lacks "
            "a part would mislead. The log of the worker says what went wrong."
        )
        REPORTS.fail(run_id=run.pk, reason=reason, actor=actor, now=timezone.now())
        return
    finish_report(run_id=run.pk, made=made, actor=actor, now=timezone.now())


def run_bundle(waiting: EvidenceBundle) -> None:
    """Make one waiting bundle once its request is sealed, or leave it failed with a sentence."""
    actor, now, bundle_id = Actor.system("run_waiting_bundles"), timezone.now(), waiting.pk
    covering = bundle_sealing.covering_checkpoint(waiting, now)
    if covering is None:
        if bundle_sealing.has_waited_too_long(waiting, now):
            reason = bundle_sealing.why_it_waits()
            BUNDLES.fail(run_id=bundle_id, reason=reason, actor=actor, now=now)
        return
    bundle = BUNDLES.take_up(run_id=bundle_id, actor=actor, now=now)
    if bundle is None:
        return
    watch = Watch(BUNDLES, bundle_id)
    try:
        with made_bundle(bundle, covering, now=now, progress=watch.step) as made:
            keep_file(bundle_id, made.sha256, made.path)
            done = finish_bundle(bundle_id=bundle_id, made=made, actor=actor, now=timezone.now())
        if done is None:
            drop_file(bundle_id, made.sha256)
        else:
            drop_files(bundle_id, all_but=done.sha256)
        return
    except BundleNotMade as fault:
        logger.warning("bundle %s was not made: %s", bundle_id, fault)
        reason = str(fault)
    except Exception:
        # A process edge: whatever goes wrong, the bundle must not look alive for ever.
        logger.exception("bundle %s failed at %r", bundle_id, watch.current)
        reason = (
            f"It failed at “{watch.current}”, so there is no bundle. The log of the worker says "
            "what went wrong."
        )
    drop_files(bundle_id)
    BUNDLES.fail(run_id=bundle_id, reason=reason, actor=actor, now=timezone.now())
