"""What the pages show of monitors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery

from models_registry.models import DecisionType
from reviews.models import MonitorAlarm, MonitorRun, MonitorState


@dataclass(frozen=True, slots=True)
class Standing:
    """One monitor now. `run`: its newest look with these settings, None before the first."""

    state: MonitorState
    run: MonitorRun | None
    alarm: MonitorAlarm | None
    is_fresh: bool

    @property
    def finding(self) -> str:
        return "none" if self.run is None else self.run.finding


def standings(now: datetime, decision_type: DecisionType | None = None) -> list[Standing]:
    """Every monitor that a policy in force asks for, system by system. Three queries."""
    newest = MonitorRun.objects.filter(
        decision_type=OuterRef("decision_type"), monitor=OuterRef("monitor")
    ).order_by("-id")
    states = MonitorState.objects.select_related("decision_type__system")
    if decision_type is not None:
        states = states.filter(decision_type=decision_type)
    found: list[Any] = list(
        states.annotate(newest=Subquery(newest.values("pk")[:1])).order_by(
            F("decision_type__system__name"), "decision_type__name", "monitor"
        )
    )
    runs = MonitorRun.objects.in_bulk([one.newest for one in found if one.newest])
    alarms = {(one.decision_type_id, one.monitor): one for one in MonitorAlarm.objects.open()}
    return [
        Standing(
            state=state,
            run=_of(state, runs.get(state.newest)),
            alarm=alarms.get((state.decision_type_id, state.monitor)),
            is_fresh=state.fresh_until is not None and state.fresh_until > now,
        )
        for state in found
    ]


def newest_runs(decision_type: DecisionType, monitor: str, most: int) -> list[MonitorRun]:
    """The newest looks, oldest first."""
    runs = MonitorRun.objects.filter(decision_type=decision_type, monitor=monitor)
    return list(runs.order_by("-id")[:most])[::-1]


def alarms_of(decision_type: DecisionType, monitor: str, most: int) -> list[MonitorAlarm]:
    """The newest alarms, newest first."""
    alarms = MonitorAlarm.objects.filter(decision_type=decision_type, monitor=monitor)
    return list(alarms.select_related("closed_by", "run").order_by("-id")[:most])


def open_alarms() -> list[MonitorAlarm]:
    """Those that nobody has closed and that have not ended, oldest first."""
    alarms = MonitorAlarm.objects.open().select_related("decision_type__system", "run")
    return list(alarms.order_by("id"))


def _of(state: MonitorState, run: MonitorRun | None) -> MonitorRun | None:
    return run if run is not None and run.spec == state.spec else None
