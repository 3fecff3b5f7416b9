"""What the work itself knows for reports: decisions, people, verdicts, interventions."""

from reviews.report_sections import (
    article_14,
    article_14_5,
    coverage,
    decisions,
    escalations,
    frame,
    interventions,
    inventory,
    involved,
    outcomes,
    people,
    safeguards,
    time,
)

__all__ = [
    "article_14",
    "article_14_5",
    "coverage",
    "decisions",
    "escalations",
    "frame",
    "interventions",
    "inventory",
    "involved",
    "outcomes",
    "people",
    "safeguards",
    "time",
]
