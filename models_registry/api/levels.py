"""Intervention levels: how closely people look at what a decision type passes."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.fields import StrictSerializer, TextField
from governance.api.idempotency import idempotent
from governance.api.motion_serializers import MotionOut
from governance.api.motions import accepted
from governance.api.pagination import page_of
from governance.api.permissions import has_perm
from governance.api.views import ApiView, valid
from governance.policies.vocabulary import Level
from governance.services.motions import move
from models_registry.models import DecisionType
from models_registry.motions import levels
from models_registry.services.levels import LONGEST_REASON, REACHED, raise_level

_VIEW = "models_registry.view_decisiontype"


class LevelOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    decision_type = serializers.CharField(source="slug")
    system = serializers.CharField(source="system.slug")
    level = serializers.ChoiceField(choices=[level.value for level in Level])


class LevelChangeOut(serializers.Serializer[Any]):
    """`by`: pseudonym of a person or name of a task; `alarm`: of the monitor that raised it;
    `motion`: that two people approved."""

    id = serializers.UUIDField()
    from_level = serializers.CharField()
    to_level = serializers.CharField()
    reason = serializers.CharField()
    changed_at = serializers.DateTimeField()
    by = serializers.CharField(source="changed_by_label")
    alarm = serializers.UUIDField(allow_null=True)
    motion = serializers.UUIDField(source="motion_id", allow_null=True)


class StepIn(StrictSerializer):
    to = serializers.ChoiceField(choices=[level.value for level in REACHED])
    reason = TextField(max_length=LONGEST_REASON)


class Levels(ApiView):
    """GET levels: 200 a page."""

    permission_classes = [has_perm(_VIEW)]

    @extend_schema(operation_id="list_levels", summary="List levels", responses=LevelOut(many=True))
    def get(self, request: Request) -> Response:
        """The intervention level of each decision type, the newest type first."""
        return page_of(DecisionType.objects.select_related("system"), LevelOut, self)


class LevelChanges(ApiView):
    """GET levels/{decision type}/changes: 200 a page | 404."""

    permission_classes = [has_perm(_VIEW)]

    @extend_schema(
        operation_id="list_level_changes",
        summary="List changes of a level",
        responses=LevelChangeOut(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Newest first."""
        kind = get_object_or_404(DecisionType, slug=slug)
        return page_of(kind.level_changes.all(), LevelChangeOut, self)


class RaiseLevel(ApiView):
    """POST levels/{decision type}/raise: 200 | 400 | 403 | 404 | 409 not above it."""

    permission_classes = [has_perm("models_registry.raise_level")]

    @extend_schema(
        operation_id="step_up",
        summary="Raise a level",
        request=StepIn,
        responses={200: LevelChangeOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """It holds for the next decision."""
        values = valid(StepIn, request)
        change = raise_level(
            decision_type=get_object_or_404(DecisionType, slug=slug),
            to=Level(values["to"]),
            reason=values["reason"],
            raised_by=self.person,
            now=timezone.now(),
        )
        return Response(LevelChangeOut(change).data)


class LowerLevel(ApiView):
    """POST levels/{decision type}/lower: 202 moved | 400 | 403 | 404 | 409 not below it."""

    permission_classes = [has_perm(levels.PERMISSION)]

    @extend_schema(
        operation_id="step_down",
        summary="Move to lower a level",
        request=StepIn,
        responses={202: MotionOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """It is lowered when a second person approves it, unless it was raised meanwhile."""
        values = valid(StepIn, request)
        kind = get_object_or_404(DecisionType, slug=slug)
        motion = move(
            act=levels.NAME,
            content=levels.content_of(kind, Level(values["to"])),
            reason=values["reason"],
            mover=self.person,
            now=timezone.now(),
        )
        return accepted(motion)
