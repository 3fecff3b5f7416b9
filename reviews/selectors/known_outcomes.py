"""Decisions by confidence, with what became known of their truth, for the threshold advisor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Min,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.fields.json import KeyTextTransform

from governance.models import PolicyVersion
from models_registry.models import DecisionType
from reviews.lab.thresholds import Cell
from reviews.models import Case, Decision
from reviews.selectors.handling import verdicts_on
from reviews.selectors.past_decisions import newest_truth

MODEL_VERSION = "model_version"
NOT_STATED = "not stated"
# Strata are a tenth of confidence wide: within one, which truths became known is taken as chance.
_STEPS_PER_BAND = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """Which decisions: of a type, received in the period, of one outcome or all (""), told apart by
    the model version, by a fact, or not at all (""). Instants aware."""

    kind: DecisionType
    start: datetime
    end: datetime
    outcome: str = ""
    segment: str = ""


class _Step(Func):
    """A confidence in hundredths, rounded down: of the decimal that was sent, for 0.29 * 100 is
    less than 29 in doubles."""

    template = "floor((%(expressions)s)::numeric * 100)"
    output_field = IntegerField()


def cells_of(asked: Asked) -> dict[str, list[Cell]]:
    """The decisions with a confidence, by segment."""
    rows = (
        _decisions(asked)
        .annotate(step=_Step("confidence"), truth=newest_truth("pk"))
        .values("part", "step", "outcome", "truth", "evaluation__disposition")
        .annotate(n=Count("pk"))
        .order_by("part", "step", "outcome", "truth", "evaluation__disposition")
    )
    found: dict[str, list[Cell]] = defaultdict(list)
    for row in rows:
        went = "passed" if row["evaluation__disposition"] == "pass" else "not passed"
        stratum = f"{went}, band {min(row['step'], 99) // _STEPS_PER_BAND}"
        wrong = None if row["truth"] is None else row["truth"] != row["outcome"]
        found[_named(row["part"])].append(Cell(row["step"], stratum, wrong, row["n"]))
    return found


def lowest_passed(asked: Asked, version: PolicyVersion) -> Mapping[str, int]:
    """The lowest confidence, in hundredths, that passed under a version, by segment."""
    passed = _decisions(asked).filter(
        evaluation__policy_version=version, evaluation__disposition="pass"
    )
    lowest: Any = Min(_Step("confidence"))
    rows = passed.values("part").annotate(lowest=lowest).order_by("part")
    return {_named(row["part"]): row["lowest"] for row in rows}


def minutes_per_review(asked: Asked) -> tuple[float, int] | None:
    """Minutes from claim to verdict that one case took of all who ruled on it, on average, and over
    how many cases; None where nobody ruled."""
    spent = ExpressionWrapper(F("ruled_at") - F("claimed_at"), output_field=DurationField())
    found = verdicts_on([asked.kind], asked.start, asked.end).aggregate(
        spent=Sum(spent), cases=Count("case", distinct=True)
    )
    if not found["cases"]:
        return None
    return found["spent"].total_seconds() / 60 / found["cases"], found["cases"]


def ruled_counts(asked: Asked) -> dict[tuple[str, str, str | None], int]:
    """Decided cases per AI outcome, final outcome and truth."""
    rows = (
        Case.objects.filter(
            decision__decision_type=asked.kind,
            state=Case.State.DECIDED,
            closed_at__gte=asked.start,
            closed_at__lt=asked.end,
        )
        .exclude(kind=Case.Kind.CONTESTATION)
        .annotate(a=F("decision__outcome"), g=newest_truth("decision"))
        .values("a", "final_outcome", "g")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return {(row["a"], row["final_outcome"], row["g"]): row["n"] for row in rows}


def _decisions(asked: Asked) -> QuerySet[Any]:
    rows = Decision.objects.filter(
        system=asked.kind.system_id,
        decision_type=asked.kind,
        received_at__gte=asked.start,
        received_at__lt=asked.end,
        confidence__isnull=False,
        evaluation__isnull=False,
    )
    if asked.outcome:
        rows = rows.filter(outcome=asked.outcome)
    return rows.annotate(part=_part(asked.segment))


def _part(segment: str) -> Any:
    if not segment:
        return Value("", output_field=CharField())
    if segment == MODEL_VERSION:
        return F("model_version__version")
    return KeyTextTransform(segment, "facts")


def _named(part: str | None) -> str:
    return NOT_STATED if part is None else part
