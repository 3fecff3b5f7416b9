"""The threshold advisor: gathers what was measured and reckons. It changes nothing, ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import ceil

from governance.policies import stated_threshold
from models_registry.models import DecisionType
from reviews.lab.thresholds import (
    NONE_PASSES,
    STEPS,
    Advice,
    Cell,
    Costs,
    Reviewing,
    TooLittle,
    advise,
)
from reviews.metrics.reliance import reliance
from reviews.selectors.known_outcomes import (
    MODEL_VERSION,
    Asked,
    cells_of,
    lowest_passed,
    minutes_per_review,
    ruled_counts,
)
from reviews.services.rulebook import Rulebook, rulebook_for
from reviews.services.simulating import grouping_facts

MOST_SEGMENTS = 6


class Source(StrEnum):
    """Where the present threshold is read: in the rules of the policy in force, or, where they
    state none, off the lowest confidence that passed under it."""

    POLICY = "policy"
    OBSERVED = "observed"


@dataclass(frozen=True, slots=True)
class Present:
    """The threshold now. `step`: the same in hundredths, rounded up."""

    value: float
    step: int
    source: Source


@dataclass(frozen=True, slots=True)
class Measured:
    """What a review is reckoned with. `cases`: over how many the minutes are an average; `errors`,
    `correct`: over how many wrong and right outputs of known truth people's shares are, and where
    that is 0, the share is taken as 0."""

    reviewing: Reviewing
    cases: int
    errors: int
    correct: int


@dataclass(frozen=True, slots=True)
class Segment:
    """The advice on one segment. `told_by`: the fact that tells them apart; empty, as `name` is,
    for all decisions."""

    told_by: str
    name: str
    present: Present | None
    advice: Advice | TooLittle


@dataclass(frozen=True, slots=True)
class Advised:
    """`hidden`: segments left out because one fact has more than MOST_SEGMENTS."""

    segments: Sequence[Segment]
    measured: Measured
    hidden: int


def advise_on(asked: Asked, costs: Costs, *, now: datetime, minutes: float | None) -> Advised:
    """The expected cost of each threshold, for each segment; the largest segments first. Where the
    question names nothing to tell them apart by, all together, and then the groups that the
    registry marks as protected.

    `minutes`: of one review, as the asker says; None for what was measured.
    """
    measured = _measured(asked, minutes)
    rulebook = rulebook_for(asked.kind, now)
    told_by = [asked.segment] if asked.segment else ["", *asked.kind.protected_groups]
    segments: list[Segment] = []
    hidden = 0
    for name in told_by:
        part = replace(asked, segment=name)
        cells = cells_of(part)
        by_size = sorted(cells, key=lambda value: (-_size(cells[value]), value))
        present = _present(part, rulebook)
        for value in by_size[:MOST_SEGMENTS]:
            now_at = present.get(value) or present.get(None)
            step = None if now_at is None else now_at.step
            advice = advise(cells[value], costs, measured.reviewing, present=step)
            segments.append(Segment(name, value, now_at, advice))
        hidden += max(0, len(by_size) - MOST_SEGMENTS)
    return Advised(segments, measured, hidden)


def segments_of(kind: DecisionType) -> list[str]:
    """What the decisions of a type can be told apart by."""
    return [MODEL_VERSION, *grouping_facts([kind])]


def _present(asked: Asked, rulebook: Rulebook | None) -> dict[str | None, Present]:
    """The threshold of the policy in force: under None where its rules state one for all, else of
    each segment in which something passed."""
    if rulebook is None:
        return {}
    stated = stated_threshold(rulebook.rules, asked.outcome)
    if stated is not None:
        return {None: Present(stated, _step(stated), Source.POLICY)}
    return {
        name: Present(step / STEPS, step, Source.OBSERVED)
        for name, step in lowest_passed(asked, rulebook.version).items()
    }


def _step(threshold: float) -> int:
    """Rounded first: 0.29 * 100 is a little more than 29 or less, as doubles go."""
    return min(ceil(round(threshold * STEPS, 9)), NONE_PASSES)


def _measured(asked: Asked, minutes: float | None) -> Measured:
    found = minutes_per_review(asked)
    counts = reliance(ruled_counts(asked))
    return Measured(
        Reviewing(
            minutes=minutes if minutes is not None else found[0] if found else 0.0,
            misses=(counts.errors - counts.hits) / counts.errors if counts.errors else 0.0,
            false_alarms=counts.false_alarms / counts.correct if counts.correct else 0.0,
        ),
        cases=found[1] if found else 0,
        errors=counts.errors,
        correct=counts.correct,
    )


def _size(cells: Sequence[Cell]) -> int:
    return sum(cell.n for cell in cells)
