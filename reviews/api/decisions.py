"""What an integrator does with decisions."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.authentication import key_of
from governance.api.idempotency import idempotent
from governance.api.pagination import KeysetPagination
from governance.api.permissions import either, has_scope
from governance.api.views import ApiView, valid
from governance.models import Scope
from governance.request_id import request_id
from reviews.api import examples
from reviews.api.serializers import (
    DecisionIn,
    DecisionOut,
    ExecutionIn,
    ExecutionOut,
    PermitOut,
    TruthIn,
    TruthOut,
    WithdrawalIn,
    submission_of,
)
from reviews.models import Decision, Execution
from reviews.selectors.blindness import cases_hidden_from
from reviews.selectors.standing import PREFETCHED, RELATED, standing_of, standing_on_arrival
from reviews.services.closing import record_truth, withdraw_decision
from reviews.services.executing import Act, confirm_undone, record_execution, renew_permit
from reviews.services.intake import Taken, submit_decision

_READS = either(Scope.DECISIONS_READ, "reviews.view_decision")


class _DecisionView(ApiView):
    def readable(self) -> QuerySet[Decision]:
        """The decisions that the caller may read, with all that their standing needs."""
        if key_of(self.request) is not None:
            decisions = Decision.objects.of_client(self.client)
        else:
            decisions = Decision.objects.readable_by(self.person).exclude(
                cases__in=cases_hidden_from(self.person)
            )
        return decisions.select_related(*RELATED).prefetch_related(*PREFETCHED)

    def shown(self, decision_id: UUID, status: int = 200) -> Response:
        standing = standing_of(self.readable().get(pk=decision_id), timezone.now())
        return Response(DecisionOut(standing).data, status=status)


class Decisions(_DecisionView):
    """POST: 201 taken in | 200 repeated | 400, 422 faulty | 409 other content | 413 too large.

    GET: 200 a page of decisions, newest first.
    """

    def get_permissions(self):  # type: ignore[no-untyped-def]
        needed = has_scope(Scope.DECISIONS_WRITE) if self.request.method == "POST" else _READS
        return [needed()]

    @extend_schema(
        operation_id="submit_decision",
        summary="Submit a decision",
        request=DecisionIn,
        responses={201: DecisionOut, 200: DecisionOut},
        examples=[examples.DECISION, examples.PASSED],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Take one decision in. Act only on a permit: a refused request was not taken in."""
        taken = submit_decision(
            submission=submission_of(valid(DecisionIn, request)),
            client=self.client,
            request_id=request_id(),
            now=timezone.now(),
        )
        # A client that may submit may see what became of it, whatever else it may read.
        if isinstance(taken, Taken):
            standing = standing_on_arrival(taken.decision, taken.permit, taken.case)
            return Response(DecisionOut(standing).data, status=201)
        first = Decision.objects.select_related(*RELATED).prefetch_related(*PREFETCHED)
        standing = standing_of(first.get(pk=taken.decision.pk), timezone.now())
        return Response(DecisionOut(standing).data)

    @extend_schema(
        operation_id="list_decisions",
        summary="List decisions",
        parameters=[
            OpenApiParameter("decision_type", str, description="slug"),
            OpenApiParameter("external_id", str),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: DecisionOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Newest first, by cursor."""
        decisions = self.readable()
        for field, lookup in (
            ("decision_type", "decision_type__slug"),
            ("external_id", "external_id"),
        ):
            if field in request.query_params:
                decisions = decisions.filter(**{lookup: request.query_params[field]})
        pages = KeysetPagination()
        now = timezone.now()
        page = pages.paginate_queryset(decisions, request, view=self) or []
        return pages.get_paginated_response(
            DecisionOut([standing_of(decision, now) for decision in page], many=True).data
        )


class OneDecision(_DecisionView):
    """GET decisions/{id}: 200 | 404 unknown or another's."""

    permission_classes = [_READS]

    @extend_schema(
        operation_id="read_decision", summary="Read a decision", responses={200: DecisionOut}
    )
    def get(self, request: Request, decision_id: UUID) -> Response:
        """Where a decision stands, with its permit where one can be used."""
        return self.shown(decision_id)


class WithdrawDecision(_DecisionView):
    """POST decisions/{id}/withdraw: 200 | 404 | 409 already executed or withdrawn."""

    permission_classes = [has_scope(Scope.DECISIONS_WRITE)]

    @extend_schema(
        operation_id="withdraw_decision",
        summary="Withdraw a decision",
        request=WithdrawalIn,
        responses={200: DecisionOut},
        examples=[examples.WITHDRAWAL],
    )
    @idempotent
    def post(self, request: Request, decision_id: UUID) -> Response:
        """Take a decision back before it is carried out: permits are void, cases end."""
        withdraw_decision(
            decision_id=decision_id,
            reason=valid(WithdrawalIn, request)["reason"],
            client=self.client,
            now=timezone.now(),
        )
        return self.shown(decision_id)


class RecordTruth(ApiView):
    """POST decisions/{id}/outcome: 201 | 404 | 422 not an outcome of the type."""

    permission_classes = [has_scope(Scope.OUTCOMES)]

    @extend_schema(
        operation_id="record_outcome",
        summary="Record the true outcome",
        request=TruthIn,
        responses={201: TruthOut},
        examples=[examples.TRUTH],
    )
    @idempotent
    def post(self, request: Request, decision_id: UUID) -> Response:
        """What turned out to be true. A later one corrects an earlier one; both are kept."""
        truth = record_truth(
            decision_id=decision_id,
            **valid(TruthIn, request),
            client=self.client,
            now=timezone.now(),
        )
        return Response(TruthOut(truth).data, status=201)


class RecordExecution(ApiView):
    """POST decisions/{id}/executions: 201 | 404 | 409 no valid permit, other outcome, halted."""

    permission_classes = [has_scope(Scope.EXECUTIONS)]

    @extend_schema(
        operation_id="record_execution",
        summary="Record an execution",
        request=ExecutionIn,
        responses={201: ExecutionOut},
        examples=[examples.EXECUTION],
    )
    @idempotent
    def post(self, request: Request, decision_id: UUID) -> Response:
        """What was carried out under a permit; consumes the permit if that was not done before."""
        values = valid(ExecutionIn, request)
        act = Act(values["outcome"], values["reference"], values["executed_at"])
        now = timezone.now()
        if values["kind"] == Execution.Kind.UNDONE:
            execution = confirm_undone(
                decision_id=decision_id, act=act, client=self.client, now=now
            )
        else:
            execution = record_execution(
                decision_id=decision_id,
                token=values["permit"],
                act=act,
                client=self.client,
                now=now,
            )
        return Response(ExecutionOut(execution).data, status=201)


class RenewPermit(ApiView):
    """POST decisions/{id}/permit: 200 the usable permit | 404 | 409 nothing may be carried out."""

    permission_classes = [has_scope(Scope.PERMITS)]

    @extend_schema(
        operation_id="renew_permit",
        summary="Get the permit of a settled decision",
        request=None,
        responses={200: PermitOut},
    )
    @idempotent
    def post(self, request: Request, decision_id: UUID) -> Response:
        """The unused permit; a new one where the old one has run out."""
        permit = renew_permit(decision_id=decision_id, client=self.client, now=timezone.now())
        return Response(PermitOut(permit).data)
