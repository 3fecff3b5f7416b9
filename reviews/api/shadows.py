"""Shadows: started, watched and ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.fields import InstantField, StrictSerializer, TextField
from governance.api.idempotency import idempotent
from governance.api.pagination import page_of
from governance.api.permissions import has_perm
from governance.api.views import ApiView, valid
from governance.models import Policy
from reviews.selectors.simulations import READ, SIMULATE, readable_shadows
from reviews.services.shadowing import end_shadow, start_shadow


class ShadowIn(StrictSerializer):
    """A draft that is to run beside the live version."""

    text = TextField(max_length=256_000, trim_whitespace=False)
    until = InstantField(help_text="exclusive; within 92 days")


class ShadowOut(serializers.Serializer[Any]):
    """One shadow, with what it has counted."""

    id = serializers.UUIDField()
    policy = serializers.SlugField(source="policy.slug")
    sha256 = serializers.CharField(help_text="of the text that runs beside")
    started_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    failure = serializers.CharField(help_text="why it broke off; empty unless it did")
    looked_until = serializers.DateTimeField(
        source="tally.looked_until", help_text="decisions received before it were looked at"
    )
    decisions = serializers.IntegerField(source="tally.decisions")
    changed = serializers.IntegerField(source="tally.changed")
    counts = serializers.DictField(
        source="tally.counts", help_text="routes, and drawn rows of the decisions that differ"
    )


class Shadows(ApiView):
    """POST policies/{slug}/shadows: 201 | 403 | 404 | 409 runs already | 422. GET: 200 a page."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        return [has_perm(SIMULATE if self.request.method == "POST" else READ)()]

    @extend_schema(
        operation_id="start_shadow",
        summary="Run a draft beside the live version",
        request=ShadowIn,
        responses={201: ShadowOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """It is evaluated on each new decision after the fact, and decides nothing."""
        policy = Policy.objects.get(slug=slug)
        asked = valid(ShadowIn, request)
        shadow = start_shadow(policy=policy, person=self.person, now=timezone.now(), **asked)
        return Response(ShadowOut(shadow).data, status=201)

    @extend_schema(
        operation_id="list_shadows",
        summary="List the shadows of a policy",
        parameters=[
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: ShadowOut(many=True)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Newest first."""
        shadows = readable_shadows(self.person).filter(policy=Policy.objects.get(slug=slug))
        return page_of(shadows, ShadowOut, self)


class OneShadow(ApiView):
    """GET shadows/{id}: 200 | 404."""

    permission_classes = [has_perm(READ)]

    @extend_schema(operation_id="read_shadow", summary="Read a shadow", responses={200: ShadowOut})
    def get(self, request: Request, shadow_id: UUID) -> Response:
        """What it has counted so far."""
        return Response(ShadowOut(readable_shadows(self.person).get(pk=shadow_id)).data)


class EndShadow(ApiView):
    """POST shadows/{id}/end: 200 | 403 | 404 | 409 ended already."""

    permission_classes = [has_perm(SIMULATE)]

    @extend_schema(
        operation_id="end_shadow",
        summary="End a shadow",
        request=None,
        responses={200: ShadowOut},
    )
    @idempotent
    def post(self, request: Request, shadow_id: UUID) -> Response:
        """What it counted stays."""
        shadow = end_shadow(shadow_id=shadow_id, person=self.person, now=timezone.now())
        return Response(ShadowOut(shadow).data)
