"""Kinds of decision that an AI system makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypedDict

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import Policy, Recorded, ReviewerRole
from governance.policies.decision_schema import DecisionSchema
from governance.policies.expression.values import FactType
from governance.policies.vocabulary import Effect, Level
from models_registry.models.ai_system import AISystem
from models_registry.queue_names import queue_names


class OutcomeSpec(TypedDict):
    """One outcome a decision of the type can have."""

    key: str
    label: str
    adverse: bool


class FactSpec(TypedDict, total=False):
    """One fact the caller sends. `personal` ones are sealed and no policy sees them. `derived`
    ones come of the model's output, so whoever is to judge without it does not see them."""

    type: str
    label: str
    unit: str
    personal: bool
    derived: bool


class ProtectedKind(models.TextChoices):
    """Why a fact marks a group of people that is to be looked after."""

    ATTRIBUTE = "attribute", _("protected attribute")
    PROXY = "proxy", _("stands in for one")


class ProtectedSpec(TypedDict):
    """The mark on one fact. `basis`: what allows its use, in the organisation's own words."""

    kind: str
    basis: str


PROTECTED_LAW = _(
    "Special categories are barred save exceptions (GDPR Art. 9); in automated decisions save "
    "those of Art. 9(2)(a) and (g), with safeguards (GDPR Art. 22(4)). For bias work they may be "
    "used only under six conditions (AI Act Art. 4a, which replaced Art. 10(5))."
)


class DecisionType(Recorded):
    """One kind of decision: its outcomes, its effect on people, and what it runs under."""

    system = models.ForeignKey(AISystem, models.PROTECT, related_name="decision_types")
    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    question = models.CharField(
        _("question"), max_length=300, help_text="what the reviewer is asked, as one sentence"
    )
    outcomes = models.JSONField(
        _("outcomes"), help_text="list of {key, label, adverse}", default=list
    )
    fact_schema = models.JSONField(
        _("facts"), help_text="name to {type, label, unit, personal, derived}", default=dict
    )
    effect = models.CharField(
        _("effect on persons"),
        max_length=8,
        choices=[(effect.value, effect.value) for effect in Effect],
        help_text="GDPR Art. 22(1): legal, similar, or none",
    )
    reversible = models.BooleanField(_("reversible"), default=False)
    critical = models.BooleanField(
        _("critical"), default=False, help_text="in command mode (HIC) no rule may let it pass"
    )
    confidence_required = models.BooleanField(_("confidence required"), default=True)
    impact_unit = models.CharField(
        _("unit of impact"), max_length=40, blank=True, help_text="such as EUR; empty: none"
    )
    protected = models.JSONField(
        _("protected facts"),
        null=True,
        blank=True,
        help_text="fact to {kind, basis}; empty: nobody has said which are",
    )
    policy = models.ForeignKey(
        Policy, models.PROTECT, related_name="decision_types", verbose_name=_("policy")
    )
    level = models.CharField(
        _("intervention level"),
        max_length=12,
        choices=[(level.value, level.value) for level in Level],
        default=Level.NORMAL.value,
        editable=False,
    )

    class Meta:
        verbose_name = _("decision type")
        constraints = [
            models.CheckConstraint(
                name="effect_known", condition=Q(effect__in=[effect.value for effect in Effect])
            ),
            models.CheckConstraint(
                name="level_known", condition=Q(level__in=[level.value for level in Level])
            ),
        ]
        permissions = [
            ("manage_decisiontype", "Can define decision types"),
            ("raise_level", "Can raise intervention levels"),
            ("lower_level", "Can move and approve that a level is lowered"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def outcome_specs(self) -> dict[str, OutcomeSpec]:
        return {spec["key"]: spec for spec in self.outcomes}

    def outcome_label(self, key: str) -> str:
        return self.outcome_specs[key]["label"]

    def is_adverse(self, key: str) -> bool:
        return self.outcome_specs[key]["adverse"]

    @property
    def fact_specs(self) -> dict[str, FactSpec]:
        specs: dict[str, FactSpec] = self.fact_schema
        return specs

    @property
    def protected_specs(self) -> dict[str, ProtectedSpec]:
        specs: dict[str, ProtectedSpec] = self.protected or {}
        return specs

    @property
    def protected_groups(self) -> list[str]:
        """The marked facts that divide people into groups and that are not sealed, by name."""
        return self.policy_schema().protected_groups()

    def as_declared(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Facts with every `double` as one: 1e22 comes back from the database as a whole number,
        which RFC 8785 cannot write."""
        doubles = {
            name for name, spec in self.fact_specs.items() if spec["type"] == FactType.DOUBLE
        }
        return {
            name: float(value) if name in doubles and value is not None else value
            for name, value in facts.items()
        }

    def policy_schema(
        self, queues: frozenset[str] | None = None, roles: frozenset[str] | None = None
    ) -> DecisionSchema:
        """What a policy is checked against: the facts that are not personal, and the outcomes.

        `queues`, `roles`: the slugs a rule and a quorum may name; None where they do not matter.
        """
        return DecisionSchema.declared(
            outcomes=self.outcomes,
            facts=self.fact_specs,
            queues=queues,
            roles=roles,
            protected=frozenset(self.protected_specs),
        )


def policy_schemas(policy: Policy) -> list[DecisionSchema]:
    """What a text of `policy` is checked against before it is published: every decision type that
    it rules, and the queues, roles and ladders that there are now. Where it rules none yet, one
    without facts and outcomes of its own."""
    names = queue_names()
    opened, closed, ladders = (None, frozenset[str](), None) if names is None else names
    roles = frozenset(ReviewerRole.objects.values_list("slug", flat=True))
    schemas = [kind.policy_schema(opened, roles) for kind in policy.decision_types.all()]
    if not schemas:
        schemas = [DecisionSchema(facts={}, outcomes=frozenset(), queues=opened, roles=roles)]
    return [replace(schema, closed_queues=closed, ladders=ladders) for schema in schemas]
