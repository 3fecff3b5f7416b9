"""Moving cases up one rung. Steps: the caller holds the cases' locks and enters the events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from governance.ledger.record import Event
from governance.models import Actor, OutboxMessage, User
from governance.models.bulk import insert_all
from governance.models.saving import save_all_by
from governance.quorum.extending import with_one_more
from governance.services.outbox import announce_all
from reviews.ladders import Rung
from reviews.models import Case, Escalation, LadderVersion, PauseEnd, Queue
from reviews.services.claiming import CLAIM_FIELDS, drop_claim
from reviews.services.ladders import PRIORITY_PER_QUEUE, deadline, next_rung
from reviews.services.resuming import end_pause
from reviews.services.routing import MOST_URGENT

CHANGED = (
    *CLAIM_FIELDS, "queue", "rung", "due_at", "priority", "for_role", "for_person", "quorum",
    "verdicts_required", "stage_roles", "adjudication", "vetoed_at", "closed_at",
    "paused_until",
)  # fmt: skip
"""What climbing, or the end of a ladder, may change of a case."""


def climb(
    case: Case, reason: Escalation.Reason, actor: Actor, now: datetime, cause: UUID | None = None
) -> list[Event]:
    """Move one case. See `climb_all`."""
    return climb_all([case], reason, actor, now, cause)


def climb_all(
    cases: Sequence[Case],
    reason: Escalation.Reason,
    actor: Actor,
    now: datetime,
    cause: UUID | None = None,
) -> list[Event]:
    """Let the next rung of each case's ladder fire: the case opens to whom the rung says, with a
    new deadline. A case at the end of its ladder stays in its queue, one rung higher.

    As many statements for many cases as for one. `cases`: with queue, ladder and decision.
    """
    places = _Places([next_rung(case) for case in cases])
    risen = [_rise(case, reason, places, actor, now, cause) for case in cases]
    insert_all([one.escalation for one in risen])
    save_all_by(cases, actor, *CHANGED)
    announce_all([message for one in risen for message in _messages(one, now)])
    return [_entered(one) for one in risen]


@dataclass(frozen=True, slots=True)
class _Risen:
    """A case on its new rung. `rung`: None beyond the end of its ladder."""

    case: Case
    rung: Rung | None
    escalation: Escalation


class _Places:
    """The queues and people that rungs name, each read once, and the deadlines, each counted once:
    all begin at the same instant."""

    def __init__(self, rungs: Sequence[Rung | None]) -> None:
        queues = {rung.queue for rung in rungs if rung is not None and rung.queue}
        people = {rung.person for rung in rungs if rung is not None and rung.person}
        self._queues = Queue.objects.in_bulk(queues, field_name="slug") if queues else {}
        self._deadlines: dict[tuple[UUID | None, timedelta, bool], datetime] = {}
        self._people = {
            str(person.pseudonym): person
            for person in (User.objects.filter(pseudonym__in=people) if people else ())
        }

    def queue(self, rung: Rung, stays: Queue) -> Queue:
        return self._queues[rung.queue] if rung.queue else stays

    def deadline(
        self, ladder: LadderVersion | None, now: datetime, within: timedelta, *, by_clock: bool
    ) -> datetime:
        key = (None if ladder is None else ladder.pk, within, by_clock)
        if key not in self._deadlines:
            self._deadlines[key] = deadline(ladder, now, within, by_clock=by_clock)
        return self._deadlines[key]

    def person(self, rung: Rung) -> User | None:
        return self._people[rung.person] if rung.person else None


def _rise(
    case: Case,
    reason: Escalation.Reason,
    places: _Places,
    actor: Actor,
    now: datetime,
    cause: UUID | None,
) -> _Risen:
    rung, came_from = next_rung(case), case.queue
    drop_claim(case)
    if case.paused_until is not None:
        end_pause(case, PauseEnd.How.MOVED, actor, now)
    case.rung += 1
    case.for_role = case.for_person = None
    within = case.queue.rung_within
    urgency = PRIORITY_PER_QUEUE
    if rung is not None:
        case.queue = places.queue(rung, came_from)
        case.for_role, case.for_person = rung.role or None, places.person(rung)
        within, urgency = rung.within, rung.raise_priority
        if rung.add_ballot and not case.adjudication:
            _ask_one_more(case)
    case.due_at = places.deadline(case.ladder, now, within, by_clock=rung is None or rung.by_clock)
    case.priority = min(MOST_URGENT, case.priority + urgency)
    escalation = Escalation(
        case=case,
        rung=case.rung,
        reason=reason,
        from_queue=came_from,
        to_queue=case.queue,
        actor=actor.label,
        escalated_at=now,
        cause=cause,
        done=None if case.ladder_id is None or rung is None else _done(rung),
    )
    return _Risen(case, rung, escalation)


def _ask_one_more(case: Case) -> None:
    rule = with_one_more(case.quorum_rule, f"rung {case.rung}")
    case.quorum, case.verdicts_required = rule.to_json(), rule.people


def _done(rung: Rung) -> dict[str, Any]:
    return {
        "role": rung.role,
        "person": rung.person,
        "raise_priority": int(rung.raise_priority),
        "add_ballot": rung.add_ballot,
        "notify": [one.to_json() for one in rung.notify],
    }


def _messages(one: _Risen, now: datetime) -> list[OutboxMessage]:
    """What integrators are told, and of a ladder's own rung also whom it calls."""
    case = one.case
    about = {"decision": str(case.decision_id), "case": str(case.pk), "rung": case.rung}
    told = [("case.escalated", about)]
    if one.escalation.done is not None:
        fired = {
            **about,
            "reason": one.escalation.reason,
            "queue": case.queue.slug,
            **one.escalation.done,
        }
        told.append(("case.rung_fired", fired))
    return [
        OutboxMessage(
            event=event,
            subject_id=case.decision_id,
            system=case.decision.system.slug,
            body=body,
            created_at=now,
        )
        for event, body in told
    ]


def _entered(one: _Risen) -> Event:
    escalation = one.escalation
    body: dict[str, object] = {
        "rung": escalation.rung,
        "reason": str(escalation.reason),
        "from_queue": escalation.from_queue.slug,
        "to_queue": escalation.to_queue.slug,
    }
    if escalation.done is not None:
        body["done"] = escalation.done
    if escalation.cause is not None:
        body["cause"] = str(escalation.cause)
    return Event("reviews.case.escalated", one.case, body)
