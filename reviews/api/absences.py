"""Absences: one's own, or everybody's for who manages them."""

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
from governance.api.permissions import a_person
from governance.api.views import ApiView, valid
from governance.errors import NotPermitted
from governance.models import User
from reviews.api import examples
from reviews.api.people import account_of, of_person
from reviews.selectors.around import absences_for
from reviews.services.absences import (
    MANAGES_ABSENCES,
    OTHERS_ARE_MANAGED,
    end_absence,
    record_absence,
)


class AbsenceIn(StrictSerializer):
    """Left out: `person` is oneself, `valid_from` is now, `valid_until` is not known."""

    person = TextField(max_length=150, required=False, allow_null=True, default=None)
    valid_from = InstantField(required=False, allow_null=True, default=None)
    valid_until = InstantField(required=False, allow_null=True, default=None)


class AbsenceOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person = serializers.CharField(source="person.username")
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class Absences(ApiView):
    """GET absences: 200 a page. POST: 201 | 403 another's | 409 overlaps | 422."""

    permission_classes = [a_person()]

    @extend_schema(
        operation_id="list_absences",
        summary="List absences",
        parameters=[
            OpenApiParameter("person", str, description="user name"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: AbsenceOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """One's own, or everybody's for those who may view or manage them; newest first."""
        return page_of(of_person(absences_for(self.person), request, "person"), AbsenceOut, self)

    @extend_schema(
        operation_id="record_absence",
        summary="Record an absence",
        request=AbsenceIn,
        responses={201: AbsenceOut},
        examples=[examples.ABSENCE],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """From when it begins the person rules on nothing, and what they hold is given back."""
        values = valid(AbsenceIn, request)
        absence = record_absence(
            person=self._away(values.pop("person")),
            **values,
            by=self.person,
            now=timezone.now(),
        )
        return Response(AbsenceOut(absence).data, status=201)

    def _away(self, username: str | None) -> User:
        """Whose absence it is. Who manages nobody's is not told either who has an account."""
        if username is None or username == self.person.username:
            return self.person
        if not self.person.has_perm(MANAGES_ABSENCES):
            raise NotPermitted(OTHERS_ARE_MANAGED)
        return account_of(username, "/person")


class EndAbsence(ApiView):
    """POST absences/{id}/end: 200 | 404 another's | 409 over already."""

    permission_classes = [a_person()]

    @extend_schema(
        operation_id="end_absence",
        summary="End an absence",
        request=None,
        responses={200: AbsenceOut},
    )
    @idempotent
    def post(self, request: Request, absence_id: UUID) -> Response:
        """The person is back, or does not go away after all."""
        absence = end_absence(absence_id=absence_id, by=self.person, now=timezone.now())
        return Response(AbsenceOut(absence).data)
