"""What a caller submits, checked against the decision type that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from governance.errors import FieldError, InputInvalid
from governance.ledger.leaf import instant
from governance.models import ApiClient
from governance.policies.decision_schema import fits
from governance.policies.expression.values import FactType
from models_registry.models import DecisionType, ModelVersion

# A caller's clock may run ahead of ours by this much.
_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Submission:
    """One decision as the caller describes it. Not yet checked against the registry.

    `confidence`: 0 to 1; `impact`: in the type's unit; `subject_ref`: the caller's own reference
    of the person affected; `input`, `explanation`, `sources`, `alternatives`: JSON, sealed.
    """

    decision_type: str
    model_version: str
    external_id: str
    occurred_at: datetime
    outcome: str
    confidence: float | None
    impact: Decimal | None
    facts: Mapping[str, Any]
    subject_ref: str | None
    alternatives: Sequence[Mapping[str, Any]]
    input: Mapping[str, Any]
    explanation: Mapping[str, Any]
    sources: Sequence[Mapping[str, Any]]

    def sealed_content(self) -> dict[str, object]:
        """Everything the caller said, for the payload: what a repetition is compared with."""
        return {
            "decision_type": self.decision_type,
            "model_version": self.model_version,
            "external_id": self.external_id,
            "occurred_at": instant(self.occurred_at),
            "outcome": self.outcome,
            "confidence": self.confidence,
            "impact": None if self.impact is None else str(self.impact.normalize()),
            "facts": dict(self.facts),
            "subject_ref": self.subject_ref,
            "alternatives": list(self.alternatives),
            "input": dict(self.input),
            "explanation": dict(self.explanation),
            "sources": list(self.sources),
        }


@dataclass(frozen=True, slots=True)
class Checked:
    """A submission together with the registered things that it names."""

    submission: Submission
    decision_type: DecisionType
    model_version: ModelVersion

    def public_facts(self) -> dict[str, Any]:
        """The facts that are not personal: what the policy sees and the record keeps in clear."""
        specs = self.decision_type.fact_specs
        return {
            name: value
            for name, value in self.submission.facts.items()
            if not specs[name].get("personal", False)
        }


def check(submission: Submission, *, client: ApiClient, now: datetime) -> Checked:
    """Match a submission with the registry. Raises InputInvalid naming every faulty field.

    A decision type of a system that the client does not speak for is as unknown as any other.
    """
    decision_type = (
        DecisionType.objects.select_related("system", "policy")
        .filter(slug=submission.decision_type, system__slug__in=client.systems)
        .first()
    )
    if decision_type is None:
        raise _invalid([_unknown("/decision_type", "decision type", submission.decision_type)])
    version = ModelVersion.objects.filter(
        system=decision_type.system_id, version=submission.model_version
    ).first()
    faults = [*_faults(submission, decision_type, now)]
    if version is None:
        faults.append(_unknown("/model_version", "model version", submission.model_version))
    if version is None or faults:
        raise _invalid(faults)
    return Checked(submission, decision_type, version)


def _invalid(errors: Sequence[FieldError]) -> InputInvalid:
    return InputInvalid(
        "The decision was not taken in; the caller must not act on it.", errors=errors
    )


def _unknown(pointer: str, what: str, value: str) -> FieldError:
    return FieldError(pointer, f"There is no {what} {value!r} for you.", "unknown")


def _faults(
    submission: Submission, decision_type: DecisionType, now: datetime
) -> Iterator[FieldError]:
    outcomes = decision_type.outcome_specs
    if submission.outcome not in outcomes:
        known = ", ".join(outcomes)
        yield FieldError("/outcome", f"Not an outcome of this type: {known}.", "unknown")
    if submission.confidence is None and decision_type.confidence_required:
        yield FieldError("/confidence", "This type requires a confidence.", "required")
    if submission.impact is not None and not decision_type.impact_unit:
        yield FieldError("/impact", "This type has no unit of impact.", "unexpected")
    if submission.occurred_at > now + _CLOCK_SKEW:
        yield FieldError("/occurred_at", "Lies in the future.", "future")
    for index, alternative in enumerate(submission.alternatives):
        if alternative["outcome"] not in outcomes:
            yield FieldError(
                f"/alternatives/{index}/outcome", "Not an outcome of this type.", "unknown"
            )
    yield from _fact_faults(submission.facts, decision_type)


def _fact_faults(facts: Mapping[str, Any], decision_type: DecisionType) -> Iterator[FieldError]:
    for name, value in facts.items():
        pointer = "/facts/" + name.replace("~", "~0").replace("/", "~1")
        spec = decision_type.fact_specs.get(name)
        if spec is None:
            yield FieldError(pointer, "Not a fact of this type.", "unknown")
        elif value is not None and not fits(value, FactType(spec["type"])):
            yield FieldError(pointer, f"Must be a {spec['type']}.", "type")
