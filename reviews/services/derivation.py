"""Deriving a past evaluation again: from the policy version, facts and context that it kept."""

from __future__ import annotations

from typing import Any

from governance import policies
from governance.policies import Context, Facts
from governance.policies.inputs import (
    context_from_json,
    context_to_json,
    facts_from_json,
    facts_to_json,
)
from reviews.models import Evaluation
from reviews.services.rulebook import rulebook_of


def inputs_json(facts: Facts, context: Context | None) -> dict[str, Any]:
    """What the policy saw; the context is None where there was no policy to see it."""
    return {
        "facts": facts_to_json(facts),
        "context": None if context is None else context_to_json(context),
    }


def derive_again(row: Evaluation) -> policies.Evaluation | None:
    """The evaluation that the stored inputs give today; None where there were no rules to apply.

    It equals the stored result for ever, or the record is not what it was (invariant 8).
    """
    if row.policy_version is None:
        return None
    rulebook = rulebook_of(row.policy_version, row.decision.decision_type)
    if rulebook is None:
        return None
    return policies.evaluate(
        rulebook.rules,
        facts_from_json(row.inputs["facts"]),
        context_from_json(row.inputs["context"]),
    )
