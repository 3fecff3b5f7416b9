"""The shapes of reports in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.fields import InstantField, StrictSerializer, TextField
from governance.models import ReportKind, ReportRun


class ReportIn(StrictSerializer):
    """Which report, on what, for which time. The cut-off is the moment of the request."""

    kind = serializers.ChoiceField(choices=ReportKind.choices)
    system = serializers.SlugField(max_length=50, help_text="slug of the AI system")
    period_start = InstantField(help_text="inclusive")
    period_end = InstantField(help_text="exclusive; not in the future")


class ApproveIn(StrictSerializer):
    reason = TextField(max_length=500, help_text="for the second person, without personal data")


class ProgressOut(serializers.Serializer[Any]):
    """Steps done, steps in all, and the step under way."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()
    step = serializers.CharField()


class DocumentOut(serializers.Serializer[Any]):
    """What identifies the finished report; its ledger entry says the same."""

    json_sha256 = serializers.CharField()
    pdf_sha256 = serializers.CharField()


class ApprovalOut(serializers.Serializer[Any]):
    """The motion by which exactly this document was approved, and when."""

    motion = serializers.UUIDField(source="pk")
    approved_at = serializers.DateTimeField(source="closed_at")


class ReportOut(serializers.Serializer[Any]):
    """One report run."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    system = serializers.CharField(help_text="slug")
    period_start = serializers.DateTimeField()
    period_end = serializers.DateTimeField()
    cut_off = serializers.DateTimeField(help_text="records after it are left out")
    state = serializers.ChoiceField(choices=ReportRun.State.choices)
    progress = serializers.SerializerMethodField()
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    failure = serializers.CharField(help_text="why there is no document; empty unless failed")
    document = serializers.SerializerMethodField()
    approval = ApprovalOut(allow_null=True, help_text="null: not approved by two people")

    @extend_schema_field(ProgressOut(allow_null=True))
    def get_progress(self, run: ReportRun) -> dict[str, Any] | None:
        if run.state != ReportRun.State.RUNNING:
            return None
        return ProgressOut(run.progress).data

    @extend_schema_field(DocumentOut(allow_null=True))
    def get_document(self, run: ReportRun) -> dict[str, Any] | None:
        # Read with the run, see `readable_reports`: the files themselves stay where they are.
        if run.state != ReportRun.State.DONE:
            return None
        return DocumentOut(run).data
