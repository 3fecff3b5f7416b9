"""Why may somebody rule on a case, or why not; and who may."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.permissions import has_perm
from governance.api.views import ApiView
from governance.models import User
from governance.rights import Condition
from reviews.models import Case, VerdictKind
from reviews.selectors.asking import asked_person
from reviews.selectors.matters import NEEDED
from reviews.services.eligibility import eligibility, who_may_rule

EVERY_QUEUE = "reviews.view_every_queue"
CORRECTING = (VerdictKind.OVERRIDE, VerdictKind.REVERSE)


class ConditionOut(serializers.Serializer[Any]):
    condition = serializers.ChoiceField(
        source="finding.condition", choices=[one.value for one in Condition]
    )
    met = serializers.BooleanField(source="finding.met")
    sentence = serializers.CharField(source="finding.sentence")
    remedy = serializers.CharField(help_text="what can be done; empty where the condition is met")


class NextBallotOut(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="of the stage, from 1")
    of = serializers.IntegerField()
    name = serializers.CharField(source="stage.name")
    needed = serializers.IntegerField(source="stage.required", help_text="people of one mind")
    panel = serializers.IntegerField(source="stage.panel")
    roles = serializers.ListField(source="stage.roles", child=serializers.CharField())


class EligibilityOut(serializers.Serializer[Any]):
    """The four conditions of a ruling. `outcome_withheld`: whether the right reaches the AI's own
    outcome is not said, because you are to judge before you see it."""

    person = serializers.UUIDField(source="person.pseudonym", help_text="pseudonym")
    may = serializers.BooleanField()
    conditions = ConditionOut(source="answers", many=True)
    obstacles = serializers.ListField(
        child=serializers.CharField(), help_text="what stands in the way beside the conditions"
    )
    next_ballot = NextBallotOut(allow_null=True)
    right = serializers.UUIDField(source="right.right", allow_null=True, default=None)
    role = serializers.CharField(source="right.role", allow_null=True, default=None)
    qualification = serializers.UUIDField(
        source="proof.qualification", allow_null=True, default=None
    )
    outcome_withheld = serializers.BooleanField(source="withheld")


class EligiblePersonOut(serializers.Serializer[Any]):
    person = serializers.UUIDField(help_text="pseudonym")
    may = serializers.BooleanField()
    unmet = serializers.ListField(
        child=serializers.CharField(), help_text="the conditions that are not met"
    )


_MAY_NOT = OpenApiExample(
    "A qualification has run out",
    value={
        "person": "0f7c1a52-90a5-4c0e-8f3e-6b1f3f0a2d11",
        "may": False,
        "conditions": [
            {
                "condition": "competence",
                "met": False,
                "sentence": "No qualification for lending 1.0.0 is valid now.",
                "remedy": "Ask an officer to record a qualification for lending 1.0.0: a training, "
                "a certificate, or the instructions for use read.",
            }
        ],
        "obstacles": [],
        "next_ballot": {
            "number": 1, "of": 1, "name": "verdict", "needed": 1, "panel": 1, "roles": [],
        },
        "right": "019aaf3c-58e3-7b9a-8d3e-8a5d0f9e2c11",
        "role": "reviewer",
        "qualification": None,
        "outcome_withheld": False,
    },
    response_only=True,
)  # fmt: skip


class CaseEligibility(ApiView):
    """GET cases/{id}/eligibility: 200 | 400 naming each fault | 403 another person | 404."""

    permission_classes = [has_perm("reviews.view_case")]

    @extend_schema(
        operation_id="read_eligibility",
        summary="Why may I rule, or why not?",
        parameters=[
            OpenApiParameter("person", str, description="pseudonym or user name; else yourself"),
            OpenApiParameter("verdict", str, enum=VerdictKind.values, description="else any"),
            OpenApiParameter("outcome", str, description="the corrected one"),
        ],
        responses={200: EligibilityOut},
        examples=[_MAY_NOT],
    )
    def get(self, request: Request, case_id: UUID) -> Response:
        """The four conditions in words, for ruling at all or for exactly one ruling. Asking about
        another person takes the right to look into every queue."""
        cases = Case.objects.readable_by(self.person).select_related("queue", *NEEDED)
        case = cases.get(pk=case_id)
        kind, outcome = _ruling(request, case)
        found = eligibility(
            case=case,
            person=self._asked(request),
            asked_by=self.person,
            now=timezone.now(),
            kind=kind,
            outcome=outcome,
        )
        return Response(EligibilityOut(found).data)

    def _asked(self, request: Request) -> User:
        handle = request.query_params.get("person", "")
        if handle in ("", self.person.username, str(self.person.pseudonym)):
            return self.person
        if not self.person.has_perm(EVERY_QUEUE):
            raise PermissionDenied(f"Asking about another person needs {EVERY_QUEUE}.")
        return asked_person(handle)


class EligiblePeople(ApiView):
    """GET cases/{id}/eligible: 200 | 403 | 404."""

    permission_classes = [has_perm(EVERY_QUEUE)]

    @extend_schema(
        operation_id="list_eligible_people",
        summary="Who may rule on a case?",
        responses={200: EligiblePersonOut(many=True)},
    )
    def get(self, request: Request, case_id: UUID) -> Response:
        """Every reviewer of the case's queue, those who may first; of the others, which of the
        four conditions are not met."""
        case = Case.objects.select_related("queue", *NEEDED).get(pk=case_id)
        rows = [
            {
                "person": person.pseudonym,
                "may": found.may,
                "unmet": [one.condition.value for one in found.findings if not one.met],
            }
            for person, found in who_may_rule(case, timezone.now())
        ]
        return Response(EligiblePersonOut(rows, many=True).data)


def _ruling(request: Request, case: Case) -> tuple[VerdictKind | None, str]:
    """The ruling that is asked about. Raises ValidationError for one that could not be given."""
    verdict = request.query_params.get("verdict", "")
    outcome = request.query_params.get("outcome", "")
    faults = {}
    if verdict and verdict not in VerdictKind.values:
        faults["verdict"] = ["Must be one of: " + ", ".join(VerdictKind.values) + "."]
    elif outcome and verdict not in CORRECTING:
        faults["outcome"] = ["Goes with override and reverse only."]
    if outcome and outcome not in case.decision.decision_type.outcome_specs:
        faults["outcome"] = ["Is no outcome of this decision type."]
    if faults:
        raise serializers.ValidationError(faults)
    return (VerdictKind(verdict) if verdict else None), outcome
