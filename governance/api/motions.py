"""Acts that take more than one person: put forward, read, voted on, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.idempotency import idempotent
from governance.api.motion_serializers import BallotIn, MotionIn, MotionOut, WholeMotionOut
from governance.api.pagination import page_of
from governance.api.views import ApiView, valid
from governance.models import Motion, User
from governance.selectors.motions import awaiting, may_read_motions, readable_motions
from governance.services.motions import cast_ballot, move, withdraw_motion

_MOVED = OpenApiExample(
    "Erase what is kept about a person",
    value={
        "act": "governance.subject.erase",
        "content": {
            "subject": "019aaf3c-58e3-7b9a-8d3e-8a5d0f9e2c11",
            "ground": "Asked for under GDPR Art. 17(1)(a).",
        },
        "reason": "The request of 1 November; identity checked.",
    },
    request_only=True,
)
_VOTE = OpenApiExample(
    "Approve",
    value={
        "choice": "approve",
        "reason": "Read, and compared with the request.",
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    request_only=True,
)


def accepted(motion: Motion) -> Response:
    """202: it waits for its quorum, at the address in `Location`."""
    place = reverse("api-motion", args=[motion.pk])
    return Response(MotionOut(motion).data, status=202, headers={"Location": place})


class MayReadMotions(BasePermission):
    """Those who may move or vote on some act, and those who read everything."""

    message = "This needs a person who may move, vote on or read motions."

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.user, User) and may_read_motions(request.user)


class _MotionView(ApiView):
    permission_classes = [MayReadMotions]

    def shown(self, motion_id: UUID) -> Response:
        motion = readable_motions(self.person).get(pk=motion_id)
        return Response(WholeMotionOut(motion, context={"request": self.request}).data)


class Motions(_MotionView):
    """GET motions: 200 a page. POST: 202 | 403 | 404 | 409 waits already | 422."""

    @extend_schema(
        operation_id="list_motions",
        summary="List motions",
        parameters=[
            OpenApiParameter("state", str, enum=Motion.State.values),
            OpenApiParameter("act", str, description="an act's name"),
            OpenApiParameter("waiting", str, enum=["me"], description="those that await your vote"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: MotionOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """The motions that you may read, newest first."""
        motions = readable_motions(self.person)
        for field in ("state", "act"):
            if field in request.query_params:
                motions = motions.filter(**{field: request.query_params[field]})
        if request.query_params.get("waiting") == "me":
            motions = motions.filter(pk__in=awaiting(self.person, timezone.now()).values("pk"))
        return page_of(motions, MotionOut, self)

    @extend_schema(
        operation_id="move",
        summary="Put an act forward",
        request=MotionIn,
        responses={202: MotionOut},
        examples=[_MOVED],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """It is carried out when enough other people approve exactly this content."""
        values = valid(MotionIn, request)
        return accepted(move(**values, mover=self.person, now=timezone.now()))


class OneMotion(_MotionView):
    """GET motions/{id}: 200 | 404 not yours to read."""

    @extend_schema(
        operation_id="read_motion", summary="Read a motion", responses={200: WholeMotionOut}
    )
    def get(self, request: Request, motion_id: UUID) -> Response:
        """Its content, what it would change, who has voted; how they voted once it is closed."""
        return self.shown(motion_id)


class CastBallot(_MotionView):
    """POST motions/{id}/ballots: 200 | 403 not yours to vote on | 404 | 409 closed, expired, voted
    before, other content | 422, and how the act itself refuses."""

    @extend_schema(
        operation_id="cast_ballot",
        summary="Vote on a motion",
        request=BallotIn,
        responses={200: WholeMotionOut},
        examples=[_VOTE],
    )
    @idempotent
    def post(self, request: Request, motion_id: UUID) -> Response:
        """The vote that settles it carries the act out, or closes the motion as rejected."""
        values = valid(BallotIn, request)
        cast_ballot(motion_id=motion_id, voter=self.person, **values, now=timezone.now())
        return self.shown(motion_id)


class WithdrawMotion(_MotionView):
    """POST motions/{id}/withdraw: 200 | 403 moved by another | 404 | 409 closed."""

    @extend_schema(
        operation_id="withdraw_motion",
        summary="Take a motion back",
        request=None,
        responses={200: WholeMotionOut},
    )
    @idempotent
    def post(self, request: Request, motion_id: UUID) -> Response:
        """Only whoever moved it, and only while it waits."""
        withdraw_motion(motion_id=motion_id, mover=self.person, now=timezone.now())
        return self.shown(motion_id)
