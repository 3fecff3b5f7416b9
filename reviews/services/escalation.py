"""Cases that run late or are handed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, User
from governance.models.saving import save_all_by
from governance.services.outbox import announce_all
from reviews.errors import NoHigherQueue
from reviews.ladders import Trigger
from reviews.models import Case, Escalation, MonitorAlarm, PauseEnd
from reviews.selectors.climbing import locked_to_climb, to_climb_for
from reviews.services.claiming import drop_claim, held_case
from reviews.services.climbing import CHANGED, climb, climb_all
from reviews.services.concluding import message_about
from reviews.services.ladders import next_rung
from reviews.services.resuming import end_pause
from reviews.services.staffing import check_staffing

PER_TRANSACTION = 500
"""So many cases are locked at a time: a reviewer waits for none of them for long."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the order of deadlines a sweep is."""

    due_at: datetime
    case: UUID


@dataclass(frozen=True, slots=True)
class Swept:
    """One step of a sweep. `last`: the place to go on from; None where nothing is due any more."""

    moved: int
    last: Place | None


@transaction.atomic
def escalate_late_cases(
    *, actor: Actor, now: datetime, after: Place | None = None, most: int = PER_TRANSACTION
) -> Swept:
    """Fire the next rung of up to `most` overdue cases, in the order of their deadlines from
    `after` on; a case at the end of its ladder ends with its fail-safe outcome.

    A sweep may call this as often as it likes, late as it likes and beside others: cases that
    somebody is at are skipped, and each rung fires once (`rung_fires_once`). A contestation that
    nobody stands above waits on.
    """
    cases = locked_to_climb(_late(now, after)[:most])
    last = Place(cases[-1].due_at, cases[-1].pk) if cases else None
    _escalate(cases, actor, now)
    return Swept(len(cases), last)


@transaction.atomic
def escalate_late_case(*, case_id: UUID, actor: Actor, now: datetime) -> Case | None:
    """The same for one case. None when somebody ruled on it, moved it or is just at it."""
    cases = locked_to_climb(_late(now).filter(pk=case_id))
    _escalate(cases, actor, now)
    return cases[0] if cases else None


def late_cases(now: datetime, after: Place | None, most: int) -> list[Place]:
    """The next ones that `escalate_late_cases` would take, were nobody at them."""
    rows = _late(now, after).values_list("due_at", "pk")[:most]
    return [Place(due_at, case) for due_at, case in rows]


@transaction.atomic
def hand_up(*, case_id: UUID, reviewer: User, now: datetime) -> Case:
    """Give a claimed case to the rung above.

    Raises NoHigherQueue, and what `claiming.held_case` raises.
    """
    case = held_case(case_id=case_id, reviewer=reviewer, now=now)
    if not case.climbs_on(Trigger.HANDED_UP):
        raise NoHigherQueue(f"No rung stands above {case.queue}; release the case or abstain")
    actor = Actor.of(reviewer)
    record.append_all(climb(case, Escalation.Reason.HANDED_UP, actor, now), actor=actor, at=now)
    check_staffing([case], now=now)
    return case


@transaction.atomic
def climb_for_alarm(
    *, alarm_id: UUID, actor: Actor, now: datetime, most: int = PER_TRANSACTION
) -> int:
    """Let up to `most` cases climb that were open when a monitor alarmed about decisions of their
    type, and whose ladders say so; each once for the alarm (`cause_climbs_once`). Returns how many
    did. Cases that others are at wait for the next call. Raises MonitorAlarm.DoesNotExist."""
    alarm = MonitorAlarm.objects.get(pk=alarm_id)
    cases = locked_to_climb(to_climb_for(alarm).order_by("pk")[:most])
    if cases:
        reason = Escalation.Reason.MONITOR_ALARM
        events = climb_all(cases, reason, actor, now, cause=alarm.pk)
        record.append_all(events, actor=actor, at=now)
        check_staffing(cases, now=now)
    return len(cases)


def _late(now: datetime, after: Place | None = None) -> QuerySet[Case]:
    late = Case.objects.to_escalate(now)
    if after is not None:
        # The first half alone is what the index is searched by.
        late = late.filter(due_at__gte=after.due_at).filter(
            Q(due_at__gt=after.due_at) | Q(pk__gt=after.case)
        )
    return late.order_by("due_at", "pk")


def _escalate(cases: Sequence[Case], actor: Actor, now: datetime) -> None:
    rising = [case for case in cases if next_rung(case) is not None]
    ending = [case for case in cases if next_rung(case) is None]
    events = []
    if rising:
        events += climb_all(rising, Escalation.Reason.LATE, actor, now)
    if ending:
        events += _expire_all(ending, actor, now)
    if events:
        record.append_all(events, actor=actor, at=now)
        check_staffing(cases, now=now)


def _expire_all(cases: Sequence[Case], actor: Actor, now: datetime) -> list[Event]:
    """The ladder's end. An audit leaves the pass as it was; a review never becomes an approval."""
    for case in cases:
        drop_claim(case)
        if case.paused_until is not None:
            end_pause(case, PauseEnd.How.CLOSED, actor, now)
        case.state, case.closed_at = Case.State.EXPIRED, now
    save_all_by(cases, actor, *CHANGED)
    announce_all(
        [
            message_about(
                case.decision,
                "decision.finalised",
                "refused" if case.fail_safe == Case.FailSafe.REFUSE else "held",
                now,
            )
            for case in cases
            if case.kind == Case.Kind.REVIEW
        ]
    )
    return [Event("reviews.case.expired", case, {"fail_safe": case.fail_safe}) for case in cases]
