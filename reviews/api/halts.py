"""The stop."""

from __future__ import annotations

from uuid import UUID

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
from governance.errors import FieldError, InputInvalid, NotPermitted
from governance.models import Scope, User
from governance.services.motions import move
from models_registry.models import AISystem, DecisionType, Halt
from reviews import motions
from reviews.api import examples
from reviews.api.serializers import HaltIn, HaltOut, LiftIn
from reviews.services.halting import place_halt


class Halts(ApiView):
    """GET halts: 200 a page, newest first. POST: 201 | 403 another's system | 422 unknown."""

    def get_permissions(self):  # type: ignore[no-untyped-def]
        may = "place_halt" if self.request.method == "POST" else "view_halt"
        return [either(Scope.HALTS, f"models_registry.{may}")()]

    @extend_schema(
        operation_id="list_halts", summary="List halts", responses={200: HaltOut(many=True)}
    )
    def get(self, request: Request) -> Response:
        """Halts in force and past ones; a client sees those of its systems."""
        halts = Halt.objects.select_related("system", "decision_type")
        if key_of(request) is not None:
            halts = halts.filter(system__slug__in=self.client.systems)
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
        system, decision_type = self._scope(values["system"], values["decision_type"])
        halt = place_halt(
            system=system,
            decision_type=decision_type,
            reason=values["reason"],
            is_drill=values["is_drill"],
            placed_by=request.user if isinstance(request.user, User) else None,
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(HaltOut(halt).data, status=201)

    def _scope(
        self, system_slug: str | None, type_slug: str | None
    ) -> tuple[AISystem | None, DecisionType | None]:
        """What is to be stopped. A client stops its own systems only."""
        decision_type = None
        if type_slug is not None:
            decision_type = (
                DecisionType.objects.select_related("system").filter(slug=type_slug).first()
            )
            if decision_type is None:
                raise _unknown("/decision_type", type_slug)
        system = decision_type.system if decision_type is not None else None
        if system_slug is not None:
            system = AISystem.objects.filter(slug=system_slug).first()
            if system is None or (decision_type is not None and decision_type.system != system):
                raise _unknown("/system", system_slug)
        if key_of(self.request) is not None and (
            system is None or system.slug not in self.client.systems
        ):
            raise NotPermitted("This key may stop the AI systems it speaks for, and no others")
        return system, decision_type


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


def _unknown(pointer: str, slug: str) -> InputInvalid:
    return InputInvalid(
        "There is nothing of that name to stop",
        errors=[FieldError(pointer, f"Unknown: {slug!r}.", "unknown")],
    )
