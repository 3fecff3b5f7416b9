"""Delegations: lending one's own decision rights, and taking them back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.fields import AmountField, InstantField, StrictSerializer, TextField
from governance.api.idempotency import idempotent
from governance.api.pagination import page_of
from governance.api.permissions import a_person, has_perm
from governance.api.views import ApiView, valid
from reviews.api import examples
from reviews.api.people import account_of, of_person, state_of
from reviews.selectors.around import delegations_for, live_or_over
from reviews.services.delegating import Scope, delegate, revoke_delegation

_STATES = ["live", "over"]


class DelegationIn(StrictSerializer):
    """Left out: `system`, `decision_type` and `max_impact` narrow nothing, `valid_from` is now;
    `parent` is the delegation under which one holds what is lent on."""

    delegate = TextField(max_length=150, help_text="user name")
    system = TextField(max_length=50, required=False, allow_blank=True, default="")
    decision_type = TextField(max_length=50, required=False, allow_blank=True, default="")
    max_impact = AmountField(required=False, allow_null=True, default=None)
    parent = serializers.UUIDField(  # type: ignore[assignment]
        required=False, allow_null=True, default=None
    )
    valid_from = InstantField(required=False, allow_null=True, default=None)
    valid_until = InstantField(help_text="at most 90 days after it begins")
    reason = TextField(max_length=200, help_text="without personal data")


class DelegationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    delegator = serializers.CharField(source="delegator.username")
    delegate = serializers.CharField(source="delegate.username")
    parent = serializers.UUIDField(  # type: ignore[assignment]
        source="parent_id", allow_null=True
    )
    system = serializers.CharField()
    decision_type = serializers.CharField()
    max_impact = AmountField(allow_null=True)
    reason = serializers.CharField()
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)


class Delegations(ApiView):
    """GET delegations: 200 a page. POST: 201 | 403 | 409 nothing to lend, lent already | 422."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        lends = self.request.method == "POST"
        return [(has_perm("governance.delegate_right") if lends else a_person())()]

    @extend_schema(
        operation_id="list_delegations",
        summary="List delegations",
        parameters=[
            OpenApiParameter("person", str, description="user name of either side"),
            OpenApiParameter("state", str, enum=_STATES),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: DelegationOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Given and held ones of the person, or all for those who may view them; newest first."""
        rows = of_person(delegations_for(self.person), request, "delegator", "delegate")
        rows = live_or_over(rows, state_of(request, _STATES), timezone.now())
        return page_of(rows, DelegationOut, self)

    @extend_schema(
        operation_id="delegate",
        summary="Lend one's rights",
        request=DelegationIn,
        responses={201: DelegationOut},
        examples=[examples.DELEGATION],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Never more than the person has at each moment; both names stay on every ruling."""
        values = valid(DelegationIn, request)
        delegation = delegate(
            delegator=self.person,
            delegate=account_of(values["delegate"], "/delegate"),
            scope=Scope(values["system"], values["decision_type"], values["max_impact"]),
            parent_id=values["parent"],
            valid_from=values["valid_from"],
            valid_until=values["valid_until"],
            reason=values["reason"],
            now=timezone.now(),
        )
        return Response(DelegationOut(delegation).data, status=201)


class RevokeDelegation(ApiView):
    """POST delegations/{id}/revoke: 200 | 403 only held | 404 no part in it | 409 over already."""

    permission_classes = [a_person()]

    @extend_schema(
        operation_id="revoke_delegation",
        summary="Take lent rights back",
        request=None,
        responses={200: DelegationOut},
    )
    @idempotent
    def post(self, request: Request, delegation_id: UUID) -> Response:
        """What was lent on under it ends too."""
        delegation = revoke_delegation(
            delegation_id=delegation_id, by=self.person, now=timezone.now()
        )
        return Response(DelegationOut(delegation).data)
