"""The inputs of an evaluation as JSON, so that it can be derived again from what was stored.

Like the evaluation's own, this JSON holds strings, booleans, null and small ints alone. With the
text of the policy, which its digest names, the same evaluation follows.
"""

from decimal import Decimal
from typing import Any

from governance.policies.facts import Context, Facts, MandateState
from governance.policies.json_values import value_from_json, value_to_json
from governance.policies.vocabulary import Effect, Level, Mode


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """The JSON of the facts of one decision."""
    return {
        "decision_type": facts.decision_type,
        "model_version": facts.model_version,
        "outcome": facts.outcome,
        "adverse": facts.adverse,
        "effect": facts.effect.value,
        "reversible": facts.reversible,
        "critical": facts.critical,
        "confidence": value_to_json(facts.confidence),
        "impact": value_to_json(facts.impact),
        # Facts keep lists as tuples, so that each is a value of the condition language.
        "values": {name: value_to_json(value) for name, value in facts.values.items()},  # type: ignore[arg-type]
    }


def facts_from_json(data: dict[str, Any]) -> Facts:
    """The facts that `facts_to_json` made `data` of. Raises KeyError, ValueError for others."""
    return Facts(
        decision_type=data["decision_type"],
        model_version=data["model_version"],
        outcome=data["outcome"],
        adverse=data["adverse"],
        effect=Effect(data["effect"]),
        reversible=data["reversible"],
        critical=data["critical"],
        confidence=value_from_json(data["confidence"]),
        impact=value_from_json(data["impact"]),
        values={name: value_from_json(value) for name, value in data["values"].items()},
    )


def context_to_json(context: Context) -> dict[str, Any]:
    """The JSON of the moment of an evaluation."""
    return {
        "mode": context.mode.value,
        "level": context.level.value,
        "halts": list(context.halts),
        "halt_ids": list(context.halt_ids),
        "mandate": None if context.mandate is None else _mandate_to_json(context.mandate),
        "version_in_service": context.version_in_service,
        "policy_in_force": context.policy_in_force,
        "queue_available": context.queue_available,
        "sampling_seed": context.sampling_seed,
        "monitors_fresh": context.monitors_fresh,
        "confidence_required": context.confidence_required,
        "audit_rate": value_to_json(context.audit_rate),
        "queue_needed": context.queue_needed,
    }


def context_from_json(data: dict[str, Any]) -> Context:
    """The context that `context_to_json` made `data` of. Raises KeyError, ValueError for others."""
    mandate = data["mandate"]
    return Context(
        mode=Mode(data["mode"]),
        level=Level(data["level"]),
        halts=tuple(data["halts"]),
        # Absent from what was stored before the ids were kept.
        halt_ids=tuple(data.get("halt_ids", ())),
        mandate=None if mandate is None else _mandate_from_json(mandate),
        version_in_service=data["version_in_service"],
        policy_in_force=data["policy_in_force"],
        queue_available=data["queue_available"],
        sampling_seed=data["sampling_seed"],
        monitors_fresh=data["monitors_fresh"],
        confidence_required=data["confidence_required"],
        # Of before rates adapted.
        audit_rate=value_from_json(data.get("audit_rate")),
        # Stored before a policy's queue had to be there for a pass.
        queue_needed=data.get("queue_needed", False),
    )


def _mandate_to_json(mandate: MandateState) -> dict[str, Any]:
    outcomes = mandate.allowed_outcomes
    return {
        "id": mandate.id,
        "valid": mandate.valid,
        "remaining": mandate.remaining,
        "max_impact": value_to_json(mandate.max_impact),
        "allowed_outcomes": None if outcomes is None else sorted(outcomes),
        "remaining_in_period": mandate.remaining_in_period,
        "remaining_impact": _decimal_to_json(mandate.remaining_impact),
        "remaining_impact_in_period": _decimal_to_json(mandate.remaining_impact_in_period),
        "segments": {name: list(values) for name, values in mandate.segments.items()},
    }


def _mandate_from_json(data: dict[str, Any]) -> MandateState:
    outcomes = data["allowed_outcomes"]
    return MandateState(
        id=data["id"],
        valid=data["valid"],
        remaining=data["remaining"],
        max_impact=value_from_json(data["max_impact"]),
        allowed_outcomes=None if outcomes is None else frozenset(outcomes),
        # Absent from what was stored before mandates had these limits.
        remaining_in_period=data.get("remaining_in_period"),
        remaining_impact=_decimal_from_json(data.get("remaining_impact")),
        remaining_impact_in_period=_decimal_from_json(data.get("remaining_impact_in_period")),
        segments={name: tuple(values) for name, values in data.get("segments", {}).items()},
    )


def _decimal_to_json(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _decimal_from_json(data: str | None) -> Decimal | None:
    return None if data is None else Decimal(data)
