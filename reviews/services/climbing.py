"""Moving a case up one rung. A step: the caller holds the case's lock and enters the events."""

from __future__ import annotations

from datetime import datetime

from governance.ledger.record import Event
from governance.models import Actor
from governance.services.outbox import announce
from reviews.models import Case, Escalation, PauseEnd
from reviews.services.claiming import drop_claim
from reviews.services.resuming import end_pause
from reviews.services.routing import MOST_URGENT

_PRIORITY_PER_RUNG = 10.0


def climb(case: Case, reason: Escalation.Reason, actor: Actor, now: datetime) -> list[Event]:
    """Move `case` to the queue above, open to its reviewers, with a new deadline.

    Where there is no queue above, the case stays in its own, one rung higher.
    """
    target = case.queue.escalates_to or case.queue
    drop_claim(case)
    if case.paused_until is not None:
        end_pause(case, PauseEnd.How.MOVED, actor, now)
    case.rung += 1
    escalation = Escalation.objects.create(
        case=case,
        rung=case.rung,
        reason=reason,
        from_queue=case.queue,
        to_queue=target,
        actor=actor.label,
        escalated_at=now,
    )
    case.queue = target
    case.due_at = now + target.rung_within
    case.priority = min(MOST_URGENT, case.priority + _PRIORITY_PER_RUNG)
    case.save_by(actor)
    announce(
        "case.escalated",
        subject_id=case.decision_id,
        system=case.decision.system.slug,
        body={"decision": str(case.decision_id), "case": str(case.pk), "rung": case.rung},
        now=now,
    )
    body = {
        "rung": escalation.rung,
        "reason": reason.value,
        "from_queue": escalation.from_queue.slug,
        "to_queue": target.slug,
    }
    return [Event("reviews.case.escalated", case, body)]
