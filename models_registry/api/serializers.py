"""The shapes of the registry in the API."""

from __future__ import annotations

from rest_framework import serializers

from governance.api.fields import (
    AmountField,
    FlagField,
    InstantField,
    ObjectField,
    SlugField,
    StrictSerializer,
    TextField,
    WholeField,
)
from governance.policies import Effect, FactType
from models_registry.models import AISystem, Classification, DecisionType, Mandate, ModelVersion


class SystemIn(StrictSerializer):
    slug = SlugField(max_length=50)
    name = TextField(max_length=200)
    intended_purpose = TextField(max_length=4000)
    organisation = TextField(max_length=200)
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=AISystem.Role.choices), min_length=1
    )
    sector = TextField(max_length=100, required=False, allow_blank=True, default="")


class SystemOut(serializers.ModelSerializer[AISystem]):
    owner = serializers.CharField(source="owner.username")

    class Meta:
        model = AISystem
        fields = [
            "id",
            "slug",
            "name",
            "intended_purpose",
            "organisation",
            "roles",
            "owner",
            "sector",
            "risk_class",
            "registration_id",
            "status",
            "is_demo",
        ]


class SystemStatusIn(StrictSerializer):
    status = serializers.ChoiceField(choices=AISystem.Status.choices)


class AnswersIn(StrictSerializer):
    """Question id to answer: `yes`, `no`, an option, a list of options, or `uncertain`."""

    answers = ObjectField(most=200)


class ClassificationOut(serializers.ModelSerializer[Classification]):
    system = serializers.CharField(source="system.slug")

    class Meta:
        model = Classification
        fields = ["id", "system", "risk_class", "law_version", "outcome", "classified_at"]


class VersionIn(StrictSerializer):
    system = TextField(max_length=50, help_text="slug")
    version = TextField(max_length=64)
    artefact_sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    declared_metrics = serializers.DictField(child=TextField(max_length=200), default=dict)
    limits = TextField(max_length=4000, allow_blank=True, default="")
    instructions_version = TextField(max_length=64)


class VersionOut(serializers.ModelSerializer[ModelVersion]):
    system = serializers.CharField(source="system.slug")

    class Meta:
        model = ModelVersion
        fields = [
            "id",
            "system",
            "version",
            "artefact_sha256",
            "declared_metrics",
            "limits",
            "instructions_version",
            "status",
        ]


class VersionStatusIn(StrictSerializer):
    status = serializers.ChoiceField(choices=ModelVersion.Status.choices)


class OutcomeSpecIn(StrictSerializer):
    key = SlugField(max_length=64)
    label = TextField(max_length=100)  # type: ignore[assignment]
    adverse = FlagField()


class FactSpecIn(StrictSerializer):
    type = serializers.ChoiceField(choices=[kind.value for kind in FactType])
    label = TextField(max_length=100)  # type: ignore[assignment]
    unit = TextField(max_length=40, required=False, allow_blank=True)
    personal = FlagField(required=False, help_text="sealed; no policy sees it")
    derived = FlagField(required=False, help_text="comes of the model's output")


class DecisionTypeIn(StrictSerializer):
    system = TextField(max_length=50, help_text="slug")
    slug = SlugField(max_length=50)
    name = TextField(max_length=200)
    question = TextField(max_length=300)
    outcomes = serializers.ListField(child=OutcomeSpecIn(), max_length=50)
    fact_schema = serializers.DictField(child=FactSpecIn(), default=dict)
    effect = serializers.ChoiceField(choices=[effect.value for effect in Effect])
    reversible = FlagField(default=False)
    critical = FlagField(default=False)
    confidence_required = FlagField(default=True)
    impact_unit = TextField(max_length=40, required=False, allow_blank=True, default="")
    policy = TextField(max_length=50, help_text="slug")


class DecisionTypeOut(serializers.ModelSerializer[DecisionType]):
    system = serializers.CharField(source="system.slug")
    policy = serializers.CharField(source="policy.slug")

    class Meta:
        model = DecisionType
        fields = [
            "id",
            "system",
            "slug",
            "name",
            "question",
            "outcomes",
            "fact_schema",
            "effect",
            "reversible",
            "critical",
            "confidence_required",
            "impact_unit",
            "policy",
            "level",
        ]


class MandateIn(StrictSerializer):
    decision_type = TextField(max_length=50, help_text="slug")
    objective = TextField(max_length=2000)
    max_decisions = WholeField(min_value=1, max_value=1_000_000)
    max_impact = AmountField(required=False, allow_null=True, default=None)
    allowed_outcomes = serializers.ListField(
        child=TextField(max_length=64), required=False, default=list, max_length=50
    )
    valid_until = InstantField()
    reason = TextField(
        max_length=500,
        required=False,
        default="",
        help_text="for the second person; left out: the objective",
    )


class MandateOut(serializers.ModelSerializer[Mandate]):
    decision_type = serializers.CharField(source="decision_type.slug")

    class Meta:
        model = Mandate
        fields = [
            "id",
            "decision_type",
            "objective",
            "max_decisions",
            "max_impact",
            "allowed_outcomes",
            "valid_from",
            "valid_until",
            "revoked_at",
        ]
