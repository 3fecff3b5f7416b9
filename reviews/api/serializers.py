"""The shapes of the work in the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.fields import (
    AmountField,
    FlagField,
    InstantField,
    NumberField,
    ObjectField,
    StrictSerializer,
    TextField,
    WholeField,
)
from reviews.models import (
    Case,
    Execution,
    PermitUse,
    Recusal,
    Verdict,
    VerdictKind,
)
from reviews.selectors.blindness import is_hidden_from, is_unread, shown_facts
from reviews.selectors.lenders import lenders_named
from reviews.selectors.quorums import QuorumStanding, quorum_standing
from reviews.selectors.standing import Standing
from reviews.services.permits import content
from reviews.services.submission import Submission

_MOST_FACTS = 200
_MOST_MEMBERS = 500


class SubjectIn(StrictSerializer):
    ref = TextField(max_length=200, help_text="the caller's own reference of the person affected")


class AlternativeIn(StrictSerializer):
    outcome = TextField(max_length=64)
    confidence = NumberField(least=0, most=1, required=False, allow_null=True)


class DecisionIn(StrictSerializer):
    """One decision of an AI system, as it submits it."""

    decision_type = TextField(max_length=50)
    model_version = TextField(max_length=64)
    external_id = TextField(max_length=200)
    occurred_at = InstantField()
    outcome = TextField(max_length=64)
    confidence = NumberField(least=0, most=1, required=False, allow_null=True, default=None)
    impact = AmountField(required=False, allow_null=True, default=None)
    facts = ObjectField(most=_MOST_FACTS, required=False, default=dict)
    subject = SubjectIn(required=False, allow_null=True, default=None)
    alternatives = serializers.ListField(
        child=AlternativeIn(), required=False, default=list, max_length=50
    )
    input = ObjectField(most=_MOST_MEMBERS, required=False, default=dict)
    explanation = ObjectField(most=_MOST_MEMBERS, required=False, default=dict)
    sources = serializers.ListField(
        child=ObjectField(most=50), required=False, default=list, max_length=50
    )


def submission_of(values: dict[str, Any]) -> Submission:
    """What `intake.submit_decision` takes, from valid input."""
    subject = values.pop("subject")
    return Submission(**values, subject_ref=None if subject is None else subject["ref"])


class ReasonOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    sentence = serializers.CharField()


class CaseBrief(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Case.State.choices)
    queue = serializers.CharField(source="queue.slug")
    due_at = serializers.DateTimeField()


class PermitOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    token = serializers.CharField(help_text="JWS in compact form, checkable with the JWKS")
    outcome = serializers.CharField(help_text="the one outcome that may be carried out")
    digest = serializers.CharField(help_text="SHA-256 of the RFC 8785 JSON of what is permitted")
    expires_at = serializers.DateTimeField()


class DecisionOut(serializers.Serializer[Any]):
    """A decision, what the policy made of it, and where it stands."""

    id = serializers.UUIDField(source="decision.id")
    external_id = serializers.CharField(source="decision.external_id")
    decision_type = serializers.CharField(source="decision.decision_type.slug")
    model_version = serializers.CharField(source="decision.model_version.version")
    received_at = serializers.DateTimeField(source="decision.received_at")
    disposition = serializers.ChoiceField(
        source="decision.evaluation.disposition", choices=["pass", "review", "block"]
    )
    reasons = ReasonOut(source="decision.evaluation.result.reasons", many=True)
    rule = serializers.CharField(
        source="decision.evaluation.rule", help_text="id of the rule that decided; empty: none"
    )
    policy_version = serializers.UUIDField(
        source="decision.evaluation.policy_version_id", allow_null=True
    )
    halts = serializers.ListField(
        source="decision.evaluation.halt_ids",
        child=serializers.UUIDField(),
        help_text="those that were in force when it came in, the oldest first",
    )
    standing = serializers.ChoiceField(choices=[standing.value for standing in Standing])
    is_final = serializers.BooleanField(help_text="no person has to rule on it any more")
    outcome = serializers.CharField(
        allow_null=True, help_text="what may be or was carried out; null: nothing may"
    )
    case = CaseBrief(allow_null=True)
    permit = PermitOut(allow_null=True)


class WithdrawalIn(StrictSerializer):
    reason = TextField(max_length=500, help_text="without personal data")


class TruthIn(StrictSerializer):
    """The true outcome of a decision, learned later."""

    outcome = TextField(max_length=64)
    source = TextField(max_length=200, help_text="how it became known")  # type: ignore[assignment]
    observed_at = InstantField()


class TruthOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    decision = serializers.UUIDField(source="decision_id")
    outcome = serializers.CharField()
    recorded_at = serializers.DateTimeField()


class ExecutionIn(StrictSerializer):
    """What the caller did: under a permit, or, with `kind` undone, on an order to undo."""

    kind = serializers.ChoiceField(
        choices=Execution.Kind.choices, default=Execution.Kind.CARRIED_OUT.value
    )
    permit = TextField(
        max_length=8192,
        required=False,
        allow_null=True,
        default=None,
        help_text="the token; required unless the kind is undone",
    )
    outcome = TextField(max_length=64)
    executed_at = InstantField()
    reference = TextField(max_length=200, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        undone = attrs["kind"] == Execution.Kind.UNDONE
        if undone != (attrs["permit"] is None):
            raise serializers.ValidationError(
                {"permit": ["An undoing has no permit; everything else needs one."]}
            )
        return attrs


class ExecutionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    decision = serializers.UUIDField(source="decision_id")
    kind = serializers.ChoiceField(choices=Execution.Kind.choices)
    outcome = serializers.CharField()
    reference = serializers.CharField()
    recorded_at = serializers.DateTimeField()


class PermitIn(StrictSerializer):
    permit = TextField(max_length=8192, help_text="the token")


class ConsumedOut(serializers.Serializer[Any]):
    """Exactly what may now be carried out, once."""

    permit = serializers.UUIDField(source="permit_id")
    decision = serializers.UUIDField(source="decision_id")
    outcome = serializers.CharField(source="permit.outcome")
    digest = serializers.CharField(source="permit.digest")
    content = serializers.SerializerMethodField(help_text="what the digest is of")
    consumed_at = serializers.DateTimeField(source="used_at")

    def get_content(self, use: PermitUse) -> dict[str, Any]:
        return content(use.decision, use.permit.outcome)


class IntrospectionOut(serializers.Serializer[Any]):
    active = serializers.BooleanField(help_text="it could be consumed at this moment")
    code = serializers.CharField(help_text="why not; empty when active")
    detail = serializers.CharField()


class QueueOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    escalates_to = serializers.CharField(source="escalates_to.slug", allow_null=True, default=None)
    ladder = serializers.CharField(source="ladder.slug", allow_null=True, default=None)
    is_open = serializers.BooleanField()


class StageOut(serializers.Serializer[Any]):
    """One stage of a quorum: `required` of at most `panel` distinct people must choose the same."""

    name = serializers.CharField()
    required = serializers.IntegerField()  # type: ignore[assignment]
    panel = serializers.IntegerField()
    roles = serializers.ListField(
        child=serializers.CharField(),
        help_text="slugs, of which each person holds one; empty: whoever is entitled",
    )
    veto = serializers.BooleanField(help_text="one ballot against the AI's outcome ends the vote")
    ballots = serializers.IntegerField(help_text="how many are in")
    state = serializers.ChoiceField(
        choices=["met", "now", "later", "ended"],
        help_text="now: takes the next ballot; ended: left to an adjudicator, or the case closed",
    )


class QuorumOut(serializers.Serializer[Any]):
    """What a case asks of people and how far it is; never how anybody voted."""

    name = serializers.CharField(help_text="empty where the policy gave a number alone")
    people = serializers.IntegerField(help_text="how many distinct people it takes at least")
    ballots = serializers.IntegerField(help_text="how many are in")
    stages = StageOut(many=True)


class CaseOut(serializers.Serializer[Any]):
    """A case as its reviewer sees it. While it is to be judged before the AI's output is shown,
    `outcome`, `confidence`, `priority`, `verdicts_required` and `quorum` are null, and facts that
    come of the output are left out. While the statement of whoever contests the decision is to be
    read first, no fact is shown either."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Case.Kind.choices)
    state = serializers.ChoiceField(choices=Case.State.choices)
    queue = serializers.CharField(source="queue.slug")
    decision = serializers.UUIDField(source="decision_id")
    decision_type = serializers.CharField(source="decision.decision_type.slug")
    question = serializers.CharField(source="decision.decision_type.question")
    facts = serializers.SerializerMethodField()
    priority = serializers.SerializerMethodField(help_text="0 to 100")
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    paused_until = serializers.DateTimeField(
        allow_null=True, help_text="the latest end of its pause; null: its clock runs"
    )
    rung = serializers.IntegerField()
    verdicts_required = serializers.SerializerMethodField()
    quorum = serializers.SerializerMethodField()
    adjudication = serializers.BooleanField(
        help_text="the ballots disagreed, or one was a veto: the next verdict settles the case"
    )
    vetoed_at = serializers.DateTimeField(
        allow_null=True, help_text="since when the AI's outcome may not be settled on; null: it may"
    )
    blind_first = serializers.BooleanField()
    must_read_statement = serializers.SerializerMethodField(
        help_text="the decision is contested: first GET cases/{id}/statement, then statement-read"
    )
    outcome = serializers.SerializerMethodField()
    confidence = serializers.SerializerMethodField()
    claim = serializers.IntegerField(
        source="claim_number", help_text="send it with the verdict; it grows with each claim"
    )
    lease_expires_at = serializers.DateTimeField(allow_null=True)

    def get_facts(self, case: Case) -> dict[str, Any]:
        if self._unread(case):
            return {}
        return shown_facts(case, hidden=self._hidden(case))

    def get_verdicts_required(self, case: Case) -> int | None:
        # A policy may ask for more people where the outcome is adverse or in doubt.
        return None if self._hidden(case) else case.verdicts_required

    @extend_schema_field(QuorumOut(allow_null=True))
    def get_quorum(self, case: Case) -> dict[str, Any] | None:
        if self._hidden(case):
            return None
        # A list brings the standings of its page along.
        known: dict[UUID, QuorumStanding] = self.context.get("quorums", {})
        return QuorumOut(known.get(case.pk) or quorum_standing(case)).data

    def get_must_read_statement(self, case: Case) -> bool:
        return self._unread(case)

    def get_priority(self, case: Case) -> float | None:
        # It is higher for adverse outcomes and for doubt.
        return None if self._hidden(case) else case.priority

    def get_outcome(self, case: Case) -> str | None:
        return None if self._hidden(case) else case.decision.outcome

    def get_confidence(self, case: Case) -> float | None:
        return None if self._hidden(case) else case.decision.confidence

    def _hidden(self, case: Case) -> bool:
        return self._unread(case) or is_hidden_from(case, self.context["request"].user)

    def _unread(self, case: Case) -> bool:
        return is_unread(case, self.context["request"].user)


class OutcomeIn(StrictSerializer):
    outcome = TextField(max_length=64)


class JudgementOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    outcome = serializers.CharField()
    judged_at = serializers.DateTimeField()


class VerdictIn(StrictSerializer):
    """A person's ruling under a claim."""

    claim = WholeField(min_value=1, help_text="the claim number of the case")
    kind = serializers.ChoiceField(choices=VerdictKind.choices)
    outcome = TextField(
        max_length=64,
        required=False,
        allow_blank=True,
        default="",
        help_text="the corrected outcome, for override and reverse only",
    )
    reason_code = TextField(max_length=64)
    reason_text = TextField(
        max_length=10_000,
        required=False,
        allow_blank=True,
        default="",
        help_text="sealed; it may name persons",
    )


class BallotOut(serializers.Serializer[Any]):
    """What one person ruled, once it is open to the reader."""

    id = serializers.UUIDField(source="verdict.id")
    ruled_by = serializers.UUIDField(source="verdict.ruled_by.pseudonym")
    kind = serializers.ChoiceField(source="verdict.kind", choices=VerdictKind.choices)
    outcome = serializers.CharField(source="verdict.outcome")
    reason_code = serializers.CharField(source="verdict.reason_code")
    reason_text = serializers.CharField(
        source="reason", allow_null=True, help_text="null: not yours to read"
    )
    stage = serializers.IntegerField(
        source="verdict.stage",
        allow_null=True,
        help_text="the stage it counted for, from 0; null: an abstention or an adjudication",
    )
    ruled_at = serializers.DateTimeField(source="verdict.ruled_at")


class VerdictOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    kind = serializers.ChoiceField(choices=VerdictKind.choices)
    outcome = serializers.CharField()
    reason_code = serializers.CharField()
    ruled_at = serializers.DateTimeField()
    on_behalf_of = serializers.SerializerMethodField(
        help_text="user names of those who lent the right it rests on, its owner first"
    )
    case_state = serializers.ChoiceField(source="case.state", choices=Case.State.choices)

    def get_on_behalf_of(self, verdict: Verdict) -> list[str]:
        return [person.username for person in lenders_named(verdict.delegation)]


class RecusalIn(StrictSerializer):
    """Why a person steps aside; the note is kept sealed."""

    reason = serializers.ChoiceField(choices=Recusal.Reason.choices)
    note = TextField(max_length=4000, required=False, allow_blank=True, default="")


class RecusalOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    decision = serializers.UUIDField(source="decision_id")
    reason = serializers.ChoiceField(choices=Recusal.Reason.choices)
    recused_at = serializers.DateTimeField()


class HaltIn(StrictSerializer):
    """None of system, decision type and model version: everything stops."""

    system = TextField(max_length=50, required=False, allow_null=True, default=None)
    decision_type = TextField(max_length=50, required=False, allow_null=True, default=None)
    model_version = TextField(
        max_length=64,
        required=False,
        allow_null=True,
        default=None,
        help_text="of the system, which is then named too",
    )
    reason = TextField(max_length=500, help_text="without personal data")
    is_drill = FlagField(default=False)


class LiftIn(StrictSerializer):
    reason = TextField(max_length=500)


class HaltOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    system = serializers.CharField(source="system.slug", allow_null=True, default=None)
    decision_type = serializers.CharField(
        source="decision_type.slug", allow_null=True, default=None
    )
    model_version = serializers.CharField(
        source="model_version.version", allow_null=True, default=None
    )
    reason = serializers.CharField()
    is_drill = serializers.BooleanField()
    placed_at = serializers.DateTimeField()
    stopped_within_ms = serializers.IntegerField(
        allow_null=True, help_text="until the last unused permit in scope was void"
    )
    lifted_at = serializers.DateTimeField(allow_null=True)
