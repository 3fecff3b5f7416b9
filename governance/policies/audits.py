"""Stratified audits of passes: what a policy says of them, and which rate holds for one decision.

A plan divides the passes into segments. Each has a rate of its own that follows the error that
audits of the segment found; `reviews.metrics.audit_rates` says how. Here nothing is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from governance.policies.durations import parse_duration
from governance.policies.facts import Facts

DEFAULT_CONFIDENCE = 0.95
DEFAULT_WINDOW = timedelta(days=90)
LONGEST_VALUE = 100
"""A longer value of a fact is text rather than a kind, and belongs to no segment."""

SegmentValue = str | bool | None
"""None: the decision does not say."""


@dataclass(frozen=True, slots=True)
class AuditPlan:
    """How the audits of passes adapt.

    `segments`: the facts whose values divide the passes, in order; none for one segment of all.
    `error_limit`: the share of wrong passes that is put up with. `min_rate`, `max_rate`: between
    these a segment's rate stays, as shares. `confidence`: of the upper bound of the error.
    `window`: how far back audits count.
    """

    segments: tuple[str, ...]
    error_limit: float
    min_rate: float
    max_rate: float
    confidence: float = DEFAULT_CONFIDENCE
    window: timedelta = DEFAULT_WINDOW

    def rate(self, adapted: float | None) -> float:
        """The rate for a decision whose segment has come to `adapted`: never outside of the
        limits, and the highest where nothing is known of the segment."""
        if adapted is None:
            return self.max_rate
        return min(max(adapted, self.min_rate), self.max_rate)

    def segment_of(self, facts: Facts) -> dict[str, SegmentValue] | None:
        """The values that place a decision; None where one of them is no value of a segment."""
        return self.segment({name: facts.given.get(name) for name in self.segments})

    def segment(self, values: Mapping[str, object]) -> dict[str, SegmentValue] | None:
        """The segment of these values, one for each name; None if one of them cannot place it."""
        found: dict[str, SegmentValue] = {}
        for name in self.segments:
            value = values[name]
            if value is not None and not isinstance(value, str | bool):
                return None
            if isinstance(value, str) and len(value) > LONGEST_VALUE:
                return None
            found[name] = value
        return found


def plan_from(data: Mapping[str, Any] | None) -> AuditPlan | None:
    """The plan of a policy's `audit`, which has the published shape."""
    if data is None:
        return None
    window = parse_duration(data["window"]) if "window" in data else DEFAULT_WINDOW
    assert window is not None  # the schema has the parser's own pattern
    return AuditPlan(
        segments=tuple(data["segments"]),
        error_limit=float(data["error_limit"]),
        min_rate=float(data["min_rate"]),
        max_rate=float(data["max_rate"]),
        confidence=float(data.get("confidence", DEFAULT_CONFIDENCE)),
        window=window,
    )
