"""What a demo model proposes, in the shape that `POST /api/v1/decisions` takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Beyond this a figure shows the computer's arithmetic, not the model's knowledge.
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Proposal:
    """One output of a demo model, and what is true according to the data set.

    `confidence`: 0.0 to 1.0. `explanation`: `{towards, against, unit, baseline, score, factors[],
    counterfactuals[]}`: baseline and the factors' weights add up to the score, in `unit`; what is
    positive speaks for the outcome `towards` and against the runner-up.
    """

    external_id: str
    outcome: str
    confidence: float
    alternatives: Mapping[str, float]
    facts: Mapping[str, Any]
    input: Mapping[str, Any]
    explanation: Mapping[str, Any]
    source: Mapping[str, str]
    truth: str
    subject_ref: str | None = None

    def body(self, *, decision_type: str, model_version: str, occurred_at: str) -> dict[str, Any]:
        """The request body. `occurred_at`: RFC 3339, when the model was run."""
        return {
            "decision_type": decision_type,
            "model_version": model_version,
            "external_id": self.external_id,
            "occurred_at": occurred_at,
            "outcome": self.outcome,
            "confidence": self.confidence,
            "alternatives": [
                {"outcome": outcome, "confidence": confidence}
                for outcome, confidence in self.alternatives.items()
            ],
            "facts": dict(self.facts),
            "subject": None if self.subject_ref is None else {"ref": self.subject_ref},
            "input": dict(self.input),
            "explanation": dict(self.explanation),
            "sources": [dict(self.source)],
        }


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model as it is registered, and everything it proposes, in a fixed order.

    `artefact_sha256`: of its parameters. `metrics`: name to value as text, measured on records
    that the judging model had not seen.
    """

    artefact_sha256: str
    metrics: Mapping[str, str]
    proposals: Sequence[Proposal] = field(repr=False)

    @property
    def version(self) -> str:
        """The release, and which parameters exactly: other parameters are another version."""
        return f"1.0.0+{self.artefact_sha256[:8]}"


def rounded(value: float) -> float:
    """`value` as it is sent: a plain float with DECIMALS places, and no negative zero."""
    return round(float(value), DECIMALS) + 0.0


def counterfactual(
    *, outcome: str, label: str, confidence: float, changes: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What would have led to `outcome`, called `label`. `changes`: `{label, from, to}`, exact; the
    sentence has four digits of each."""
    told = "; ".join(
        f"{change['label']}: {change['to']:.4g} instead of {change['from']:.4g}"
        for change in changes
    )
    return {
        "outcome": outcome,
        "confidence": rounded(confidence),
        "changes": list(changes),
        "sentence": f"{label} (confidence {confidence:.0%}) with {told}",
    }
