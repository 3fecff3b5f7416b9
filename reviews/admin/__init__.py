"""The administration of the work: shown here, done on the work's own pages."""

from reviews.admin import (
    absences,
    audits,
    cases,
    conflicts,
    decisions,
    delegations,
    halts,
    ladders,
    monitors,
    permits,
    queues,
    rights,
    simulations,
    staffing,
    verdicts,
)

__all__ = [
    "absences",
    "audits",
    "cases",
    "conflicts",
    "decisions",
    "delegations",
    "halts",
    "ladders",
    "monitors",
    "permits",
    "queues",
    "rights",
    "simulations",
    "staffing",
    "verdicts",
]
