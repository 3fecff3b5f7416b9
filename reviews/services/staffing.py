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
from governance.models import Actor
from governance.services.outbox import announce
from reviews.models import Case, StaffingAlarm
from reviews.selectors.matters import NEEDED
from reviews.selectors.staffing import unstaffed

_ACTOR = Actor.system("watch_staffing")


def check_staffing(cases: Sequence[Case], *, now: datetime) -> int:
    """Raise, restate or clear the alarms of these cases, and return how many changed (a step).

    The caller holds the cases' locks and has entered what it did to them; `matters.NEEDED` should
    be selected. A closed case clears its alarm. It is the system that finds this out, whoever's act
    brought it about.
    """
    alarms = {
        alarm.case_id: alarm
        for alarm in StaffingAlarm.objects.open().filter(case__in=[case.pk for case in cases])
    }
    live = [case for case in cases if case.state in Case.LIVE]
    why = unstaffed(live, now) if live else {}
    events: list[Event] = []
    for case in cases:
        alarm, detail = alarms.get(case.pk), why.get(case.pk)
        if detail is None:
            events += [] if alarm is None else [_clear(alarm, now)]
        elif alarm is None:
            events.append(_raise(case, detail, now))
        elif alarm.detail != detail:
            alarm.detail = detail
            alarm.save_by(_ACTOR, "detail")
            events.append(Event("reviews.staffingalarm.restated", alarm, {"detail": detail}))
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
        .select_related(*NEEDED)
        .order_by("pk")
    )
    return check_staffing(list(cases), now=now)


def _raise(case: Case, detail: str, now: datetime) -> Event:
    alarm = StaffingAlarm(case=case, detail=detail, raised_at=now)
    alarm.save_by(_ACTOR)
    announce(
        "case.unstaffed",
        subject_id=case.decision_id,
        system=case.decision.system.slug,
        body={"decision": str(case.decision_id), "case": str(case.pk)},
        now=now,
    )
    body = {"case": str(case.pk), "detail": detail}
    return Event("reviews.staffingalarm.raised", alarm, body)


def _clear(alarm: StaffingAlarm, now: datetime) -> Event:
    alarm.cleared_at = now
    alarm.save_by(_ACTOR, "cleared_at")
    return Event("reviews.staffingalarm.cleared", alarm, {"case": str(alarm.case_id)})
