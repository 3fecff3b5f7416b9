"""Monitors, their looks and their alarms, as programs and people read them in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from governance.models import ApiClient, User
from reviews.models import MonitorAlarm, MonitorRun, MonitorState


def monitor_states(reader: User | ApiClient) -> QuerySet[MonitorState]:
    """Every monitor that a policy in force asks for; a program sees those of its systems. `run_id`:
    of its newest look with these settings; `alarm_id`: of its open alarm."""
    own = {"decision_type": OuterRef("decision_type"), "monitor": OuterRef("monitor")}
    runs = MonitorRun.objects.filter(**own, spec=OuterRef("spec")).order_by("-id")
    alarms = MonitorAlarm.objects.open().filter(**own)
    states: QuerySet[Any] = MonitorState.objects.select_related("decision_type__system").annotate(
        run_id=Subquery(runs.values("pk")[:1]), alarm_id=Subquery(alarms.values("pk")[:1])
    )
    return _of_reader(states, reader)


def monitor_runs(
    reader: User | ApiClient, decision_type: str, monitor: str
) -> QuerySet[MonitorRun]:
    """The looks of one monitor, also of one that no policy asks for any more."""
    runs = MonitorRun.objects.filter(decision_type__slug=decision_type, monitor=monitor)
    return _of_reader(runs.select_related("decision_type"), reader)


def monitor_alarms(reader: User | ApiClient) -> QuerySet[MonitorAlarm]:
    alarms = MonitorAlarm.objects.select_related("decision_type__system", "run", "closed_by")
    return _of_reader(alarms, reader)


def _of_reader(rows: QuerySet[Any], reader: User | ApiClient) -> QuerySet[Any]:
    if isinstance(reader, User):
        return rows
    return rows.filter(decision_type__system__slug__in=reader.systems)
