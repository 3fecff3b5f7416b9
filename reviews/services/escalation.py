"""Cases that run late or are handed up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, User
from reviews.errors import NoHigherQueue
from reviews.models import Case, Escalation, PauseEnd
from reviews.selectors.matters import NEEDED
from reviews.services.claiming import drop_claim, held_case
from reviews.services.climbing import climb
from reviews.services.concluding import announce_decision
from reviews.services.resuming import end_pause
from reviews.services.staffing import check_staffing


@transaction.atomic
def escalate_late_case(*, case_id: UUID, actor: Actor, now: datetime) -> Case | None:
    """Move an overdue case up, or end it with its fail-safe outcome where there is no rung above.

    None when somebody ruled on it, moved it or is just at it, and for a contestation that nobody
    stands above: that one waits on. A sweep may call this as often as it likes, and each rung fires
    once (`rung_fires_once`).
    """
    case = (
        Case.objects.to_escalate(now)
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("queue__escalates_to", *NEEDED)
        .filter(pk=case_id)
        .first()
    )
    if case is None:
        return None
    if case.queue.escalates_to is None:
        events = _expire(case, actor, now)
    else:
        events = climb(case, Escalation.Reason.LATE, actor, now)
    record.append_all(events, actor=actor, at=now)
    check_staffing([case], now=now)
    return case


@transaction.atomic
def hand_up(*, case_id: UUID, reviewer: User, now: datetime) -> Case:
    """Give a claimed case to the queue above.

    Raises NoHigherQueue, and what `claiming.held_case` raises.
    """
    case = held_case(case_id=case_id, reviewer=reviewer, now=now)
    if case.queue.escalates_to is None:
        raise NoHigherQueue(f"No queue stands above {case.queue}; release the case or abstain")
    actor = Actor.of(reviewer)
    record.append_all(climb(case, Escalation.Reason.HANDED_UP, actor, now), actor=actor, at=now)
    check_staffing([case], now=now)
    return case


def _expire(case: Case, actor: Actor, now: datetime) -> list[Event]:
    """The ladder's end. An audit leaves the pass as it was; a review never becomes an approval."""
    drop_claim(case)
    if case.paused_until is not None:
        end_pause(case, PauseEnd.How.CLOSED, actor, now)
    case.state, case.closed_at = Case.State.EXPIRED, now
    case.save_by(actor)
    if case.kind == Case.Kind.REVIEW:
        standing = "refused" if case.fail_safe == Case.FailSafe.REFUSE else "held"
        announce_decision(case.decision, "decision.finalised", standing, now)
    return [Event("reviews.case.expired", case, {"fail_safe": case.fail_safe})]
