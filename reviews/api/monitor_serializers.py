"""The shapes of monitors in the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.fields import StrictSerializer, TextField
from governance.policies.monitors import Watches
from models_registry.services.levels import LONGEST_REASON
from reviews.models import MonitorAlarm, MonitorRun, MonitorState


class MonitorRunOut(serializers.ModelSerializer[MonitorRun]):
    """One look: what was measured, against which limits, over how many items."""

    class Meta:
        model = MonitorRun
        fields = [
            "id",
            "ran_at",
            "window_start",
            "finding",
            "statistic",
            "limit",
            "lower_limit",
            "n",
            "least",
            "where",
        ]


class MonitorOut(serializers.Serializer[MonitorState]):
    """One monitor of a policy in force, and where it stands."""

    decision_type = serializers.SlugField(source="decision_type.slug")
    system = serializers.SlugField(source="decision_type.system.slug")
    monitor = serializers.CharField(help_text="its id in the policy")
    watches = serializers.ChoiceField(choices=[one.value for one in Watches])
    next_at = serializers.DateTimeField(help_text="from when it is to look again")
    fresh_until = serializers.DateTimeField(
        allow_null=True, help_text="until when its last look with enough data counts"
    )
    is_fresh = serializers.SerializerMethodField()
    failures = serializers.IntegerField(help_text="looks in a row that broke off")
    newest = serializers.SerializerMethodField(help_text="the newest look with these settings")
    alarm = serializers.UUIDField(source="alarm_id", allow_null=True, help_text="the open one")

    def get_is_fresh(self, state: MonitorState) -> bool:
        now: datetime = self.context["now"]
        return state.fresh_until is not None and state.fresh_until > now

    @extend_schema_field(MonitorRunOut(allow_null=True))
    def get_newest(self, state: MonitorState) -> dict[str, Any] | None:
        runs: Mapping[UUID, MonitorRun] = self.context["runs"]
        run = runs.get(state.run_id)  # type: ignore[attr-defined]  # annotated
        return None if run is None else dict(MonitorRunOut(run).data)


class MonitorAlarmOut(serializers.ModelSerializer[MonitorAlarm]):
    """A monitor outside of its limits, once for each time it left them."""

    decision_type = serializers.SlugField(source="decision_type.slug")
    run = MonitorRunOut(help_text="the look that gave it")
    raised_to = serializers.CharField(
        help_text="the level it raised the decision type to; empty: none"
    )
    closed_by = serializers.UUIDField(
        source="closed_by.pseudonym", default=None, help_text="pseudonym of who closed it"
    )

    class Meta:
        model = MonitorAlarm
        fields = [
            "id",
            "decision_type",
            "monitor",
            "watches",
            "run",
            "raised_to",
            "raised_at",
            "ended_at",
            "closed_by",
            "close_reason",
        ]


class CloseAlarmIn(StrictSerializer):
    reason = TextField(max_length=LONGEST_REASON, help_text="what was found")


def context_of(states: list[Any], now: datetime) -> dict[str, Any]:
    """What showing these monitors takes; one query."""
    runs = MonitorRun.objects.in_bulk([state.run_id for state in states if state.run_id])
    return {"runs": runs, "now": now}
