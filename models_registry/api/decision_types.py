"""Decision types and the mandates of people in command."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.idempotency import idempotent
from governance.api.motion_serializers import MotionOut
from governance.api.motions import accepted
from governance.api.pagination import page_of
from governance.api.permissions import has_perm
from governance.api.views import ApiView, valid
from governance.models import Policy
from governance.policies import Effect
from governance.services.motions import move
from models_registry.api.lookup import named
from models_registry.api.serializers import (
    DecisionTypeIn,
    DecisionTypeOut,
    MandateIn,
    MandateOut,
    ProtectedIn,
)
from models_registry.models import AISystem, DecisionType, Mandate
from models_registry.motions import mandates
from models_registry.services.decision_types import define_decision_type
from models_registry.services.mandates import revoke_mandate
from models_registry.services.protected_facts import mark_protected_facts


class DecisionTypes(ApiView):
    """GET decision-types: 200 a page. POST: 201 | 400 | 409 slug taken | 422."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        may = "manage_decisiontype" if self.request.method == "POST" else "view_decisiontype"
        return [has_perm(f"models_registry.{may}")()]

    @extend_schema(
        operation_id="list_decision_types",
        summary="List decision types",
        responses=DecisionTypeOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        types = DecisionType.objects.select_related("system", "policy")
        return page_of(types, DecisionTypeOut, self)

    @extend_schema(
        operation_id="define_decision_type",
        summary="Define a decision type",
        request=DecisionTypeIn,
        responses={201: DecisionTypeOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Outcomes, facts, effect on persons, and the policy that rules it."""
        values = valid(DecisionTypeIn, request)
        values["effect"] = Effect(values["effect"])
        values["system"] = named(AISystem.objects.all(), values["system"], "/system")
        values["policy"] = named(Policy.objects.all(), values["policy"], "/policy")
        defined = define_decision_type(**values, actor=self.actor, now=timezone.now())
        return Response(DecisionTypeOut(defined).data, status=201)


class ProtectedFacts(ApiView):
    """POST decision-types/{slug}/protected: 200 | 400 | 404 | 422 each fault."""

    permission_classes = [has_perm("models_registry.manage_decisiontype")]

    @extend_schema(
        operation_id="mark_protected_facts",
        summary="Mark the protected facts of a decision type",
        request=ProtectedIn,
        responses={200: DecisionTypeOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Which facts are protected attributes, or stand in for one. Simulations, the threshold
        advisor and monitors of disagreement compare their groups unless they are told others."""
        kind = DecisionType.objects.get(slug=slug)
        marks = valid(ProtectedIn, request)["protected"]
        marked = mark_protected_facts(
            decision_type=kind, marks=marks, actor=self.actor, now=timezone.now()
        )
        return Response(DecisionTypeOut(marked).data)


class Mandates(ApiView):
    """GET mandates: 200 a page. POST: 202 moved | 400 | 409 moved before | 422."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        may = "issue_mandate" if self.request.method == "POST" else "view_mandate"
        return [has_perm(f"models_registry.{may}")()]

    @extend_schema(
        operation_id="list_mandates", summary="List mandates", responses=MandateOut(many=True)
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        return page_of(Mandate.objects.select_related("decision_type"), MandateOut, self)

    @extend_schema(
        operation_id="issue_mandate",
        summary="Move to issue a mandate",
        request=MandateIn,
        responses={202: MotionOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Let a system act in command mode: for an objective, within limits, until an instant. It
        is issued when a second person approves it."""
        values = valid(MandateIn, request)
        reason = values.pop("reason") or values["objective"][:500]
        values["decision_type"] = named(
            DecisionType.objects.all(), values["decision_type"], "/decision_type"
        )
        motion = move(
            act=mandates.NAME,
            content=mandates.content_of(**values),
            reason=reason,
            mover=self.person,
            now=timezone.now(),
        )
        return accepted(motion)


class RevokeMandate(ApiView):
    """POST mandates/{id}/revoke: 200 | 404 | 409 revoked before."""

    permission_classes = [has_perm("models_registry.issue_mandate")]

    @extend_schema(
        operation_id="revoke_mandate",
        summary="Revoke a mandate",
        request=None,
        responses=MandateOut,
    )
    @idempotent
    def post(self, request: Request, mandate_id: UUID) -> Response:
        """End a mandate at once: from now on its decisions are blocked."""
        mandate = revoke_mandate(
            mandate=Mandate.objects.get(pk=mandate_id), actor=self.actor, now=timezone.now()
        )
        return Response(MandateOut(mandate).data)
