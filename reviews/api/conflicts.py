"""Standing conflicts of interest."""

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
from governance.models import Conflict
from reviews.api import examples
from reviews.api.people import account_of, of_person, state_of
from reviews.selectors.around import in_force_or_past
from reviews.services.conflicts import end_conflict, record_conflict

_STATES = ["in_force", "past"]


class ConflictIn(StrictSerializer):
    """With a data subject, by `pseudonym` or by the caller's own `reference`, or with an
    `organisation`: exactly one of the three. The reference is looked up and kept nowhere."""

    person = TextField(max_length=150, help_text="user name")
    pseudonym = serializers.UUIDField(required=False, allow_null=True, default=None)
    reference = TextField(max_length=200, required=False, allow_blank=True, default="")
    organisation = TextField(max_length=200, required=False, allow_blank=True, default="")
    reason = TextField(max_length=200, help_text="without personal data")
    valid_until = InstantField(required=False, allow_null=True, default=None)


class ConflictOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person = serializers.CharField(source="person.username")
    pseudonym = serializers.UUIDField(source="subject_id", allow_null=True)
    organisation = serializers.CharField()
    reason = serializers.CharField()
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)


class Conflicts(ApiView):
    """GET conflicts: 200 a page | 403. POST: 201 | 403 | 409 in force already | 422."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        may = "manage_conflict" if self.request.method == "POST" else "view_conflict"
        return [has_perm(f"governance.{may}")()]

    @extend_schema(
        operation_id="list_conflicts",
        summary="List standing conflicts",
        parameters=[
            OpenApiParameter("person", str, description="user name"),
            OpenApiParameter("state", str, enum=_STATES),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: ConflictOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """In force and past ones, newest first. Data subjects appear by their pseudonym alone."""
        rows = of_person(Conflict.objects.select_related("person"), request, "person")
        rows = in_force_or_past(rows, state_of(request, _STATES), timezone.now())
        return page_of(rows, ConflictOut, self)

    @extend_schema(
        operation_id="record_conflict",
        summary="Record a standing conflict",
        request=ConflictIn,
        responses={201: ConflictOut},
        examples=[examples.CONFLICT],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """From now on the person rules on nothing of it; what they hold of it is given back."""
        values = valid(ConflictIn, request)
        person = account_of(values.pop("person"), "/person")
        conflict = record_conflict(**values, person=person, actor=self.actor, now=timezone.now())
        return Response(ConflictOut(conflict).data, status=201)


class EndConflict(ApiView):
    """POST conflicts/{id}/end: 200 | 403 | 404 | 409 ended already."""

    permission_classes = [has_perm("governance.manage_conflict")]

    @extend_schema(
        operation_id="end_conflict",
        summary="End a standing conflict",
        request=None,
        responses={200: ConflictOut},
    )
    @idempotent
    def post(self, request: Request, conflict_id: UUID) -> Response:
        """The conflict is over from now on."""
        conflict = end_conflict(conflict_id=conflict_id, actor=self.actor, now=timezone.now())
        return Response(ConflictOut(conflict).data)
