"""Evidence bundles: asked for, watched, and fetched as one zip."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.bundle_serializers import BundleIn, BundleOut
from governance.api.idempotency import idempotent
from governance.api.pagination import page_of
from governance.api.permissions import has_perm
from governance.api.reports import WhateverIsAccepted
from governance.api.views import ApiView, valid
from governance.models import EvidenceBundle, User
from governance.services.bundle_access import (
    ISSUE_BUNDLES,
    file_for,
    may_see_bundles,
    visible_bundles,
)
from governance.services.bundles import Wanted, request_bundle

_ASKED = OpenApiExample(
    "A week of one AI system",
    value={
        "about": "system",
        "id": "019aaf3c-58e3-7b9a-8d3e-8a5d0f9e2c11",
        "period_start": "2026-11-01T00:00:00Z",
        "period_end": "2026-11-08T00:00:00Z",
    },
    request_only=True,
)
_WITH_HELD = OpenApiExample(
    "One decision, for an auditor who keeps a checkpoint",
    value={
        "about": "decision",
        "id": "019aaf3c-58e3-7b9a-8d3e-8a5d0f9e2c12",
        "held": "oversight.example/log\n1024\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "\u2014 oversight.example/log "
        "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n",
    },
    request_only=True,
)
_QUEUED = OpenApiExample(
    "Waiting for the seal of what was entered before it",
    value={
        "id": "019aaf3c-58e3-7b9a-8d3e-8a5d0f9e2c13",
        "about": "system",
        "about_id": "019aaf3c-58e3-7b9a-8d3e-8a5d0f9e2c11",
        "period_start": "2026-11-01T00:00:00Z",
        "period_end": "2026-11-08T00:00:00Z",
        "state": "queued",
        "progress": None,
        "requested_at": "2026-11-10T06:00:00Z",
        "finished_at": None,
        "failure": "",
        "entries": 0,
        "size_bytes": 0,
        "sha256": "",
        "withdrawn_at": None,
    },
    response_only=True,
)


class MaySeeBundles(BasePermission):
    """Those who issue evidence bundles, and those who see that they were issued."""

    message = "This needs a person who may issue or view evidence bundles."

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.user, User) and may_see_bundles(request.user)


class Bundles(ApiView):
    """POST: 202 queued | 403 | 404 not visible | 409 judge first, or the ledger is not the one that
    the auditor holds | 422 naming each fault. GET: 200 a page, newest first."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        needed = has_perm(ISSUE_BUNDLES) if self.request.method == "POST" else MaySeeBundles
        return [needed()]

    @extend_schema(
        operation_id="request_bundle",
        summary="Ask for an evidence bundle",
        request=BundleIn,
        responses={202: BundleOut},
        examples=[_ASKED, _WITH_HELD, _QUEUED],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Queue a bundle of all that was entered before. Poll the address in `Location` until it
        is done, then fetch `bundle.zip` below it."""
        asked = valid(BundleIn, request)
        start, end = asked["period_start"], asked["period_end"]
        bundle = request_bundle(
            wanted=Wanted(
                about=asked["about"],
                about_id=asked["id"],
                period=None if start is None else (start, end),
                held=asked["held"],
            ),
            requested_by=self.person,
            actor=self.actor,
            now=timezone.now(),
        )
        place = reverse("api-bundle", args=[bundle.pk])
        return Response(BundleOut(bundle).data, status=202, headers={"Location": place})

    @extend_schema(
        operation_id="list_bundles",
        summary="List evidence bundles",
        parameters=[
            OpenApiParameter("about", str, enum=EvidenceBundle.About.values),
            OpenApiParameter("state", str, enum=EvidenceBundle.State.values),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: BundleOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Those that you asked for; for those who may view them, all."""
        bundles = visible_bundles(self.person)
        for field in ("about", "state"):
            if field in request.query_params:
                bundles = bundles.filter(**{field: request.query_params[field]})
        return page_of(bundles, BundleOut, self)


class Bundle(ApiView):
    """GET: 200 | 404 unknown or not yours."""

    permission_classes = [MaySeeBundles]

    @extend_schema(
        operation_id="read_bundle",
        summary="See how far an evidence bundle is",
        responses={200: BundleOut},
    )
    def get(self, request: Request, bundle_id: UUID) -> Response:
        """Its state, its progress while it is made, and its SHA-256 when it is done."""
        return Response(BundleOut(visible_bundles(self.person).get(pk=bundle_id)).data)


class BundleZip(ApiView):
    """GET: 200 the zip, streamed | 403 made for another | 404 unknown, or not done | 409 judge
    first | 410 content in it was erased since."""

    permission_classes = [has_perm(ISSUE_BUNDLES)]
    content_negotiation_class = WhateverIsAccepted

    @extend_schema(
        operation_id="read_bundle_zip",
        summary="Fetch an evidence bundle",
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, bundle_id: UUID) -> FileResponse:
        """The file, for the person it was made for. `verify.py` in it checks it offline."""
        bundle = visible_bundles(self.person).get(pk=bundle_id)
        file = file_for(bundle, person=self.person, now=timezone.now())
        return FileResponse(
            file,
            as_attachment=True,
            filename=f"evidence-{bundle.about}-{bundle.about_id}.zip",
            content_type="application/zip",
        )
