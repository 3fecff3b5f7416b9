"""What the AI system says of its own output, read with suspicion: it may be any JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from models_registry.models import DecisionType
from reviews.selectors.said import said


@dataclass(frozen=True, slots=True)
class Explained:
    """`factors`: {label, value, weight}, as `factor_chart` takes them. `counterfactuals`: one
    sentence each. `rest`: what is neither, shown as it is; empty for nothing."""

    factors: tuple[dict[str, Any], ...]
    counterfactuals: tuple[str, ...]
    rest: Mapping[str, Any]


def explained(explanation: Mapping[str, Any]) -> Explained:
    """The parts of an explanation. What does not look like a factor stays in `rest`."""
    rest = dict(explanation)
    factors = rest.get("factors")
    if isinstance(factors, list) and all(map(_is_factor, factors)):
        del rest["factors"]
    else:
        factors = []
    others = rest.get("counterfactuals")
    if isinstance(others, list) and all(isinstance(one, str | dict) for one in others):
        del rest["counterfactuals"]
    else:
        others = []
    return Explained(
        factors=tuple(
            {
                "label": str(factor.get("label") or factor.get("name") or "?"),
                "value": said(factor.get("value")),
                "weight": float(factor["weight"]),
            }
            for factor in factors
        ),
        counterfactuals=tuple(_sentence(one) for one in others),
        rest=rest,
    )


def alternatives_of(
    alternatives: Iterable[Mapping[str, Any]], decision_type: DecisionType
) -> list[dict[str, Any]]:
    """The other outcomes the AI system weighed: {label, confidence}, None where it gave none."""
    return [
        {
            "label": _label(decision_type, alternative.get("outcome")),
            "confidence": _share(alternative.get("confidence")),
        }
        for alternative in alternatives
    ]


def _is_factor(factor: object) -> bool:
    if not isinstance(factor, dict):
        return False
    weight = factor.get("weight")
    return isinstance(weight, int | float) and not isinstance(weight, bool) and isfinite(weight)


def _sentence(counterfactual: str | Mapping[str, Any]) -> str:
    if isinstance(counterfactual, str):
        return counterfactual
    for key in ("sentence", "text"):
        if isinstance(counterfactual.get(key), str):
            return str(counterfactual[key])
    return "; ".join(f"{key}: {said(value)}" for key, value in counterfactual.items())


def _label(decision_type: DecisionType, outcome: object) -> str:
    spec = decision_type.outcome_specs.get(str(outcome))
    return spec["label"] if spec else str(outcome)


def _share(value: object) -> float | None:
    try:
        share = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return share if 0 <= share <= 1 else None
