"""Reversals that nobody has confirmed, for those who may see them."""

from __future__ import annotations

from uuid import UUID

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


def open_alarm_of(decision_id: UUID) -> ReversalAlarm | None:
    """The open alarm of a decision; one query."""
    alarms = ReversalAlarm.objects.open().filter(reversal__decision=decision_id)
    return alarms.select_related("reversal").first()


def alarm_of(decision: Decision) -> ReversalAlarm | None:
    """The open alarm of a decision whose `reversal__alarm` is loaded."""
    reversal = getattr(decision, "reversal", None)
    alarm: ReversalAlarm | None = getattr(reversal, "alarm", None)
    return alarm if alarm is not None and alarm.cleared_at is None else None
