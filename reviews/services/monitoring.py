"""Running the monitors of the policies: each look one row, and what follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from governance.models import Actor
from governance.policies.monitors import MonitorSpec
from models_registry.models import DecisionType
from reviews.models import MonitorRun, MonitorState
from reviews.monitors.looks import Finding, Look
from reviews.services.looking import Looking, look
from reviews.services.monitor_alarms import end_alarm, raise_alarm
from reviews.services.rulebook import rulebook_for

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=1)
# Enough for the longest pause, and no more than a timedelta holds.
_MOST_COUNTED = 10


def monitors_of(decision_type: DecisionType, now: datetime) -> tuple[MonitorSpec, ...]:
    """The monitors that the policy in force asks for."""
    rulebook = rulebook_for(decision_type, now)
    return () if rulebook is None else rulebook.rules.monitors


@transaction.atomic
def set_up_monitors(*, now: datetime) -> int:
    """See to it that every monitor of a policy in force has its state, and that one whose settings
    have changed begins anew; how many did. States of monitors that no policy asks for any more
    are dropped: what they found stays."""
    begun = 0
    for kind in DecisionType.objects.order_by("pk"):
        specs = {spec.id: spec for spec in monitors_of(kind, now)}
        MonitorState.objects.filter(decision_type=kind).exclude(monitor__in=specs).delete()
        same = Q()
        for spec in specs.values():
            same |= Q(monitor=spec.id, spec=spec.digest)
        if not specs:
            continue
        kept = set(
            MonitorState.objects.filter(same, decision_type=kind).values_list("monitor", flat=True)
        )
        new = [
            MonitorState(
                decision_type=kind,
                monitor=spec.id,
                watches=spec.watches.value,
                spec=spec.digest,
                next_at=now,
            )
            for spec in specs.values()
            if spec.id not in kept
        ]
        begun += len(new)
        MonitorState.objects.bulk_create(
            new,
            update_conflicts=True,
            unique_fields=["decision_type", "monitor"],
            update_fields=["watches", "spec", "next_at"],
        )
        MonitorState.objects.filter(
            decision_type=kind, monitor__in=[state.monitor for state in new]
        ).update(fresh_until=None, memory={}, is_outside=False, failures=0)
    return begun


@transaction.atomic
def run_monitor(*, state_id: int, actor: Actor, now: datetime) -> MonitorRun | None:
    """Let a due monitor look. None where another sweep is at it or was, where the policy asks for
    it no more, or while the hours that it needs are still being counted: those are kept.

    Afterwards there is a run; the state says when the next is due; an alarm is raised or ended,
    and with it the level raised, in this transaction.
    """
    state = (
        MonitorState.objects.due(now)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("decision_type__system")
        .filter(pk=state_id)
        .first()
    )
    if state is None:
        return None
    kind = state.decision_type
    specs = {spec.id: spec for spec in monitors_of(kind, now)}
    spec = specs.get(state.monitor)
    if spec is None or spec.digest != state.spec:
        return None
    looking = Looking(kind, spec, state, now)
    found = look(looking)
    if found is None:
        return None
    run = _kept(looking, found)
    _follow(looking, found, run, actor)
    state.next_at, state.failures = now + spec.every, 0
    state.save()
    return run


@transaction.atomic
def put_off(*, state_id: int, now: datetime) -> MonitorState | None:
    """A look broke off: it is tried again after a pause that doubles each time, up to an hour.
    Meanwhile the monitor stops counting as fresh. None where another sweep holds the state."""
    states = MonitorState.objects.due(now).select_for_update(of=("self",), skip_locked=True)
    state = states.filter(pk=state_id).first()
    if state is None:
        return None
    state.next_at = now + min(FIRST_PAUSE * 2**state.failures, LONGEST_PAUSE)
    state.failures = min(state.failures + 1, _MOST_COUNTED)
    state.save(update_fields=["failures", "next_at"])
    return state


def _kept(looking: Looking, found: Look) -> MonitorRun:
    return MonitorRun.objects.create(
        decision_type=looking.kind,
        monitor=looking.spec.id,
        watches=looking.spec.watches.value,
        spec=looking.spec.digest,
        ran_at=looking.now,
        window_start=looking.start,
        statistic=found.statistic,
        limit=found.limit,
        lower_limit=found.lower,
        n=found.n,
        least=found.least,
        where=found.where,
        finding=found.finding.value,
    )


def _follow(looking: Looking, found: Look, run: MonitorRun, actor: Actor) -> None:
    """What the finding does to state, alarm and level. Too few data changes nothing: whatever was
    the case stays so, until it counts no more as fresh."""
    kind, spec, state, now = looking.kind, looking.spec, looking.state, looking.now
    if found.finding is Finding.TOO_FEW:
        state.fresh_until = None
        return
    state.fresh_until = now + spec.fresh_for
    if found.finding is Finding.QUIET:
        state.is_outside = False
        end_alarm(decision_type=kind, monitor=spec.id, actor=actor, now=now)
    elif not state.is_outside:
        state.is_outside = True
        raise_alarm(decision_type=kind, spec=spec, run=run, actor=actor, now=now)
