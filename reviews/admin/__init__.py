"""The administration of the work: shown here, done on the work's own pages."""

from reviews.admin import (
    absences,
    audits,
    calendars,
    cases,
    conflicts,
    decisions,
    delegations,
    halts,
    monitors,
    pauses,
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
    "calendars",
    "cases",
    "conflicts",
    "decisions",
    "delegations",
    "halts",
    "monitors",
    "pauses",
    "permits",
    "queues",
    "rights",
    "simulations",
    "staffing",
    "verdicts",
]
