"""The shapes of evidence bundles in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.fields import InstantField, StrictSerializer, TextField
from governance.api.report_serializers import ProgressOut
from governance.models import EvidenceBundle
from governance.services.held_checkpoints import LONGEST_HELD


class BundleIn(StrictSerializer):
    """What evidence is asked for. All that was entered before the request is in it."""

    about = serializers.ChoiceField(choices=EvidenceBundle.About.choices)
    id = serializers.UUIDField(help_text="of the decision, case, AI system or report")
    period_start = InstantField(
        required=False, allow_null=True, default=None, help_text="of a system: inclusive"
    )
    period_end = InstantField(
        required=False, allow_null=True, default=None, help_text="of a system: exclusive"
    )
    held = TextField(
        required=False,
        allow_blank=True,
        default="",
        max_length=LONGEST_HELD,
        trim_whitespace=False,
        help_text="a checkpoint of the ledger that you kept, as it was published",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["period_start"] is None) != (attrs["period_end"] is None):
            raise serializers.ValidationError({"period_end": ["A period has two ends."]})
        return attrs


class BundleOut(serializers.Serializer[Any]):
    """One evidence bundle."""

    id = serializers.UUIDField()
    about = serializers.ChoiceField(choices=EvidenceBundle.About.choices)
    about_id = serializers.UUIDField()
    period_start = serializers.DateTimeField(allow_null=True)
    period_end = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(choices=EvidenceBundle.State.choices)
    progress = serializers.SerializerMethodField()
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    failure = serializers.CharField(help_text="why there is no bundle; empty unless failed")
    entries = serializers.IntegerField(help_text="of the ledger; 0 until it is done")
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="of the file; its ledger entry says the same")
    withdrawn_at = serializers.DateTimeField(
        allow_null=True, help_text="since when the file is gone: content in it was erased"
    )

    @extend_schema_field(ProgressOut(allow_null=True))
    def get_progress(self, bundle: EvidenceBundle) -> dict[str, Any] | None:
        if bundle.state != EvidenceBundle.State.RUNNING:
            return None
        return ProgressOut(bundle.progress).data
