"""The shapes of the registry in the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
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
from models_registry.models import (
    AISystem,
    Classification,
    DecisionType,
    Mandate,
    ModelVersion,
    ProtectedKind,
)
from models_registry.selectors.mandate_use import used_up, used_up_of
from models_registry.services.protected_facts import LONGEST_BASIS


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


class ProtectedSpecIn(StrictSerializer):
    """Why a fact marks a group of people that is to be looked after."""

    kind = serializers.ChoiceField(choices=ProtectedKind.choices)
    basis = TextField(
        max_length=LONGEST_BASIS,
        required=False,
        allow_blank=True,
        default="",
        help_text="what allows its use, in your own words",
    )


class ProtectedIn(StrictSerializer):
    """Every fact that is marked; the others are not."""

    protected = serializers.DictField(child=ProtectedSpecIn(), help_text="fact to its mark")


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
    protected = serializers.DictField(
        child=ProtectedSpecIn(),
        required=False,
        allow_null=True,
        default=None,
        help_text="fact to its mark; left out: nobody has said which are protected",
    )
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
            "protected",
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
    period = TextField(
        max_length=16,
        required=False,
        allow_null=True,
        default=None,
        help_text="day, week or month (UTC), or a span such as PT12H, counted from the start",
    )
    max_decisions_per_period = WholeField(
        min_value=1, max_value=1_000_000, required=False, allow_null=True, default=None
    )
    max_total_impact = AmountField(required=False, allow_null=True, default=None)
    max_impact_per_period = AmountField(required=False, allow_null=True, default=None)
    segments = ObjectField(
        most=20,
        required=False,
        allow_null=True,
        default=None,
        help_text="fact to the list of values that are covered; left out: all",
    )
    valid_until = InstantField()
    reason = TextField(
        max_length=500,
        required=False,
        default="",
        help_text="for the second person; left out: the objective",
    )


class UsedOut(serializers.Serializer[Any]):
    """What is used up of a mandate at the moment."""

    decisions = serializers.IntegerField()
    impact = serializers.DecimalField(max_digits=24, decimal_places=4)
    period_began_at = serializers.DateTimeField(allow_null=True)
    period_decisions = serializers.IntegerField()
    period_impact = serializers.DecimalField(max_digits=24, decimal_places=4)


class MandateListOut(serializers.ListSerializer[Any]):
    """What is used up is read for the whole page at once."""

    def to_representation(self, data: Any) -> Any:
        rows = list(data)
        used = used_up_of(rows, timezone.now())
        for row in rows:
            row.used = used[row.pk]
        return super().to_representation(rows)


class MandateOut(serializers.ModelSerializer[Mandate]):
    decision_type = serializers.CharField(source="decision_type.slug")
    used = serializers.SerializerMethodField()

    @extend_schema_field(UsedOut)
    def get_used(self, mandate: Mandate) -> Any:
        used = getattr(mandate, "used", None) or used_up(mandate, timezone.now())
        return UsedOut(used).data

    class Meta:
        model = Mandate
        list_serializer_class = MandateListOut
        fields = [
            "id",
            "decision_type",
            "objective",
            "max_decisions",
            "max_impact",
            "allowed_outcomes",
            "period",
            "max_decisions_per_period",
            "max_total_impact",
            "max_impact_per_period",
            "segments",
            "used",
            "valid_from",
            "valid_until",
            "revoked_at",
        ]
