"""The reviewer's verbs."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.fields import AmountField, StrictSerializer
from governance.api.idempotency import idempotent
from governance.api.pagination import KeysetPagination
from governance.api.permissions import has_perm
from governance.api.views import ApiView, valid
from reviews.api import examples
from reviews.api.serializers import (
    BallotOut,
    CaseOut,
    JudgementOut,
    OutcomeIn,
    QueueOut,
    RecusalIn,
    RecusalOut,
    VerdictIn,
    VerdictOut,
)
from reviews.models import Case, Queue, Recusal, VerdictKind
from reviews.selectors.ballots import ballots_told
from reviews.selectors.blindness import with_unread
from reviews.selectors.quorums import quorum_standings
from reviews.services.claiming import claim_case, claim_next, extend_claim, release_case
from reviews.services.deciding import commit_judgement, record_verdict
from reviews.services.escalation import hand_up
from reviews.services.impacts import correct_impact
from reviews.services.recusing import recuse
from reviews.services.ruling import Ruling

_SHOWN = ("queue", "decision__decision_type")


class _CaseView(ApiView):
    permission_classes = [has_perm("reviews.claim_case")]

    def shown(self, case: Case) -> Response:
        return Response(CaseOut(case, context={"request": self.request}).data)


class Queues(ApiView):
    """GET queues: 200 the queues that the person may look into."""

    permission_classes = [has_perm("reviews.view_queue")]

    @extend_schema(
        operation_id="list_queues", summary="List queues", responses={200: QueueOut(many=True)}
    )
    def get(self, request: Request) -> Response:
        """In order of name."""
        queues = Queue.objects.visible_to(self.person).select_related("escalates_to", "ladder")
        return Response(QueueOut(queues.order_by("name"), many=True).data)


class Cases(ApiView):
    """GET cases: 200 a page of cases, newest first."""

    permission_classes = [has_perm("reviews.view_case")]

    @extend_schema(
        operation_id="list_cases",
        summary="List cases",
        parameters=[
            OpenApiParameter("queue", str, description="slug"),
            OpenApiParameter("state", str, enum=Case.State.values),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: CaseOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Cases of the person's queues, or of all for those who oversee."""
        cases = with_unread(Case.objects.readable_by(self.person), self.person)
        cases = cases.select_related(*_SHOWN)
        if "queue" in request.query_params:
            cases = cases.filter(queue__slug=request.query_params["queue"])
        if "state" in request.query_params:
            cases = cases.filter(state=request.query_params["state"])
        pages = KeysetPagination()
        page = pages.paginate_queryset(cases, request, view=self) or []
        context = {"request": request, "quorums": quorum_standings(page)}
        return pages.get_paginated_response(CaseOut(page, many=True, context=context).data)


class OneCase(_CaseView):
    """GET cases/{id}: 200 | 404 not visible."""

    permission_classes = [has_perm("reviews.view_case")]

    @extend_schema(operation_id="read_case", summary="Read a case", responses={200: CaseOut})
    def get(self, request: Request, case_id: UUID) -> Response:
        """One case."""
        cases = Case.objects.readable_by(self.person).select_related(*_SHOWN)
        return self.shown(cases.get(pk=case_id))


class Ballots(_CaseView):
    """GET cases/{id}/ballots: 200 those that are open to the person | 404 not visible."""

    permission_classes = [has_perm("reviews.view_case")]

    @extend_schema(
        operation_id="list_ballots",
        summary="Read what people ruled on a case",
        responses={200: BallotOut(many=True)},
    )
    def get(self, request: Request, case_id: UUID) -> Response:
        """Oldest first. Ballots are sealed until the quorum is met: before, there is your own
        alone. Who settles a disagreement sees all, with their reasons, while they hold the case."""
        case = Case.objects.readable_by(self.person).select_related(*_SHOWN).get(pk=case_id)
        return Response(BallotOut(ballots_told(case, self.person, timezone.now()), many=True).data)


class ClaimNext(_CaseView):
    """POST queues/{slug}/claim-next: 200 the case | 204 nothing to claim | 404 | 409 too many."""

    @extend_schema(
        operation_id="claim_next",
        summary="Claim the most urgent case",
        request=None,
        responses={200: CaseOut, 204: OpenApiResponse(description="no case waits for you")},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Sole hold of the most urgent case of a queue that the person may rule on."""
        case = claim_next(queue_slug=slug, reviewer=self.person, now=timezone.now())
        return Response(status=204) if case is None else self.shown(case)


class ClaimCase(_CaseView):
    """POST cases/{id}/claim: 200 the case | 403 no right | 404 not visible | 409 not open."""

    @extend_schema(
        operation_id="claim_case", summary="Claim a case", request=None, responses={200: CaseOut}
    )
    @idempotent
    def post(self, request: Request, case_id: UUID) -> Response:
        """Sole hold of one open case for the queue's lease."""
        return self.shown(claim_case(case_id=case_id, reviewer=self.person, now=timezone.now()))


class ReleaseCase(_CaseView):
    """POST cases/{id}/release: 200 | 404 | 409 not held by the person, or lapsed."""

    @extend_schema(
        operation_id="release_case",
        summary="Give a case back",
        request=None,
        responses={200: CaseOut},
    )
    @idempotent
    def post(self, request: Request, case_id: UUID) -> Response:
        """Give a case back to its queue."""
        return self.shown(release_case(case_id=case_id, reviewer=self.person, now=timezone.now()))


class ExtendClaim(_CaseView):
    """POST cases/{id}/heartbeat: 200 | 404 | 409 not held by the person, or lapsed."""

    @extend_schema(
        operation_id="extend_claim",
        summary="Keep a case",
        request=None,
        responses={200: CaseOut},
    )
    def post(self, request: Request, case_id: UUID) -> Response:
        """Start the lease anew."""
        return self.shown(extend_claim(case_id=case_id, reviewer=self.person, now=timezone.now()))


class HandUp(_CaseView):
    """POST cases/{id}/escalate: 200 | 404 | 409 not held by the person, or no queue above."""

    permission_classes = [has_perm("reviews.escalate_case")]

    @extend_schema(
        operation_id="escalate_case", summary="Hand up", request=None, responses={200: CaseOut}
    )
    @idempotent
    def post(self, request: Request, case_id: UUID) -> Response:
        """Give a case to the queue above."""
        return self.shown(hand_up(case_id=case_id, reviewer=self.person, now=timezone.now()))


class ImpactIn(StrictSerializer):
    impact = AmountField()


class CorrectImpact(_CaseView):
    """POST cases/{id}/impact: 200 | 404 | 409 not held by the person | 422 no unit of impact."""

    permission_classes = [has_perm("reviews.rule_on_case")]

    @extend_schema(
        operation_id="correct_impact",
        summary="Correct what is at stake",
        request=ImpactIn,
        responses={200: CaseOut},
    )
    @idempotent
    def post(self, request: Request, case_id: UUID) -> Response:
        """Keep what is really at stake; a ladder may then let the case climb."""
        impact = valid(ImpactIn, request)["impact"]
        return self.shown(
            correct_impact(case_id=case_id, reviewer=self.person, impact=impact, now=timezone.now())
        )


class Recuse(_CaseView):
    """POST cases/{id}/recuse: 201 | 404 | 409 closed, recused before, ballot given | 422 note."""

    permission_classes = [has_perm("reviews.rule_on_case")]

    @extend_schema(
        operation_id="recuse",
        summary="Step aside",
        request=RecusalIn,
        responses={201: RecusalOut},
        examples=[examples.RECUSAL],
    )
    @idempotent
    def post(self, request: Request, case_id: UUID) -> Response:
        """Declare a conflict of interest: the person never rules on this decision."""
        values = valid(RecusalIn, request)
        recusal = recuse(
            case_id=case_id,
            person=self.person,
            reason=Recusal.Reason(values["reason"]),
            note=values["note"],
            now=timezone.now(),
        )
        return Response(RecusalOut(recusal).data, status=201)


class CommitJudgement(_CaseView):
    """POST cases/{id}/judgement: 201 | 404 | 409 given before, not held | 422 not an outcome."""

    permission_classes = [has_perm("reviews.rule_on_case")]

    @extend_schema(
        operation_id="commit_judgement",
        summary="Judge before seeing the AI's output",
        request=OutcomeIn,
        responses={201: JudgementOut},
    )
    @idempotent
    def post(self, request: Request, case_id: UUID) -> Response:
        """What the person would decide; afterwards the AI's output is shown to them."""
        judgement = commit_judgement(
            case_id=case_id,
            reviewer=self.person,
            outcome=valid(OutcomeIn, request)["outcome"],
            now=timezone.now(),
        )
        return Response(JudgementOut(judgement).data, status=201)


class GiveVerdict(_CaseView):
    """POST cases/{id}/verdict: 201 | 403 no right | 404 | 409 claim or judgement missing, vetoed |
    422."""

    permission_classes = [has_perm("reviews.rule_on_case")]

    @extend_schema(
        operation_id="give_verdict",
        summary="Give a verdict",
        request=VerdictIn,
        responses={201: VerdictOut},
        examples=[examples.VERDICT],
    )
    @idempotent
    def post(self, request: Request, case_id: UUID) -> Response:
        """Uphold, override, reverse or abstain, under the claim that the person holds."""
        values = valid(VerdictIn, request)
        verdict = record_verdict(
            case_id=case_id,
            reviewer=self.person,
            claim=values["claim"],
            ruling=Ruling(
                kind=VerdictKind(values["kind"]),
                outcome=values["outcome"],
                reason_code=values["reason_code"],
                reason_text=values["reason_text"],
            ),
            now=timezone.now(),
        )
        return Response(VerdictOut(verdict).data, status=201)
