"""Reversals that nobody has confirmed, for those who may see them."""

from __future__ import annotations

from django.db.models import QuerySet

from governance.models import User
from reviews.models import Decision, ReversalAlarm


def open_reversal_alarms(person: User) -> QuerySet[ReversalAlarm]:
    """The open ones, the longest unconfirmed first."""
    return (
        ReversalAlarm.objects.open()
        .readable_by(person)
        .select_related("reversal__decision__decision_type", "reversal__verdict__case")
        .order_by("reversal__ordered_at")
    )


def alarm_of(decision: Decision) -> ReversalAlarm | None:
    """The open alarm of a decision whose `reversal__alarm` is loaded."""
    reversal = getattr(decision, "reversal", None)
    alarm: ReversalAlarm | None = getattr(reversal, "alarm", None)
    return alarm if alarm is not None and alarm.cleared_at is None else None
