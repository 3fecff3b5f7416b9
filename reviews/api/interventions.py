"""Intervening in what has passed."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.idempotency import idempotent
from governance.api.permissions import has_perm
from governance.api.views import ApiView
from reviews.api.serializers import CaseOut
from reviews.services.interventions import open_intervention


class Intervene(ApiView):
    """POST decisions/{id}/intervene: 201 the case, held | 403 no right | 404 | 409 the window is
    over, another case waits, it is settled, or too many claims."""

    permission_classes = [has_perm("reviews.rule_on_case")]

    @extend_schema(
        operation_id="intervene_in_decision",
        summary="Intervene in a decision that has passed",
        request=None,
        responses={201: CaseOut},
    )
    @idempotent
    def post(self, request: Request, decision_id: UUID) -> Response:
        """Open a case about it while the policy's window lasts, and hold it: the verdict follows
        as on any other case, `override` before it is carried out and `reverse` afterwards."""
        case = open_intervention(decision_id=decision_id, reviewer=self.person, now=timezone.now())
        return Response(CaseOut(case, context={"request": request}).data, status=201)
