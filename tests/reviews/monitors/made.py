"""A world whose policy asks for monitors, and what they need to look at."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from governance.models import Actor
from governance.policies import Effect, Level
from governance.policies.monitors import DAY, MonitorSpec, Watches
from models_registry.models import DecisionType
from reviews.models import DecisionTally, MonitorAlarm, MonitorRun, MonitorState
from reviews.monitors.drift import FINE
from reviews.services.monitor_alarms import raise_alarm
from reviews.services.monitoring import run_monitor, set_up_monitors
from reviews.services.tallying import HOUR, hour_of, settled_until
from tests.factories import NOON, World, build_world, policy_text

SWEEP = Actor.system("watch_monitors")
WINDOW, REFERENCE = timedelta(days=1), timedelta(days=7)
CONFIDENCE = """
  - {id: confidence, watches: confidence_ks, window: P1D, reference: P7D, every: PT1H,
     raise_to: all_human}
"""
SILENCE = "  - {id: heartbeat, watches: silence, silence: PT1H, every: PT1M}\n"


def watched(monitors: str, *, mode: str = "hotl") -> World:
    """No effect on persons, so that on the loop everything would pass."""
    text = policy_text(mode=mode, rules=" []") + f"monitors:\n{monitors}"
    return build_world(effect=Effect.NONE, text=text)


def usual_confidence(number: int) -> float:
    """0.70 to 0.99, each as often."""
    return 0.70 + (number % 30) / 100


def with_reference(kind: DecisionType, now: datetime, *, weeks: bool = False) -> None:
    """Hours that were counted: four decisions in each, of the usual confidences."""
    span = timedelta(weeks=5) if weeks else WINDOW + REFERENCE
    start, end = hour_of(now - span), settled_until(now) if weeks else hour_of(now - WINDOW)
    rows, number = [], 0
    while start < end:
        steps: dict[str, int] = {}
        for _ in range(4):
            step = str(int(usual_confidence(number) * FINE))
            steps[step] = steps.get(step, 0) + 1
            number += 7
        rows.append(
            DecisionTally(
                decision_type=kind, hour=start, total=4, last_at=start,
                outcomes={"grant": 3, "refuse": 1}, confidences=steps,
            )
        )  # fmt: skip
        start += HOUR
    DecisionTally.objects.bulk_create(rows)


def looked(now: datetime, *, monitor: str | None = None) -> list[MonitorRun]:
    """What the monitors that are due find."""
    set_up_monitors(now=now)
    states = MonitorState.objects.due(now).order_by("pk")
    if monitor is not None:
        states = states.filter(monitor=monitor)
    runs = [run_monitor(state_id=state.pk, actor=SWEEP, now=now) for state in states]
    return [run for run in runs if run is not None]


def in_alarm(kind: DecisionType) -> MonitorAlarm:
    """A look that gave an alarm, which raised the level."""
    spec = MonitorSpec(
        id="heartbeat", watches=Watches.SILENCE, window=DAY, reference=DAY, every=DAY,
        false_alarm_rate=0.01, silence=DAY, raise_to=Level.SAMPLED,
    )  # fmt: skip
    run = MonitorRun.objects.create(
        decision_type=kind, monitor=spec.id, watches=spec.watches, spec=spec.digest, ran_at=NOON,
        window_start=NOON - DAY, statistic=90_000, limit=86_400, n=7, least=1, finding="alarm",
    )  # fmt: skip
    with transaction.atomic():
        return raise_alarm(decision_type=kind, spec=spec, run=run, actor=SWEEP, now=NOON)
