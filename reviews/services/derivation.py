"""Deriving a past evaluation again: from the policy version, facts and context that it kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from governance import policies
from governance.policies import Context, Effect, Facts, Level, MandateState, Mode
from reviews.models import Evaluation
from reviews.services.rulebook import rulebook_of


def inputs_json(facts: Facts, context: Context | None) -> dict[str, Any]:
    """What the policy saw, as JSON. The type's own facts stay with the decision, which is as
    unchangeable as this row."""
    kept: dict[str, Any] = {
        "facts": {
            "decision_type": facts.decision_type,
            "model_version": facts.model_version,
            "outcome": facts.outcome,
            "adverse": facts.adverse,
            "effect": facts.effect.value,
            "reversible": facts.reversible,
            "critical": facts.critical,
            "confidence": facts.confidence,
            "impact": facts.impact,
        }
    }
    if context is not None:
        kept["context"] = _context_json(context)
    return kept


def derive_again(row: Evaluation) -> policies.Evaluation | None:
    """The evaluation that the stored inputs give today; None where there were no rules to apply.

    It equals the stored result for ever, or the record is not what it was (invariant 8).
    """
    if row.policy_version is None:
        return None
    rulebook = rulebook_of(row.policy_version, row.decision.decision_type)
    if rulebook is None:
        return None
    return policies.evaluate(rulebook.rules, _facts(row), _context(row.inputs["context"]))


def _facts(row: Evaluation) -> Facts:
    kept = row.inputs["facts"]
    return Facts(**{**kept, "effect": Effect(kept["effect"])}, values=row.decision.facts)


def _context_json(context: Context) -> dict[str, Any]:
    mandate = context.mandate
    return {
        "mode": context.mode.value,
        "level": context.level.value,
        "halts": list(context.halts),
        "mandate": None
        if mandate is None
        else {
            "id": mandate.id,
            "valid": mandate.valid,
            "remaining": mandate.remaining,
            "max_impact": mandate.max_impact,
            "allowed_outcomes": None
            if mandate.allowed_outcomes is None
            else sorted(mandate.allowed_outcomes),
        },
        "version_in_service": context.version_in_service,
        "policy_in_force": context.policy_in_force,
        "queue_available": context.queue_available,
        "sampling_seed": context.sampling_seed,
        "monitors_fresh": context.monitors_fresh,
        "confidence_required": context.confidence_required,
    }


def _context(kept: dict[str, Any]) -> Context:
    mandate = None
    if kept["mandate"] is not None:
        mandate = MandateState(**kept["mandate"])
        if mandate.allowed_outcomes is not None:
            mandate = replace(mandate, allowed_outcomes=frozenset(mandate.allowed_outcomes))
    return Context(
        **{
            **kept,
            "mode": Mode(kept["mode"]),
            "level": Level(kept["level"]),
            "halts": tuple(kept["halts"]),
            "mandate": mandate,
        }
    )
