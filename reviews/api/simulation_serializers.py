"""The shapes of simulations in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.fields import InstantField, StrictSerializer, TextField
from governance.api.report_serializers import ProgressOut
from reviews.models import Simulation
from reviews.services.simulating import MOST_GROUPS


class SimulationIn(StrictSerializer):
    """What is tried: a text, or a published version; the newest one unless one is named."""

    text = TextField(
        required=False, allow_blank=True, default="", max_length=256_000, trim_whitespace=False
    )
    version = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=2**31 - 1
    )
    period_start = InstantField(help_text="inclusive")
    period_end = InstantField(help_text="exclusive; not in the future")
    groups = serializers.ListField(
        child=TextField(max_length=64),
        required=False,
        allow_null=True,
        default=None,
        max_length=MOST_GROUPS,
        help_text="facts that mark a group of people, whose rates are compared; left out: those "
        "that the registry marks as protected",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["text"] and attrs["version"] is not None:
            raise serializers.ValidationError({"version": ["A text or a version, not both."]})
        return attrs


class SimulationOut(serializers.Serializer[Any]):
    """One simulation."""

    id = serializers.UUIDField()
    policy = serializers.SlugField(source="policy.slug")
    sha256 = serializers.CharField(help_text="of the text that is tried")
    period_start = serializers.DateTimeField()
    period_end = serializers.DateTimeField()
    groups = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=Simulation.State.choices)
    progress = serializers.SerializerMethodField()
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    failure = serializers.CharField(help_text="why there is no result; empty unless failed")
    decisions = serializers.IntegerField(help_text="looked at; 0 until it is done")
    changed = serializers.IntegerField(help_text="whose route or queue would change")
    differences = serializers.IntegerField(
        help_text="stored results that do not follow from their stored inputs; an alarm unless 0"
    )

    @extend_schema_field(ProgressOut(allow_null=True))
    def get_progress(self, run: Simulation) -> dict[str, Any] | None:
        if run.state != Simulation.State.RUNNING:
            return None
        return ProgressOut(run.progress).data
