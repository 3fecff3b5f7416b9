"""Decision rights: the matrix at an instant, its export, and changes that two people make."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.fields import ObjectField, StrictSerializer, TextField
from governance.api.idempotency import idempotent
from governance.api.motion_serializers import MotionOut
from governance.api.motions import accepted
from governance.api.pagination import KeysetPagination
from governance.api.permissions import has_perm
from governance.api.reports import WhateverIsAccepted
from governance.api.views import ApiView, valid
from governance.policies.expression.values import parse_instant
from governance.services.motions import LONGEST_REASON, move
from models_registry.motions import decision_rights
from models_registry.selectors.rights_export import as_csv, as_json, lines_of
from models_registry.selectors.rights_matrix import rights_at

VIEW = "governance.view_decisionright"

_FILTERS = [
    OpenApiParameter("at", OpenApiTypes.DATETIME, description="as of this instant; else now"),
    OpenApiParameter("system", str, description="slug: the rights that apply to it"),
    OpenApiParameter("role", str, description="slug"),
]
_CHANGES = OpenApiExample(
    "One right in place of another",
    value={
        "changes": [
            {"end": {"id": "019aaf3c-58e3-7b9a-8d3e-8a5d0f9e2c11", "at": None}},
            {
                "grant": {
                    "role": "senior-reviewer",
                    "system": "lending",
                    "decision_type": "lending-approval",
                    "max_impact": "10000",
                    "verdicts": ["uphold", "override"],
                    "outcomes": ["refuse"],
                    "valid_from": None,
                    "valid_until": "2027-01-31T00:00:00Z",
                }
            },
        ],
        "reason": "Loans above 10,000 EUR go to the credit board.",
    },
    request_only=True,
)


class DecisionRightOut(serializers.Serializer[Any]):
    """What one role may rule. People appear by their pseudonyms."""

    role = serializers.CharField()
    system = serializers.CharField(help_text="slug; empty: every system")
    decision_type = serializers.CharField(help_text="slug; empty: every type")
    max_impact = serializers.CharField(allow_null=True, help_text="inclusive; null: no ceiling")
    unit = serializers.CharField(help_text="of the ceiling; empty where types differ")
    verdicts = serializers.ListField(child=serializers.CharField())
    outcomes = serializers.ListField(child=serializers.CharField(), help_text="none: all")
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)
    id = serializers.UUIDField()
    granted_by_motion = serializers.UUIDField(allow_null=True, help_text="null: set up")
    moved_by = serializers.UUIDField(allow_null=True)
    approved_by = serializers.ListField(child=serializers.UUIDField())
    ended_by_motion = serializers.UUIDField(allow_null=True)
    end_moved_by = serializers.UUIDField(allow_null=True)
    end_approved_by = serializers.ListField(child=serializers.UUIDField())


class MatrixOut(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField()
    rights = DecisionRightOut(many=True)


class ChangesIn(StrictSerializer):
    """Each change is `{"grant": {...}}` or `{"end": {"id", "at"}}`; all are made, or none."""

    changes = serializers.ListField(
        child=ObjectField(most=1), min_length=1, max_length=decision_rights.MOST_CHANGES
    )
    reason = TextField(max_length=LONGEST_REASON, help_text="without personal data")


class DecisionRights(ApiView):
    """GET decision-rights: 200 a page of the rights in force, newest first | 400."""

    permission_classes = [has_perm(VIEW)]

    @extend_schema(
        operation_id="list_decision_rights",
        summary="List decision rights",
        parameters=[
            *_FILTERS,
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: DecisionRightOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Which role may rule on what, to what impact, how, and who approved it."""
        at, filters = _asked(request)
        pages = KeysetPagination()
        page = pages.paginate_queryset(rights_at(at, **filters), request, view=self) or []
        return pages.get_paginated_response(DecisionRightOut(lines_of(page), many=True).data)


class _Export(ApiView):
    permission_classes = [has_perm(VIEW)]
    content_negotiation_class = WhateverIsAccepted

    def exported(self, request: Request) -> tuple[datetime, list[dict[str, Any]]]:
        at, filters = _asked(request)
        return at, lines_of(list(rights_at(at, **filters)))


class DecisionRightsCsv(_Export):
    """GET decision-rights/export.csv: 200 | 400."""

    @extend_schema(
        operation_id="export_decision_rights_csv",
        summary="Export the matrix as CSV",
        parameters=_FILTERS,
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse:
        """One row per right in force, by role, system, type and beginning. Cells that a spreadsheet
        would take for a formula begin with an apostrophe."""
        at, lines = self.exported(request)
        return _attached(HttpResponse(as_csv(lines), "text/csv; charset=utf-8"), at, "csv")


class DecisionRightsJson(_Export):
    """GET decision-rights/export.json: 200 | 400."""

    @extend_schema(
        operation_id="export_decision_rights_json",
        summary="Export the matrix as JSON",
        parameters=_FILTERS,
        responses={200: MatrixOut},
    )
    def get(self, request: Request) -> HttpResponse:
        """The same rows in the same order, whole."""
        at, lines = self.exported(request)
        return _attached(JsonResponse(as_json(lines, at)), at, "json")


class ChangeDecisionRights(ApiView):
    """POST decision-rights/changes: 202 | 403 own advantage | 409 moved already | 422."""

    permission_classes = [has_perm(decision_rights.PERMISSION)]

    @extend_schema(
        operation_id="change_decision_rights",
        summary="Move to change decision rights",
        request=ChangesIn,
        responses={202: MotionOut},
        examples=[_CHANGES],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Grant and end rights: all at once, when a second person approves. Whoever holds a role
        that would be given more neither moves nor votes."""
        values = valid(ChangesIn, request)
        motion = move(
            act=decision_rights.NAME,
            content=decision_rights.content_of(values["changes"]),
            reason=values["reason"],
            mover=self.person,
            now=timezone.now(),
        )
        return accepted(motion)


def _asked(request: Request) -> tuple[datetime, dict[str, str]]:
    """The instant and the filters. Raises ValidationError for what is no instant."""
    at, given = timezone.now(), request.query_params.get("at", "")
    if given:
        read = parse_instant(given)
        if read is None:
            sentence = "Must be an instant with its offset, such as 2026-01-31T08:00:00Z."
            raise serializers.ValidationError({"at": [sentence]})
        at = read
    return at, {name: request.query_params.get(name, "") for name in ("system", "role")}


def _attached(response: HttpResponse, at: datetime, form: str) -> HttpResponse:
    name = f"decision-rights-{at:%Y%m%dT%H%M%SZ}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
