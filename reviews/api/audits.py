"""Audit rates of what passes, by segment."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.pagination import KeysetPagination
from governance.api.permissions import has_perm
from governance.api.views import ApiView
from reviews.models import AuditRate
from reviews.selectors.on_the_loop import audit_rates_of


class AuditRateOut(serializers.ModelSerializer[AuditRate]):
    """One segment: its rate, why it is that, and the figures of the policy's window."""

    decision_type = serializers.CharField(source="decision_type.slug")
    policy_version = serializers.UUIDField(source="policy_version_id")
    segment = serializers.JSONField(help_text="the facts' names to their values")
    rate = serializers.FloatField(help_text="share of the passes drawn for audit, 0 to 1")
    why = serializers.CharField(source="reason", help_text=", ".join(AuditRate.Reason.values))
    passes = serializers.SerializerMethodField(help_text="within the window")
    drawn = serializers.SerializerMethodField(help_text="of these, for audit")
    audited = serializers.SerializerMethodField(help_text="audits ruled on within the window")
    errors_found = serializers.SerializerMethodField(help_text="of these, with another outcome")
    upper_bound = serializers.SerializerMethodField(help_text="of the error, one-sided")

    class Meta:
        model = AuditRate
        fields = [
            "id",
            "decision_type",
            "policy_version",
            "segment",
            "rate",
            "why",
            "changed_at",
            "passes",
            "drawn",
            "audited",
            "errors_found",
            "upper_bound",
        ]

    def get_passes(self, row: AuditRate) -> int:
        return int(self._count(row, "passes", 0))

    def get_drawn(self, row: AuditRate) -> int:
        return int(self._count(row, "drawn", 0))

    def get_audited(self, row: AuditRate) -> int:
        return int(self._count(row, "audited", 0))

    def get_errors_found(self, row: AuditRate) -> int:
        return int(self._count(row, "errors", 0))

    def get_upper_bound(self, row: AuditRate) -> float:
        return float(self._count(row, "upper_bound", row.upper_bound))

    def _count(self, row: AuditRate, name: str, otherwise: Any) -> Any:
        return getattr(getattr(row, "count", None), name, otherwise)


class AuditRates(ApiView):
    """GET audit-rates: 200 a page of segments, newest first."""

    permission_classes = [has_perm("reviews.view_queue")]

    @extend_schema(
        operation_id="list_audit_rates",
        summary="List the audit rates of what passes",
        parameters=[
            OpenApiParameter("decision_type", str, description="slug"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: AuditRateOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Of every decision type for those who oversee; for reviewers of those whose systems they
        are qualified for."""
        rates = audit_rates_of(self.person, timezone.now())
        if "decision_type" in request.query_params:
            rates = rates.filter(decision_type__slug=request.query_params["decision_type"])
        pages = KeysetPagination()
        page = pages.paginate_queryset(rates, request, view=self) or []
        return pages.get_paginated_response(AuditRateOut(page, many=True).data)
