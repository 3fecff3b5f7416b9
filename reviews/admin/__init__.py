"""The administration of the work: shown here, done on the work's own pages."""

from reviews.admin import (
    absences,
    cases,
    conflicts,
    decisions,
    delegations,
    halts,
    permits,
    queues,
    rights,
    simulations,
    staffing,
    verdicts,
)

__all__ = [
    "absences",
    "cases",
    "conflicts",
    "decisions",
    "delegations",
    "halts",
    "permits",
    "queues",
    "rights",
    "simulations",
    "staffing",
    "verdicts",
]
