"""The alarm that nobody confirmed an ordered undoing: raised once, ended by the confirmation.

Source: Regulation (EU) 2024/1689 Art. 14(4)(d), a decision that was reversed has to be undone.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor
from reviews.models import Reversal, ReversalAlarm, silent_reversals
from reviews.services.concluding import announce_decision


@transaction.atomic
def raise_reversal_alarm(*, reversal_id: UUID, actor: Actor, now: datetime) -> ReversalAlarm | None:
    """Raise the alarm of a reversal that is unconfirmed for too long, and tell the integrator.

    None when it was confirmed or told of meanwhile, or when somebody is just at it.
    """
    reversal = (
        silent_reversals(now)
        .filter(pk=reversal_id)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("decision__system")
        .first()
    )
    # Looked at once more under its lock: the first look may have waited for a confirmation.
    if reversal is None or not silent_reversals(now).filter(pk=reversal_id).exists():
        return None
    alarm = ReversalAlarm(reversal=reversal, raised_at=now)
    body = {
        "decision": str(reversal.decision_id),
        "reversal": str(reversal.pk),
        "ordered_at": reversal.ordered_at.isoformat(),
    }
    record.keep(alarm, "reviews.reversalalarm.raised", actor=actor, at=now, body=body)
    announce_decision(reversal.decision, "decision.reversal_unconfirmed", "reversal_ordered", now)
    return alarm


def clear_reversal_alarm(reversal: Reversal, actor: Actor, now: datetime) -> list[Event]:
    """End the alarm of a reversal that the caller, who holds its lock, has confirmed (a step)."""
    alarm = ReversalAlarm.objects.open().filter(reversal=reversal).first()
    if alarm is None:
        return []
    alarm.cleared_at = now
    alarm.save_by(actor, "cleared_at")
    body = {"decision": str(reversal.decision_id), "reversal": str(reversal.pk)}
    return [Event("reviews.reversalalarm.cleared", alarm, body)]
