"""Alarms of monitors: one for each time a monitor leaves its limits, and what it raises."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, User
from governance.policies.monitors import MonitorSpec
from governance.services.outbox import announce
from models_registry.models import DecisionType
from models_registry.services.levels import LONGEST_REASON, raise_for_alarm
from reviews.errors import AlarmEnded
from reviews.models import MonitorAlarm, MonitorRun, MonitorState


def raise_alarm(
    *, decision_type: DecisionType, spec: MonitorSpec, run: MonitorRun, actor: Actor, now: datetime
) -> MonitorAlarm:
    """Raise the alarm that `run` gives, and with it the level, if the policy says so and it is
    lower (a step). The caller holds the monitor's state, which says that none was raised yet.

    One that is open still, of a monitor whose settings have changed since, stays the one.
    """
    still = MonitorAlarm.objects.open().filter(decision_type=decision_type, monitor=spec.id).first()
    if still is not None:
        return still
    alarm = MonitorAlarm(
        decision_type=decision_type,
        monitor=spec.id,
        watches=spec.watches.value,
        run=run,
        raised_at=now,
    )
    if spec.raise_to is not None:
        change = raise_for_alarm(
            decision_type=decision_type,
            to=spec.raise_to,
            reason=f"The monitor {spec.id} left its limit: {figures(run)}.",
            alarm=alarm.pk,
            actor=actor,
            now=now,
        )
        alarm.raised_to = "" if change is None else change.to_level
    record.keep(
        alarm,
        "reviews.monitoralarm.raised",
        actor=actor,
        at=now,
        body={
            "decision_type": decision_type.slug,
            "monitor": spec.id,
            "watches": spec.watches.value,
            "statistic": str(run.statistic),
            "limit": str(run.limit),
            "n": run.n,
            "raised_to": alarm.raised_to,
        },
    )
    _announce(alarm, "monitor.alarm", now)
    return alarm


def end_alarm(
    *, decision_type: DecisionType, monitor: str, actor: Actor, now: datetime
) -> MonitorAlarm | None:
    """The monitor is quiet again: end its open alarm, if there is one (a step). The level that it
    raised stays: only people lower one."""
    alarm = (
        MonitorAlarm.objects.open()
        .filter(decision_type=decision_type, monitor=monitor)
        .select_for_update(of=("self",), no_key=True)
        .select_related("decision_type__system")
        .first()
    )
    if alarm is None:
        return None
    alarm.ended_at = now
    record.keep(
        alarm, "reviews.monitoralarm.ended", actor=actor, at=now, fields=["ended_at"],
        body={"monitor": monitor},
    )  # fmt: skip
    _announce(alarm, "monitor.quiet", now)
    return alarm


@transaction.atomic
def close_alarm(*, alarm_id: UUID, reason: str, closed_by: User, now: datetime) -> MonitorAlarm:
    """A person has looked at it. No other is raised before the monitor was quiet in between; a
    sequential monitor begins its count anew.

    Raises MonitorAlarm.DoesNotExist, InputInvalid, AlarmEnded.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        fault = FieldError("/reason", f"Takes 1 to {LONGEST_REASON} characters.", "length")
        raise InputInvalid("The alarm cannot be closed", errors=[fault])
    known = MonitorAlarm.objects.get(pk=alarm_id)
    # A look holds the state first and the alarm after it: in the same order here.
    state = (
        MonitorState.objects.select_for_update()
        .filter(decision_type=known.decision_type_id, monitor=known.monitor)
        .first()
    )
    held = MonitorAlarm.objects.select_for_update(of=("self",), no_key=True)
    alarm = held.select_related("decision_type__system").get(pk=alarm_id)
    if alarm.ended_at is not None:
        raise AlarmEnded(f"It ended at {alarm.ended_at.isoformat()}", about=alarm.pk)
    if state is not None and state.memory:
        state.memory = {**state.memory, "evidence": 0.0, "in_alarm": False}
        state.save(update_fields=["memory"])
    alarm.ended_at, alarm.closed_by, alarm.close_reason = now, closed_by, reason
    record.keep(
        alarm,
        "reviews.monitoralarm.closed",
        actor=Actor.of(closed_by),
        at=now,
        fields=["ended_at", "closed_by", "close_reason"],
        body={"monitor": alarm.monitor},
    )
    _announce(alarm, "monitor.closed", now)
    return alarm


def figures(run: MonitorRun) -> str:
    """Statistic, limit and number of items of a look, in words."""
    at = f" at {run.where}" if run.where else ""
    return f"{run.statistic:.4g}{at}, limit {run.limit:.4g}, {run.n} items"


def _announce(alarm: MonitorAlarm, event: str, now: datetime) -> None:
    announce(
        event,
        subject_id=alarm.pk,
        system=alarm.decision_type.system.slug,
        body={
            "alarm": str(alarm.pk),
            "decision_type": alarm.decision_type.slug,
            "monitor": alarm.monitor,
            "raised_to": alarm.raised_to,
        },
        now=now,
    )
