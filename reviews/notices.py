"""Who is told of the work: cases that move, claims that end, alarms, answers that are due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from governance.notices.registry import Telling, Together, Told, tells
from reviews.models import Case, Contestation, MonitorAlarm, ReversalAlarm, StaffingAlarm
from reviews.selectors.called import called_by, done_by
from reviews.selectors.matters import NEEDED
from reviews.selectors.rulers import rulers_of


@tells("reviews.case.escalated")
def of_escalations(told: Told) -> Iterator[Telling]:
    """Those who may rule on it where it waits now; whom its rung says are to be told; and whose
    claim it took."""
    cases = _cases(cause.subject_id for cause in told.causes)
    live = {case.pk: case for case in cases.values() if case.state in Case.LIVE}
    rulers, holders = rulers_of(list(live.values()), told.now), _holders_before(told)
    called = called_by([done_by(cause.body) for cause in told.causes], told.now)
    for cause in told.causes:
        case, done = cases[cause.subject_id], done_by(cause.body)
        if cause.pk in holders and cause.body["reason"] == "late":
            values = {**_named(case), "because": "late"}
            yield Telling(cause, "claim_ended", values, _page(case), [holders[cause.pk]])
        # It moved on meanwhile, and the later cause tells of that.
        if case.pk not in live or cause.body["to_queue"] != case.queue.slug:
            continue
        telling = Telling(
            cause,
            "case_assigned" if done.get("person") else "case_escalated",
            {
                **_named(case),
                "decision_type": case.decision.decision_type.name,
                "reason": str(cause.body["reason"]),
                "due_at": case.due_at.isoformat(),
            },
            _page(case),
            rulers[case.pk],
            together=_in_queue(case),
            queue=case.queue.slug,
        )
        yield telling
        others = called(done) - set(rulers[case.pk])
        if others:
            yield replace(telling, kind="rung_fired", people=others, queue="")


@tells("reviews.case.claim_lapsed", "reviews.case.claim_ended")
def of_ended_claims(told: Told) -> Iterator[Telling]:
    """Who held the case. Who stepped aside knows."""
    cases, holders = _cases(cause.subject_id for cause in told.causes), _holders_before(told)
    for cause in told.causes:
        case, because = cases[cause.subject_id], str(cause.body.get("because", ""))
        if cause.pk not in holders or because == "recusal":
            continue
        kind, values = "claim_lapsed", _named(case)
        if because:
            kind, values = "claim_ended", {**values, "because": because}
        yield Telling(cause, kind, values, _page(case), [holders[cause.pk]])


@tells("reviews.staffingalarm.raised")
def of_staffing_alarms(told: Told) -> Iterator[Telling]:
    """The system's owner, and who sets queues. Not where somebody may rule again by now."""
    alarms = StaffingAlarm.objects.open().in_bulk([cause.subject_id for cause in told.causes])
    cases = _cases(alarm.case_id for alarm in alarms.values())
    for cause in told.causes:
        alarm = alarms.get(cause.subject_id)
        if alarm is None:
            continue
        case = cases[alarm.case_id]
        yield Telling(
            cause,
            "case_unstaffed",
            {**_named(case), "decision_type": case.decision.decision_type.name},
            _page(case),
            [case.decision.system.owner_id],
            together=Together(
                str(case.queue_id), {"queue": case.queue.name}, reverse("reviews:dashboard")
            ),
            queue=case.queue.slug,
        )


@tells("reviews.contestation.warned")
def of_contestations(told: Told) -> Iterator[Telling]:
    """Those who may rule on its case, and who registers contestations and answers them."""
    rows = Contestation.objects.open().in_bulk([cause.subject_id for cause in told.causes])
    cases = _cases(row.case_id for row in rows.values())
    rulers = rulers_of(list(cases.values()), told.now)
    for cause in told.causes:
        row = rows.get(cause.subject_id)
        if row is None:
            continue
        case = cases[row.case_id]
        yield Telling(
            cause,
            "contestation_due",
            {
                "decision_type": case.decision.decision_type.name,
                "queue": case.queue.name,
                "due_at": str(cause.body["due_at"]),
                "state": "late" if cause.body["is_late"] else "waiting",
            },
            _page(case),
            rulers[case.pk],
            holders_path=reverse("reviews:contestation", args=[row.pk]),
            queue=case.queue.slug,
        )


@tells("reviews.reversalalarm.raised")
def of_reversals(told: Told) -> Iterator[Telling]:
    alarms = (
        ReversalAlarm.objects.open()
        .select_related("reversal__decision__system")
        .in_bulk([cause.subject_id for cause in told.causes])
    )
    for cause in told.causes:
        alarm = alarms.get(cause.subject_id)
        if alarm is None:
            continue
        reversal, system = alarm.reversal, alarm.reversal.decision.system
        yield Telling(
            cause,
            "reversal_unconfirmed",
            {
                "system": system.name,
                "decision": str(reversal.decision_id)[-12:],
                "ordered_at": reversal.ordered_at.isoformat(),
            },
            reverse("reviews:decision", args=[reversal.decision_id]),
            [system.owner_id],
            together=Together(
                str(system.pk), {"system": system.name}, reverse("reviews:dashboard")
            ),
        )


@tells("reviews.monitoralarm.raised")
def of_monitors(told: Told) -> Iterator[Telling]:
    alarms = MonitorAlarm.objects.select_related("decision_type__system").in_bulk(
        [cause.subject_id for cause in told.causes]
    )
    for cause in told.causes:
        alarm = alarms[cause.subject_id]
        kind = alarm.decision_type
        yield Telling(
            cause,
            "monitor_alarm",
            {"decision_type": kind.name, "monitor": alarm.monitor},
            reverse("reviews:monitor", args=[kind.slug, alarm.monitor]),
            [kind.system.owner_id],
        )


def _cases(ids: Iterable[UUID]) -> dict[UUID, Case]:
    return Case.objects.select_related("queue", *NEEDED).in_bulk(list(ids))


def _holders_before(told: Told) -> dict[UUID, UUID]:
    """Who held each case until the change that the cause tells of, by the cause. One query."""
    earlier = Case.history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    holder = earlier.order_by("-history_id").values("claimed_by_id")[:1]
    rows = Case.history.filter(history_id__in=[cause.history_id for cause in told.causes])
    before = dict(rows.annotate(holder=Subquery(holder)).values_list("history_id", "holder"))
    holders = {cause.pk: before.get(cause.history_id) for cause in told.causes}
    return {cause: holder for cause, holder in holders.items() if holder is not None}


def _named(case: Case) -> dict[str, str]:
    return {"case": str(case.pk)[-12:], "queue": case.queue.name}


def _page(case: Case) -> str:
    return reverse("reviews:case", args=[case.pk])


def _in_queue(case: Case) -> Together:
    path = reverse("reviews:queue", args=[case.queue.slug])
    return Together(str(case.queue_id), {"queue": case.queue.name}, path)
