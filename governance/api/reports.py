"""Reports: asked for, watched, and fetched in three forms."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.idempotency import idempotent
from governance.api.motion_serializers import MotionOut
from governance.api.motions import accepted
from governance.api.pagination import page_of
from governance.api.permissions import has_perm
from governance.api.report_serializers import ApproveIn, ReportIn, ReportOut
from governance.api.views import ApiView, valid
from governance.models import ReportDocument, User
from governance.motions import report_approvals
from governance.services.motions import move
from governance.services.report_access import ISSUE_REPORTS, may_read_reports, readable_reports
from governance.services.reports import request_report

_ASKED = OpenApiExample(
    "One week of one system",
    value={
        "kind": "human_oversight",
        "system": "loan-approval",
        "period_start": "2026-11-01T00:00:00Z",
        "period_end": "2026-11-08T00:00:00Z",
    },
    request_only=True,
)
_QUEUED = OpenApiExample(
    "Waiting for a worker",
    value={
        "id": "019aaf3c-58e3-7b9a-8d3e-8a5d0f9e2c11",
        "kind": "human_oversight",
        "system": "loan-approval",
        "period_start": "2026-11-01T00:00:00Z",
        "period_end": "2026-11-08T00:00:00Z",
        "cut_off": "2026-11-10T06:00:00Z",
        "state": "queued",
        "progress": None,
        "requested_at": "2026-11-10T06:00:00Z",
        "finished_at": None,
        "failure": "",
        "document": None,
        "approval": None,
    },
    response_only=True,
)


class MayReadReports(BasePermission):
    """Those who oversee all systems, and owners for their own."""

    message = "This needs a person who may read or issue reports."

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.user, User) and may_read_reports(request.user)


class Reports(ApiView):
    """POST: 202 queued | 403 | 422 naming each fault. GET: 200 a page, newest first."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        needed = has_perm(ISSUE_REPORTS) if self.request.method == "POST" else MayReadReports
        return [needed()]

    @extend_schema(
        operation_id="request_report",
        summary="Ask for a report",
        request=ReportIn,
        responses={202: ReportOut},
        examples=[_ASKED, _QUEUED],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Queue a report on what is known now. Poll the address in `Location` until it is done."""
        asked = valid(ReportIn, request)
        run = request_report(
            kind=asked["kind"],
            system_slug=asked["system"],
            period_start=asked["period_start"],
            period_end=asked["period_end"],
            requested_by=self.person,
            actor=self.actor,
            now=timezone.now(),
        )
        place = reverse("api-report", args=[run.pk])
        return Response(ReportOut(run).data, status=202, headers={"Location": place})

    @extend_schema(
        operation_id="list_reports",
        summary="List reports",
        parameters=[
            OpenApiParameter("system", str, description="slug"),
            OpenApiParameter("state", str, enum=["queued", "running", "done", "failed"]),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: ReportOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """The reports that you may read."""
        runs = readable_reports(self.person)
        for field in ("system", "state"):
            if field in request.query_params:
                runs = runs.filter(**{field: request.query_params[field]})
        return page_of(runs, ReportOut, self)


class Report(ApiView):
    """GET: 200 | 404 unknown or not yours."""

    permission_classes = [MayReadReports]

    @extend_schema(
        operation_id="read_report",
        summary="See how far a report is",
        responses={200: ReportOut},
    )
    def get(self, request: Request, report_id: UUID) -> Response:
        """Its state, its progress while it runs, and its hashes when it is done."""
        return Response(ReportOut(readable_reports(self.person).get(pk=report_id)).data)


class ApproveReport(ApiView):
    """POST: 202 moved | 403 | 404 | 409 not finished, approved, or moved before."""

    permission_classes = [has_perm(ISSUE_REPORTS)]

    @extend_schema(
        operation_id="approve_report",
        summary="Move to approve a report",
        request=ApproveIn,
        responses={202: MotionOut},
    )
    @idempotent
    def post(self, request: Request, report_id: UUID) -> Response:
        """Exactly this document is approved when somebody approves it who did not ask for it."""
        run = readable_reports(self.person).get(pk=report_id)
        motion = move(
            act=report_approvals.NAME,
            content=report_approvals.content_of(run),
            reason=valid(ApproveIn, request)["reason"],
            mover=self.person,
            now=timezone.now(),
        )
        return accepted(motion)


class WhateverIsAccepted(BaseContentNegotiation):
    """A file is what its address says; only faults are JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class _ReportFile(ApiView):
    permission_classes = [MayReadReports]
    content_negotiation_class = WhateverIsAccepted
    form: ClassVar[str]
    content_type: ClassVar[str]

    def file(self, report_id: UUID) -> HttpResponse:
        """200 the file, as an attachment | 404 unknown, not yours or not finished."""
        run = readable_reports(self.person).get(pk=report_id)
        document = ReportDocument.objects.filter(run=run).first()
        if document is None:
            raise NotFound(f"There is no document: the report is {run.state}.")
        response = HttpResponse(bytes(getattr(document, self.form)), self.content_type)
        name = f"{run.kind}-{run.system}-{run.cut_off:%Y%m%dT%H%M%SZ}.{self.form}"
        # Never shown under our own address: the file's style sheet is inside it.
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class ReportPdf(_ReportFile):
    form, content_type = "pdf", "application/pdf"

    @extend_schema(
        operation_id="read_report_pdf",
        summary="Fetch a report as PDF/A-3",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, report_id: UUID) -> HttpResponse:
        """The report to print and keep, with its JSON attached."""
        return self.file(report_id)


class ReportHtml(_ReportFile):
    form, content_type = "html", "text/html; charset=utf-8"

    @extend_schema(
        operation_id="read_report_html",
        summary="Fetch a report as one HTML file",
        responses={(200, "text/html"): OpenApiTypes.STR},
    )
    def get(self, request: Request, report_id: UUID) -> HttpResponse:
        """The report as a file that needs nothing else."""
        return self.file(report_id)


class ReportJson(_ReportFile):
    form, content_type = "json", "application/json"

    @extend_schema(
        operation_id="read_report_json",
        summary="Fetch a report as JSON",
        responses={(200, "application/json"): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, report_id: UUID) -> HttpResponse:
        """The report itself; page and PDF are renderings of it."""
        return self.file(report_id)
