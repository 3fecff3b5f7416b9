"""Contesting a decision: for staff who answer, and for the programs that people write to."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.authentication import key_of
from governance.api.idempotency import idempotent
from governance.api.pagination import KeysetPagination
from governance.api.permissions import either, has_perm
from governance.api.views import ApiView, valid
from governance.errors import FieldError, InputInvalid
from governance.models import Scope
from governance.reports.letter import Letter, letter_html, letter_pdf
from governance.services.subjects import known_subject
from reviews.api import examples
from reviews.api.contestation_serializers import (
    ContestationOut,
    ContestIn,
    ExtensionIn,
    LetterIn,
    ReadingOut,
    SentIn,
    StatementOut,
)
from reviews.models import Contestation, Decision
from reviews.models.contestation import ContestationQuerySet
from reviews.selectors.contestations import with_all
from reviews.selectors.statement import statement_for
from reviews.services.contesting import (
    Challenge,
    extend_contestation,
    read_statement,
    register_contestation,
    withdraw_contestation,
)
from reviews.services.letters import Channel, Words, make_letter, mark_letter_sent, open_letter

_READS = either(Scope.CONTESTATIONS, "reviews.view_contestation")
_ACTS = either(Scope.CONTESTATIONS, "reviews.register_contestation")


class _ContestationView(ApiView):
    def readable(self) -> ContestationQuerySet:
        """A program's own systems; a person's permission covers all."""
        if key_of(self.request) is not None:
            return with_all().of_client(self.client)
        return with_all()

    def shown(self, contestation_id: UUID, status: int = 200) -> Response:
        row = self.readable().get(pk=contestation_id)
        return Response(ContestationOut(row).data, status=status)

    def check_theirs(self, contestation_id: UUID) -> None:
        """Raises Contestation.DoesNotExist for another's."""
        self.readable().values_list("pk").get(pk=contestation_id)


class Contest(_ContestationView):
    """POST subjects/{ref}/contest: 201 | 404 no such person or decision | 409 nothing to contest,
    one is open, no queue | 422."""

    permission_classes = [_ACTS]

    @extend_schema(
        operation_id="contest_decision",
        summary="Register a person's challenge to a decision",
        request=ContestIn,
        responses={201: ContestationOut},
        examples=[examples.CONTEST],
    )
    @idempotent
    def post(self, request: Request, ref: str) -> Response:
        """Keep the statement sealed, start the clock of one month, open a case for a reviewer who
        has not ruled on the decision. `ref`: the caller's own reference of the person."""
        values = valid(ContestIn, request)
        decision = self._decision(ref, values["decision"], values["external_id"])
        by_program = key_of(request) is not None
        contestation = register_contestation(
            decision_id=decision.pk,
            challenge=Challenge(values["statement"], values["received_at"]),
            person=None if by_program else self.person,
            actor=self.actor,
            now=timezone.now(),
        )
        return self.shown(contestation.pk, status=201)

    def _decision(self, ref: str, decision_id: UUID | None, external_id: str | None) -> Decision:
        subject = known_subject(ref)
        if subject is None:
            raise Decision.DoesNotExist
        if key_of(self.request) is not None:
            decisions = Decision.objects.of_client(self.client)
        else:
            decisions = Decision.objects.readable_by(self.person)
        decisions = decisions.filter(subject=subject)
        if decision_id is not None:
            return decisions.get(pk=decision_id)
        found = list(decisions.filter(external_id=external_id)[:2])
        if len(found) > 1:
            raise InputInvalid(
                "Two AI systems have a decision of that name",
                errors=[FieldError("/external_id", "Name the decision by its id.", "ambiguous")],
            )
        if not found:
            raise Decision.DoesNotExist
        return found[0]


class Contestations(_ContestationView):
    """GET contestations: 200 a page, newest first."""

    permission_classes = [_READS]

    @extend_schema(
        operation_id="list_contestations",
        summary="List contestations",
        parameters=[
            OpenApiParameter("state", str, enum=Contestation.State.values),
            OpenApiParameter("result", str, enum=Contestation.Result.values),
            OpenApiParameter("decision_type", str, description="slug"),
            OpenApiParameter("external_id", str, description="of the decision"),
            OpenApiParameter("late", bool, description="only those whose answer is overdue"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: ContestationOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Newest first, by cursor."""
        now = timezone.now()
        rows = self.readable()
        for name, lookup in (
            ("state", "state"),
            ("result", "result"),
            ("decision_type", "decision__decision_type__slug"),
            ("external_id", "decision__external_id"),
        ):
            if name in request.query_params:
                rows = rows.filter(**{lookup: request.query_params[name]})
        late = request.query_params.get("late", "false")
        if late not in ("true", "false"):
            raise serializers.ValidationError({"late": ["Must be true or false."]})
        if late == "true":
            rows = rows.late(now)
        pages = KeysetPagination()
        page = pages.paginate_queryset(rows, request, view=self) or []
        shown = ContestationOut(page, many=True, context={"now": now})
        return pages.get_paginated_response(shown.data)


class OneContestation(_ContestationView):
    """GET contestations/{id}: 200 | 404 unknown or another's."""

    permission_classes = [_READS]

    @extend_schema(
        operation_id="read_contestation",
        summary="Read a contestation",
        responses={200: ContestationOut},
    )
    def get(self, request: Request, contestation_id: UUID) -> Response:
        """Its clock, its result, its letter's state, and whether an undoing was confirmed."""
        return self.shown(contestation_id)


class ExtendContestation(_ContestationView):
    """POST contestations/{id}/extend: 200 | 404 | 409 closed, extended before, too late | 422."""

    permission_classes = [has_perm("reviews.register_contestation")]

    @extend_schema(
        operation_id="extend_contestation",
        summary="Extend the time to answer by two months",
        request=ExtensionIn,
        responses={200: ContestationOut},
    )
    @idempotent
    def post(self, request: Request, contestation_id: UUID) -> Response:
        """Once, before the answer is due, with a reason that the person was told."""
        values = valid(ExtensionIn, request)
        extend_contestation(
            contestation_id=contestation_id, **values, person=self.person, now=timezone.now()
        )
        return self.shown(contestation_id)


class WithdrawContestation(_ContestationView):
    """POST contestations/{id}/withdraw: 200 | 404 | 409 closed."""

    permission_classes = [_ACTS]

    @extend_schema(
        operation_id="withdraw_contestation",
        summary="Withdraw a contestation for the person",
        request=None,
        responses={200: ContestationOut},
    )
    @idempotent
    def post(self, request: Request, contestation_id: UUID) -> Response:
        """The person takes their challenge back; the decision stays as it is."""
        self.check_theirs(contestation_id)
        withdraw_contestation(contestation_id=contestation_id, actor=self.actor, now=timezone.now())
        return self.shown(contestation_id)


class MakeLetter(_ContestationView):
    """POST contestations/{id}/letter: 200 | 404 | 409 no result yet, withdrawn, sent | 422."""

    permission_classes = [has_perm("reviews.register_contestation")]

    @extend_schema(
        operation_id="make_letter",
        summary="Make the letter that explains the result",
        request=LetterIn,
        responses={200: ContestationOut},
    )
    @idempotent
    def post(self, request: Request, contestation_id: UUID) -> Response:
        """From what was recorded when the decision was made; sealed. Fetch it as HTML or PDF."""
        make_letter(
            contestation_id=contestation_id,
            words=Words(**valid(LetterIn, request)),
            person=self.person,
            now=timezone.now(),
        )
        return self.shown(contestation_id)


class MarkLetterSent(_ContestationView):
    """POST contestations/{id}/sent: 200 | 404 | 409 no letter, sent before | 422."""

    permission_classes = [has_perm("reviews.register_contestation")]

    @extend_schema(
        operation_id="mark_letter_sent",
        summary="Keep that the letter was sent",
        request=SentIn,
        responses={200: ContestationOut},
    )
    @idempotent
    def post(self, request: Request, contestation_id: UUID) -> Response:
        """When and how; from now on the letter stays as it is."""
        values = valid(SentIn, request)
        mark_letter_sent(
            contestation_id=contestation_id,
            sent_at=values["sent_at"],
            channel=Channel(values["channel"]),
            person=self.person,
            now=timezone.now(),
        )
        return self.shown(contestation_id)


class WhateverIsAccepted(BaseContentNegotiation):
    """A file is what its address says; only faults are JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class _LetterFile(_ContestationView):
    permission_classes = [_ACTS]
    content_negotiation_class = WhateverIsAccepted
    suffix: ClassVar[str]
    content_type: ClassVar[str]

    def made(self, letter: Letter) -> bytes:
        raise NotImplementedError

    def file(self, contestation_id: UUID) -> HttpResponse:
        """200 the file, made now and kept nowhere | 404 another's | 409 no letter."""
        letter = open_letter(self.readable().get(pk=contestation_id))
        response = HttpResponse(self.made(letter), self.content_type)
        response["Content-Disposition"] = f'attachment; filename="letter.{self.suffix}"'
        response["Cache-Control"] = "no-store"
        return response


class LetterHtml(_LetterFile):
    suffix, content_type = "html", "text/html; charset=utf-8"

    def made(self, letter: Letter) -> bytes:
        return letter_html(letter).encode()

    @extend_schema(
        operation_id="read_letter_html",
        summary="Fetch the letter as one HTML file",
        responses={(200, "text/html"): OpenApiTypes.STR},
    )
    def get(self, request: Request, contestation_id: UUID) -> HttpResponse:
        """The letter as a file that needs nothing else."""
        return self.file(contestation_id)


class LetterPdf(_LetterFile):
    suffix, content_type = "pdf", "application/pdf"

    def made(self, letter: Letter) -> bytes:
        return letter_pdf(letter)

    @extend_schema(
        operation_id="read_letter_pdf",
        summary="Fetch the letter as PDF",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, contestation_id: UUID) -> HttpResponse:
        """The letter to print and send."""
        return self.file(contestation_id)


class CaseStatement(ApiView):
    """GET cases/{id}/statement: 200 | 404 | 409 not held, or no contestation."""

    permission_classes = [has_perm("reviews.rule_on_case")]

    @extend_schema(
        operation_id="read_case_statement",
        summary="Read what the person says",
        responses={200: StatementOut},
    )
    def get(self, request: Request, case_id: UUID) -> Response:
        """For whoever holds the case. After the reading was confirmed also what is contested: the
        outcome that stands, and earlier rulings with their reasons."""
        found = statement_for(case_id, self.person, timezone.now())
        response = Response(StatementOut(found, context={"texts": found.texts}).data)
        response["Cache-Control"] = "no-store"
        return response


class ReadStatement(ApiView):
    """POST cases/{id}/statement-read: 201 | 404 | 409 not held, read before, no contestation."""

    permission_classes = [has_perm("reviews.rule_on_case")]

    @extend_schema(
        operation_id="confirm_statement_read",
        summary="Confirm having read the statement",
        request=None,
        responses={201: ReadingOut},
    )
    @idempotent
    def post(self, request: Request, case_id: UUID) -> Response:
        """From now on the rest of the case is shown to the person, and they may rule."""
        reading = read_statement(case_id=case_id, reviewer=self.person, now=timezone.now())
        return Response(ReadingOut(reading).data, status=201)
