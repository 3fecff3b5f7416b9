"""The stop."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.authentication import key_of
from governance.api.idempotency import idempotent
from governance.api.motion_serializers import MotionOut
from governance.api.motions import accepted
from governance.api.pagination import page_of
from governance.api.permissions import either, has_perm
from governance.api.views import ApiView, valid
from governance.errors import NotPermitted
from governance.models import Scope, User
from governance.services.motions import move
from models_registry.models import AISystem, Halt
from reviews import motions
from reviews.api import examples
from reviews.api.serializers import HaltIn, HaltOut, LiftIn
from reviews.services.halt_scope import Scope as HaltScope
from reviews.services.halt_scope import scope_named
from reviews.services.halting import SCOPE, place_halt


class Halts(ApiView):
    """GET halts: 200 a page, newest first. POST: 201 | 403 everything, by a program |
    422 unknown, or another program's."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        may = "place_halt" if self.request.method == "POST" else "view_halt"
        return [either(Scope.HALTS, f"models_registry.{may}")()]

    @extend_schema(
        operation_id="list_halts", summary="List halts", responses={200: HaltOut(many=True)}
    )
    def get(self, request: Request) -> Response:
        """Halts in force and past ones; a client sees those over its systems."""
        halts = Halt.objects.select_related(*SCOPE)
        if key_of(request) is not None:
            halts = halts.filter(Q(system=None) | Q(system__slug__in=self.client.systems))
        return page_of(halts, HaltOut, self)

    @extend_schema(
        operation_id="place_halt",
        summary="Stop",
        request=HaltIn,
        responses={201: HaltOut},
        examples=[examples.HALT],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Block every new decision in scope and make every unused permit in scope void."""
        values = valid(HaltIn, request)
        scope = self._scope(
            system=values["system"],
            decision_type=values["decision_type"],
            model_version=values["model_version"],
        )
        halt = place_halt(
            system=scope.system,
            decision_type=scope.decision_type,
            model_version=scope.model_version,
            reason=values["reason"],
            is_drill=values["is_drill"],
            placed_by=request.user if isinstance(request.user, User) else None,
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(HaltOut(halt).data, status=201)

    def _scope(self, **names: str | None) -> HaltScope:
        """What is to be stopped. A program stops its own systems, and learns of no others."""
        systems = AISystem.objects.all()
        if key_of(self.request) is not None:
            systems = systems.filter(slug__in=self.client.systems)
        scope = scope_named(**names, among=systems)
        if key_of(self.request) is not None and scope.system is None:
            raise NotPermitted("This key may stop the AI systems it speaks for, not everything")
        return scope


class LiftHalt(ApiView):
    """POST halts/{id}/lift: 202 moved | 403 | 404 | 409 lifted or moved before."""

    permission_classes = [has_perm("models_registry.lift_halt")]

    @extend_schema(
        operation_id="lift_halt",
        summary="Move to lift a halt",
        request=LiftIn,
        responses={202: MotionOut},
    )
    @idempotent
    def post(self, request: Request, halt_id: UUID) -> Response:
        """It is lifted when a second person approves it. Permits that it made void stay void."""
        motion = move(
            act=motions.NAME,
            content=motions.content_of(Halt.objects.get(pk=halt_id)),
            reason=valid(LiftIn, request)["reason"],
            mover=self.person,
            now=timezone.now(),
        )
        return accepted(motion)
