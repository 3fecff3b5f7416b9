"""The threshold advisor: a question with its costs, and the curves that answer it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.fields import InstantField, NumberField, StrictSerializer, TextField
from governance.api.idempotency import idempotent
from governance.api.pagination import page_of
from governance.api.permissions import either
from governance.api.views import ApiView, valid
from governance.models import ApiClient, Scope, User
from models_registry.api.lookup import named
from models_registry.models import DecisionType
from reviews.lab.thresholds import Costs
from reviews.models import ThresholdQuestion
from reviews.selectors.known_outcomes import Asked
from reviews.selectors.simulations import READ
from reviews.services.advising import Source
from reviews.services.threshold_questions import ask_for_threshold

_ASKS = either(Scope.ADVICE, READ)
_MOST = 1e9
_ASKED = OpenApiExample(
    "What a wrong approval, a wrong refusal and a minute cost",
    value={
        "decision_type": "loan-approval",
        "period_start": "2026-09-01T00:00:00Z",
        "period_end": "2026-11-01T00:00:00Z",
        "outcome": "approve",
        "wrong_pass": 900,
        "wrong_refusal": 60,
        "review_minute": 1.2,
    },
    request_only=True,
)


class QuestionIn(StrictSerializer):
    """Which decisions, and what errors and time cost; all costs in one unit of money."""

    decision_type = TextField(max_length=50, help_text="slug")
    period_start = InstantField(help_text="inclusive")
    period_end = InstantField(help_text="exclusive; not in the future")
    outcome = TextField(
        max_length=64, required=False, default="", help_text="key; left out: every outcome"
    )
    segment = TextField(
        max_length=64,
        required=False,
        default="",
        help_text="model_version or a fact; left out: all together, and then the groups of facts "
        "that the registry marks as protected",
    )
    wrong_pass = NumberField(least=0, most=_MOST)
    wrong_refusal = NumberField(least=0, most=_MOST)
    review_minute = NumberField(least=0, most=_MOST)
    minutes = NumberField(
        least=0,
        most=_MOST,
        required=False,
        allow_null=True,
        default=None,
        help_text="of a review; left out: as measured in the period",
    )


class ThresholdPointOut(serializers.Serializer[Any]):
    threshold = serializers.FloatField(allow_null=True, help_text="null: nothing passes")
    cost = serializers.FloatField(help_text="expected, per decision")
    low = serializers.FloatField(help_text="of the 95 % band")
    high = serializers.FloatField()
    passes = serializers.FloatField(help_text="share of the decisions, 0 to 1")


class ThresholdSavingOut(serializers.Serializer[Any]):
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class ThresholdCurveOut(serializers.Serializer[Any]):
    best = serializers.FloatField(allow_null=True)
    best_from = serializers.FloatField(allow_null=True, help_text="in 95 % of the resamples")
    best_to = serializers.FloatField(allow_null=True)
    saving = ThresholdSavingOut(allow_null=True, help_text="of the best, per decision")
    left_out = serializers.IntegerField(help_text="of none like them the truth is known")
    points = ThresholdPointOut(many=True)


class ThresholdPresentOut(serializers.Serializer[Any]):
    threshold = serializers.FloatField()
    stated_by = serializers.ChoiceField(
        choices=[source.value for source in Source],
        help_text="policy: stated by the rules in force; observed: the lowest that passed",
    )


class ThresholdSegmentOut(serializers.Serializer[Any]):
    told_by = serializers.CharField(help_text="the fact; empty: all decisions")
    name = serializers.CharField()
    decisions = serializers.IntegerField()
    known = serializers.IntegerField(help_text="whose truth is known")
    wrong = serializers.IntegerField(help_text="of these")
    present = ThresholdPresentOut(allow_null=True)
    curve = ThresholdCurveOut(allow_null=True, help_text="null: too little is known for one")


class ThresholdReviewOut(serializers.Serializer[Any]):
    minutes = serializers.FloatField()
    misses = serializers.FloatField(help_text="share of wrong outputs that people let through")
    false_alarms = serializers.FloatField(help_text="share of right ones that they change")
    cases = serializers.IntegerField(help_text="over which the minutes are an average")
    known_wrong = serializers.IntegerField(help_text="over which the share of misses is")
    known_right = serializers.IntegerField(help_text="over which the other share is")


class ThresholdAnswerOut(serializers.Serializer[Any]):
    review = ThresholdReviewOut()
    segments = ThresholdSegmentOut(many=True)
    hidden_segments = serializers.IntegerField()


class QuestionOut(serializers.ModelSerializer[ThresholdQuestion]):
    """One question, without its answer."""

    decision_type = serializers.SlugField(source="decision_type.slug")

    class Meta:
        model = ThresholdQuestion
        fields = [
            "id",
            "asked_at",
            "decision_type",
            "period_start",
            "period_end",
            "outcome",
            "segment",
            "wrong_pass",
            "wrong_refusal",
            "review_minute",
            "minutes",
        ]


class AnsweredOut(QuestionOut):
    """One question with the curves that were reckoned when it was asked."""

    answer = ThresholdAnswerOut()

    class Meta(QuestionOut.Meta):
        fields = [*QuestionOut.Meta.fields, "answer"]


class ThresholdQuestions(ApiView):
    """POST threshold-questions: 201 | 403 | 422 each fault. GET: 200 a page."""

    permission_classes = [_ASKS]

    @extend_schema(
        operation_id="ask_for_threshold",
        summary="Ask the threshold advisor",
        request=QuestionIn,
        responses={201: AnsweredOut},
        examples=[_ASKED],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """What each confidence threshold would have cost, where the truth is known. The question is
        kept with its answer; it changes nothing that decides."""
        given = valid(QuestionIn, request)
        kinds = DecisionType.objects.select_related("system")
        kind = named(kinds, given["decision_type"], "/decision_type")
        question = ask_for_threshold(
            asked=Asked(
                kind,
                given["period_start"],
                given["period_end"],
                given["outcome"],
                given["segment"],
            ),
            costs=Costs(given["wrong_pass"], given["wrong_refusal"], given["review_minute"]),
            minutes=given["minutes"],
            by=self.caller,
            now=timezone.now(),
        )
        place = reverse("api-threshold-question", args=[question.pk])
        return Response(AnsweredOut(question).data, status=201, headers={"Location": place})

    @extend_schema(
        operation_id="list_threshold_questions",
        summary="List the questions to the threshold advisor",
        parameters=[
            OpenApiParameter("decision_type", str, description="slug"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: QuestionOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Newest first, without their answers."""
        questions = _readable(self.caller).defer("answer")
        if "decision_type" in request.query_params:
            questions = questions.filter(decision_type__slug=request.query_params["decision_type"])
        return page_of(questions, QuestionOut, self)


class OneThresholdQuestion(ApiView):
    """GET threshold-questions/{id}: 200 | 404."""

    permission_classes = [_ASKS]

    @extend_schema(
        operation_id="read_threshold_question",
        summary="Read a question with its curves",
        responses={200: AnsweredOut},
    )
    def get(self, request: Request, question_id: UUID) -> Response:
        """The answer is the one that was given: what became known since then is not in it."""
        return Response(AnsweredOut(_readable(self.caller).get(pk=question_id)).data)


def _readable(reader: User | ApiClient) -> QuerySet[ThresholdQuestion]:
    questions = ThresholdQuestion.objects.select_related("decision_type")
    return questions if isinstance(reader, User) else questions.of_client(reader)
