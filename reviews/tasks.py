"""Sweeps of what is due. The work stands in rows: a lost or doubled message does no harm."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone

from governance.models import Actor
from governance.services.runs import Watch
from models_registry.models import DecisionType
from reviews.models import Case, Contestation, MonitorAlarm, MonitorState, Shadow, silent_reversals
from reviews.selectors.staffing import unentitled_claims, wrongly_alarmed
from reviews.services.audit_rates import adapt_audit_rates
from reviews.services.claiming import release_lapsed_claim
from reviews.services.contesting import warn_of_clock
from reviews.services.ending_claims import end_unentitled_claim
from reviews.services.escalation import (
    PER_TRANSACTION,
    Place,
    Swept,
    climb_for_alarm,
    escalate_late_case,
    escalate_late_cases,
    late_cases,
)
from reviews.services.monitoring import put_off, run_monitor, set_up_monitors
from reviews.services.resuming import end_lapsed_pause
from reviews.services.reversal_alarms import raise_reversal_alarm
from reviews.services.shadowing import advance_shadow, break_off_shadow
from reviews.services.simulating import (
    SIMULATIONS,
    Cancelled,
    finish_simulation,
    make_simulation,
)
from reviews.services.staffing import settle_alarms

logger = structlog.get_logger(__name__)

# One sweep takes this many at most, so that it ends well within its time limit; the next goes on.
MOST_PER_SWEEP = 5_000
# Of late cases so many: hundreds at a time, a thousand or so in a second.
MOST_LATE_PER_SWEEP = 200_000
# So many cases are locked at a time, so that a reviewer waits for none of them for long.
_PER_TRANSACTION = 200


@shared_task(ignore_result=True)
def escalate_overdue_cases() -> None:
    """Every 30 s. Many at once share the work out: each skips what another holds. What is due
    stands in rows, so that a message that is lost, late or doubled does no harm."""
    now, actor = timezone.now(), Actor.system("escalate_overdue_cases")
    moved, place = 0, None
    while moved < MOST_LATE_PER_SWEEP:
        try:
            swept = escalate_late_cases(actor=actor, now=now, after=place)
        except Exception:
            # A process edge: one case that cannot move must not keep the others from it.
            logger.exception("overdue cases are taken one by one")
            swept = _one_by_one(actor, now, place)
        if swept.last is None:
            break
        moved, place = moved + swept.moved, swept.last
    if moved:
        logger.info("overdue cases escalated or ended", cases=moved)


def _one_by_one(actor: Actor, now: datetime, after: Place | None) -> Swept:
    places, moved = late_cases(now, after, PER_TRANSACTION), 0
    for place in places:
        try:
            moved += escalate_late_case(case_id=place.case, actor=actor, now=now) is not None
        except Exception:
            logger.exception("an overdue case could not move", case=str(place.case))
    return Swept(moved, places[-1] if places else None)


@shared_task(ignore_result=True)
def climb_for_alarms() -> None:
    """Every 30 s. Two at once do no harm: each case climbs once for each alarm."""
    now, actor = timezone.now(), Actor.system("climb_for_alarms")
    for alarm_id in MonitorAlarm.objects.open().values_list("pk", flat=True):
        climbed = 0
        while moved := climb_for_alarm(alarm_id=alarm_id, actor=actor, now=now):
            climbed += moved
        if climbed:
            logger.info("cases climbed for an alarm", alarm=str(alarm_id), cases=climbed)


@shared_task(ignore_result=True)
def release_lapsed_claims() -> None:
    """Every 30 s. A claim that was answered or renewed meanwhile is left alone."""
    now, actor = timezone.now(), Actor.system("release_lapsed_claims")
    lapsed = Case.objects.with_lapsed_claim(now).order_by("lease_expires_at")
    released = 0
    for case_id in lapsed.values_list("pk", flat=True)[:MOST_PER_SWEEP]:
        released += release_lapsed_claim(case_id=case_id, actor=actor, now=now) is not None
    if released:
        logger.info("lapsed claims released", cases=released)


@shared_task(ignore_result=True)
def end_lapsed_pauses() -> None:
    """Every 30 s. A pause that was ended meanwhile is left alone; deadlines hold without it."""
    now, actor = timezone.now(), Actor.system("end_lapsed_pauses")
    lapsed = Case.objects.with_lapsed_pause(now).order_by("paused_until")
    ended = 0
    for case_id in lapsed.values_list("pk", flat=True)[:MOST_PER_SWEEP]:
        ended += end_lapsed_pause(case_id=case_id, actor=actor, now=now) is not None
    if ended:
        logger.info("pauses ended whose latest end came", pauses=ended)


@shared_task(ignore_result=True)
def warn_of_contestations() -> None:
    """Every 5 min. Each warning is counted on its row, so that it comes once."""
    now, actor = timezone.now(), Actor.system("warn_of_contestations")
    waiting = Contestation.objects.to_warn_of(now).order_by("due_at").values_list("pk", flat=True)
    warned = 0
    for contestation_id in waiting[:MOST_PER_SWEEP]:
        warned += warn_of_clock(contestation_id=contestation_id, actor=actor, now=now) is not None
    if warned:
        logger.info("warnings given that answers to contestations are due", contestations=warned)


@shared_task(ignore_result=True)
def end_unentitled_claims() -> None:
    """Every 30 s, and after each change of who may rule. Gives back what is held by people who may
    not rule on it any more: their absence began, or a right, loan or proof of theirs ended."""
    now, actor = timezone.now(), Actor.system("end_unentitled_claims")
    ended = 0
    for case_id in islice(unentitled_claims(now), MOST_PER_SWEEP):
        ended += end_unentitled_claim(case_id=case_id, actor=actor, now=now) is not None
    if ended:
        logger.info("claims ended whose holders may not rule any more", cases=ended)


@shared_task(ignore_result=True)
def watch_staffing() -> None:
    """Every minute, and after each change of who may rule. Many at once do no harm: each looks
    again under the case's lock, and skips what another is at."""
    now, changed = timezone.now(), 0
    for case_ids in wrongly_alarmed(now):
        for start in range(0, len(case_ids), _PER_TRANSACTION):
            changed += settle_alarms(case_ids=case_ids[start : start + _PER_TRANSACTION], now=now)
        if changed >= MOST_PER_SWEEP:
            break
    if changed:
        logger.info("staffing alarms raised, restated or cleared", alarms=changed)


@shared_task(ignore_result=True)
def adapt_audit_rates_of_passes() -> None:
    """Every minute. Of two at once, one skips the decision types that the other is at."""
    now, actor = timezone.now(), Actor.system("adapt_audit_rates")
    changed = 0
    for key in DecisionType.objects.order_by("pk").values_list("pk", flat=True):
        changed += adapt_audit_rates(decision_type_id=key, actor=actor, now=now)
    if changed:
        logger.info("audit rates started, raised or lowered", rates=changed)


@shared_task(ignore_result=True)
def watch_reversals() -> None:
    """Every minute. Each reversal that nobody confirmed in time is told of once."""
    now, actor = timezone.now(), Actor.system("watch_reversals")
    waiting = silent_reversals(now).order_by("ordered_at").values_list("pk", flat=True)
    raised = 0
    for reversal_id in waiting[:MOST_PER_SWEEP]:
        raised += raise_reversal_alarm(reversal_id=reversal_id, actor=actor, now=now) is not None
    if raised:
        logger.warning("reversals that nobody confirmed in time", reversals=raised)


@shared_task(ignore_result=True)
def watch_monitors() -> None:
    """Every minute. Two at once do no harm: each monitor's state is held by one of them, and the
    other goes on to the next. A monitor that fails leaves the others be; it looks no more in time,
    so that it stops counting as fresh."""
    actor = Actor.system("watch_monitors")
    set_up_monitors(now=timezone.now())
    due = MonitorState.objects.due(timezone.now()).order_by("next_at", "id")
    for state_id in due.values_list("pk", flat=True)[:MOST_PER_SWEEP]:
        try:
            run = run_monitor(state_id=state_id, actor=actor, now=timezone.now())
        except Exception:
            # A process edge: nothing of the look was kept, so that it is tried again, later.
            logger.exception("a monitor failed", state=state_id)
            put_off(state_id=state_id, now=timezone.now())
            continue
        if run is not None and run.finding == run.Finding.ALARM:
            logger.warning("a monitor is outside of its limit", monitor=run.monitor)


@shared_task(name=SIMULATIONS.sweep, ignore_result=True)
def run_waiting_simulations() -> None:
    """Every few seconds, and when one is asked for. Two at once share the runs out."""
    for run_id in list(SIMULATIONS.waiting(timezone.now()).values_list("pk", flat=True)):
        run_simulation(run_id)


def run_simulation(run_id: UUID) -> None:
    """Make one waiting simulation, or leave it failed with a sentence that says why."""
    actor = Actor.system("run_waiting_simulations")
    run = SIMULATIONS.take_up(run_id=run_id, actor=actor, now=timezone.now())
    if run is None:
        return
    watch = Watch(SIMULATIONS, run_id)

    def progress(done: int, total: int, step: str) -> None:
        watch.step(done, total, step)
        if not SIMULATIONS.is_running(run_id):
            raise Cancelled

    try:
        made = make_simulation(run, progress)
    except Cancelled:
        logger.info("a simulation was cancelled while it was made", simulation=str(run_id))
        return
    except Exception:
        # A process edge: whatever goes wrong, the run must not look alive for ever.
        logger.exception("simulation failed", simulation=str(run_id), step=watch.current)
        reason = (
            f"It failed at “{watch.current}”, so there is no result. The log of the worker says "
            "what went wrong."
        )
        SIMULATIONS.fail(run_id=run_id, reason=reason, actor=actor, now=timezone.now())
        return
    finish_simulation(run_id=run_id, made=made, actor=actor, now=timezone.now())


@shared_task(ignore_result=True)
def advance_shadows() -> None:
    """Every minute. Two at once do no harm: each shadow's tally is taken by one of them."""
    actor = Actor.system("advance_shadows")
    for shadow_id in list(Shadow.objects.running().values_list("pk", flat=True)):
        try:
            advance_shadow(shadow_id=shadow_id, actor=actor, now=timezone.now())
        except Exception:
            # A process edge: one that breaks must neither go on breaking nor stop the others.
            logger.exception("shadow broke off", shadow=str(shadow_id))
            reason = "It could not be evaluated on a decision. The log of the worker says why."
            break_off_shadow(shadow_id=shadow_id, reason=reason, actor=actor, now=timezone.now())
