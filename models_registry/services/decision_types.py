"""Defining the kinds of decision that an AI system makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, Policy
from governance.policies.decision_schema import DecisionSchema
from governance.policies.expression.values import FactType
from governance.policies.vocabulary import Effect
from models_registry.models import (
    AISystem,
    DecisionType,
    FactSpec,
    OutcomeSpec,
    ProtectedSpec,
)
from models_registry.services.protected_facts import protected_faults

_FEWEST_OUTCOMES = 2


@transaction.atomic
def define_decision_type(
    *,
    system: AISystem,
    slug: str,
    name: str,
    question: str,
    outcomes: Sequence[OutcomeSpec],
    fact_schema: Mapping[str, FactSpec],
    effect: Effect,
    reversible: bool,
    policy: Policy,
    critical: bool = False,
    confidence_required: bool = True,
    impact_unit: str = "",
    protected: Mapping[str, ProtectedSpec] | None = None,
    actor: Actor,
    now: datetime,
) -> DecisionType:
    """Say what decisions of a kind look like. `protected`: None where nobody has said.

    Raises InputInvalid naming each faulty place.
    """
    errors = [
        *_outcome_faults(outcomes),
        *_fact_faults(fact_schema),
        *protected_faults(protected or {}, fact_schema),
    ]
    if errors:
        raise InputInvalid("The decision type is not well defined", errors=errors)
    defined = DecisionType(
        system=system,
        slug=slug,
        name=name,
        question=question,
        outcomes=list(outcomes),
        fact_schema=dict(fact_schema),
        effect=effect.value,
        reversible=reversible,
        critical=critical,
        confidence_required=confidence_required,
        impact_unit=impact_unit,
        protected=None if protected is None else dict(protected),
        policy=policy,
    )
    record.keep(
        defined,
        "models_registry.decisiontype.defined",
        actor=actor,
        at=now,
        body={"system": system.slug, "slug": slug, "effect": effect.value, "policy": policy.slug},
    )
    return defined


def _outcome_faults(outcomes: Sequence[OutcomeSpec]) -> list[FieldError]:
    keys = [spec["key"] for spec in outcomes]
    faults = [
        FieldError(f"/outcomes/{index}/key", "Appears twice.", "duplicate")
        for index, key in enumerate(keys)
        if key in keys[:index]
    ]
    if len(keys) < _FEWEST_OUTCOMES:
        faults.append(FieldError("/outcomes", "Name at least two outcomes.", "too_few"))
    return faults


def _fact_faults(fact_schema: Mapping[str, FactSpec]) -> list[FieldError]:
    known = [kind.value for kind in FactType]
    faults = []
    for name, spec in fact_schema.items():
        pointer = "/fact_schema/" + name.replace("~", "~0").replace("/", "~1")
        if spec.get("type") not in known:
            sentence = f"Must be one of {', '.join(known)}."
            faults.append(FieldError(f"{pointer}/type", sentence, "unknown"))
        alone = DecisionSchema(facts={name: FactType.BOOL}, outcomes=frozenset())
        faults += [FieldError(pointer, sentence, "unusable") for sentence in alone.faults()]
    return faults
