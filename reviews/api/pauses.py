"""Pausing a case that waits for information, and letting its clock run on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.fields import InstantField, StrictSerializer, TextField
from governance.api.idempotency import idempotent
from governance.api.permissions import has_perm
from governance.api.views import ApiView, valid
from reviews.api import examples
from reviews.api.serializers import CaseOut
from reviews.models import Pause
from reviews.services.pausing import pause_case
from reviews.services.resuming import PAUSES_CASES, resume_case

_MAY = has_perm("reviews.claim_case", PAUSES_CASES)


class PauseIn(StrictSerializer):
    """What a case waits for, and until when at the latest; the note is kept sealed."""

    reason = serializers.ChoiceField(choices=Pause.Reason.choices)
    until = InstantField()
    note = TextField(max_length=4000, required=False, allow_blank=True, default="")


class PauseOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    reason = serializers.ChoiceField(choices=Pause.Reason.choices)
    paused_at = serializers.DateTimeField()
    until = serializers.DateTimeField(source="ends_at")
    due_at = serializers.DateTimeField(
        source="case.due_at", help_text="the case's deadline if nobody resumes it before"
    )


class PauseCase(ApiView):
    """POST cases/{id}/pause: 201 | 404 | 409 not held, paused already or too often, late | 422."""

    permission_classes = [_MAY]

    @extend_schema(
        operation_id="pause_case",
        summary="Pause a case",
        request=PauseIn,
        responses={201: PauseOut},
        examples=[examples.PAUSE],
    )
    @idempotent
    def post(self, request: Request, case_id: UUID) -> Response:
        """Stop the clock of a case that one holds until somebody resumes it. It goes back to its
        queue; claim-next passes it over, and who claims it resumes it."""
        values = valid(PauseIn, request)
        pause = pause_case(
            case_id=case_id,
            person=self.person,
            reason=Pause.Reason(values["reason"]),
            until=values["until"],
            note=values["note"],
            now=timezone.now(),
        )
        return Response(PauseOut(pause).data, status=201)


class ResumeCase(ApiView):
    """POST cases/{id}/resume: 200 the case | 404 | 409 not paused."""

    permission_classes = [_MAY]

    @extend_schema(
        operation_id="resume_case", summary="Resume a case", request=None, responses={200: CaseOut}
    )
    @idempotent
    def post(self, request: Request, case_id: UUID) -> Response:
        """Let the clock of a paused case run on, with the time that was left of it."""
        case = resume_case(case_id=case_id, person=self.person, now=timezone.now())
        return Response(CaseOut(case, context={"request": self.request}).data)
