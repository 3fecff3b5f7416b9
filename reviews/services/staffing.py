"""The alarm that nobody may rule on a case: raised at once, cleared when somebody may again.

Source: Regulation (EU) 2024/1689 Art. 26(2), oversight takes people with competence and authority.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, OutboxMessage
from governance.models.saving import save_all_by
from governance.services.outbox import announce_all
from reviews.ladders import Trigger
from reviews.models import Case, Escalation, StaffingAlarm
from reviews.selectors.matters import NEEDED
from reviews.selectors.staffing import unstaffed
from reviews.services.climbing import climb_all

_ACTOR = Actor.system("watch_staffing")
_PLACED = ("queue__escalates_to", "ladder")


def check_staffing(cases: Sequence[Case], *, now: datetime) -> int:
    """Raise, restate or clear the alarms of these cases, and return how many changed (a step).

    A case that was given to one person who may not rule on it opens to its queue; one whose ladder
    says so climbs until somebody may. The caller holds the cases' locks and has entered what it did
    to them; `matters.NEEDED` should be selected. A closed case clears its alarm. It is the system
    that finds this out, whoever's act brought it about.
    """
    alarms = {
        alarm.case_id: alarm
        for alarm in StaffingAlarm.objects.open().filter(case__in=[case.pk for case in cases])
    }
    live = [case for case in cases if case.state in Case.LIVE]
    why = _why_nobody(live, now)
    raised: list[StaffingAlarm] = []
    events: list[Event] = []
    changed: dict[str, list[StaffingAlarm]] = {"detail": [], "cleared_at": []}
    for case in cases:
        alarm, detail = alarms.get(case.pk), why.get(case.pk)
        if alarm is None and detail is not None:
            raised.append(StaffingAlarm(case=case, detail=detail, raised_at=now))
        elif alarm is not None and detail is None:
            alarm.cleared_at = now
            changed["cleared_at"].append(alarm)
            events.append(
                Event("reviews.staffingalarm.cleared", alarm, {"case": str(alarm.case_id)})
            )
        elif alarm is not None and detail is not None and alarm.detail != detail:
            alarm.detail = detail
            changed["detail"].append(alarm)
            events.append(Event("reviews.staffingalarm.restated", alarm, {"detail": detail}))
    for field, rows in changed.items():
        save_all_by(rows, _ACTOR, field)
    events += _raise(raised, now)
    if events:
        record.append_all(events, actor=_ACTOR, at=now)
    return len(events)


@transaction.atomic
def settle_alarms(*, case_ids: Iterable[UUID], now: datetime) -> int:
    """Look at these cases again under their locks, and return how many alarms changed. Cases that
    others are at are skipped: those look for themselves, and the next sweep comes."""
    cases = (
        Case.objects.filter(pk__in=list(case_ids))
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related(*NEEDED, *_PLACED)
        .order_by("pk")
    )
    return check_staffing(list(cases), now=now)


def _why_nobody(live: Sequence[Case], now: datetime) -> dict[UUID, str]:
    """Which of these cases nobody may rule on and why, after all was done that gives them to
    others."""
    why = unstaffed(live, now) if live else {}
    while why:
        given = [case for case in live if case.pk in why and case.for_person_id is not None]
        stuck = [case for case in live if case.pk in why and case.climbs_on(Trigger.UNSTAFFED)]
        moved = given or stuck
        if not moved:
            break
        events = (
            _open_to_queue(given, why, now)
            if given
            else climb_all(stuck, Escalation.Reason.UNSTAFFED, _ACTOR, now)
        )
        record.append_all(events, actor=_ACTOR, at=now)
        again = {case.pk for case in moved}
        why = {key: detail for key, detail in why.items() if key not in again}
        why |= unstaffed(moved, now)
    return why


def _open_to_queue(cases: Sequence[Case], why: dict[UUID, str], now: datetime) -> list[Event]:
    """Whom the ladder gave these cases to may not rule on them: they open to all of their queues'
    reviewers, and a message says so."""
    events = []
    for case in cases:
        assert case.for_person is not None
        body = {"person": str(case.for_person.pseudonym), "detail": why[case.pk]}
        case.for_person = None
        events.append(Event("reviews.case.opened_to_queue", case, body))
    save_all_by(cases, _ACTOR, "for_person")
    announce_all([_message("case.opened_to_queue", case, now) for case in cases])
    return events


def _raise(alarms: Sequence[StaffingAlarm], now: datetime) -> list[Event]:
    save_all_by(alarms, _ACTOR)
    announce_all([_message("case.unstaffed", alarm.case, now) for alarm in alarms])
    return [
        Event(
            "reviews.staffingalarm.raised",
            alarm,
            {"case": str(alarm.case_id), "detail": alarm.detail},
        )
        for alarm in alarms
    ]


def _message(event: str, case: Case, now: datetime) -> OutboxMessage:
    return OutboxMessage(
        event=event,
        subject_id=case.decision_id,
        system=case.decision.system.slug,
        body={"decision": str(case.decision_id), "case": str(case.pk)},
        created_at=now,
    )
