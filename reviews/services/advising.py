"""The threshold advisor: gathers what was measured and reckons. It changes nothing, ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models_registry.models import DecisionType
from reviews.lab.thresholds import Advice, Cell, Costs, Reviewing, TooLittle, advise
from reviews.metrics.reliance import reliance
from reviews.selectors.known_outcomes import (
    MODEL_VERSION,
    Asked,
    cells_of,
    lowest_passed,
    minutes_per_review,
    newest_version,
    ruled_counts,
)
from reviews.services.simulating import grouping_facts

MOST_SEGMENTS = 6


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
    """The advice on one segment; `name` is empty where they are not told apart."""

    name: str
    advice: Advice | TooLittle


@dataclass(frozen=True, slots=True)
class Advised:
    """`hidden`: segments left out because there are more than MOST_SEGMENTS."""

    segments: Sequence[Segment]
    measured: Measured
    hidden: int


def advise_on(asked: Asked, costs: Costs, *, now: datetime, minutes: float | None) -> Advised:
    """The expected cost of each threshold, for each segment; the largest segments first.

    `minutes`: of one review, as the asker says; None for what was measured. The present threshold
    is the lowest confidence that passed under the newest version.
    """
    measured = _measured(asked, minutes)
    version = newest_version(asked.kind, now)
    present = {} if version is None else lowest_passed(asked, version)
    cells = cells_of(asked)
    by_size = sorted(cells, key=lambda name: (-_size(cells[name]), name))
    segments = [
        Segment(name, advise(cells[name], costs, measured.reviewing, present=present.get(name)))
        for name in by_size[:MOST_SEGMENTS]
    ]
    return Advised(segments, measured, hidden=max(0, len(by_size) - MOST_SEGMENTS))


def segments_of(kind: DecisionType) -> list[str]:
    """What the decisions of a type can be told apart by."""
    return [MODEL_VERSION, *grouping_facts([kind])]


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
