"""Checking and using permits."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.idempotency import idempotent
from governance.api.permissions import has_scope
from governance.api.views import ApiView, valid
from governance.models import Scope
from reviews.api import examples
from reviews.api.serializers import ConsumedOut, IntrospectionOut, PermitIn
from reviews.services.executing import consume_permit, inspect_permit
from reviews.services.permits import public_keys


class ConsumePermit(ApiView):
    """POST permits/consume: 200 what may be carried out | 409 spent, void, expired, halted."""

    permission_classes = [has_scope(Scope.PERMITS)]

    @extend_schema(
        operation_id="consume_permit",
        summary="Use a permit",
        request=PermitIn,
        responses={200: ConsumedOut},
        examples=[examples.PERMIT],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Use a permit, once and for all: only who gets a 200 may act."""
        use = consume_permit(
            token=valid(PermitIn, request)["permit"], client=self.client, now=timezone.now()
        )
        return Response(ConsumedOut(use).data)


class IntrospectPermit(ApiView):
    """POST permits/introspect: 200 whether it could be used now, and if not, why."""

    permission_classes = [has_scope(Scope.PERMITS)]

    @extend_schema(
        operation_id="introspect_permit",
        summary="Look at a permit",
        request=PermitIn,
        responses={200: IntrospectionOut},
        examples=[examples.PERMIT],
    )
    def post(self, request: Request) -> Response:
        """Whether a permit could be used at this moment. Changes nothing."""
        refusal = inspect_permit(
            token=valid(PermitIn, request)["permit"], client=self.client, now=timezone.now()
        )
        body = {
            "active": refusal is None,
            "code": "" if refusal is None else refusal.code,
            "detail": "" if refusal is None else refusal.detail,
        }
        return Response(IntrospectionOut(body).data)


class PermitKeys(ApiView):
    """GET /.well-known/jwks.json: 200 the public keys. Open to everybody."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="permit_keys",
        summary="The keys that check permits",
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        """JSON Web Key Set (RFC 7517)."""
        return Response(public_keys(), headers={"Cache-Control": "public, max-age=300"})
