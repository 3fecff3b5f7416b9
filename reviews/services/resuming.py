"""Ending a pause: the case's clock runs on with the time that was left."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, User
from governance.services.outbox import announce
from reviews.calendars import due_after_pause
from reviews.errors import CaseNotPaused
from reviews.models import Case, Contestation, Pause, PauseEnd
from reviews.services.ladders import counted_time
from reviews.services.rights import visible_case

PAUSES_CASES = "reviews.pause_case"
"""Who may pause and resume cases of every queue, as far as nobody holds them."""


@transaction.atomic
def resume_case(*, case_id: UUID, person: User, now: datetime) -> Case:
    """Let the clock of a paused case run on from `now`, with the time that was left of it.

    By whoever reviews its queue, or pauses cases everywhere. Raises what `rights.visible_case`
    raises, CaseNotPaused.
    """
    seen = Case.objects.readable_by(person)
    if not person.has_perm(PAUSES_CASES):
        seen = Case.objects.visible_to(person)
    locked = seen.select_for_update(of=("self",), no_key=True).select_related("decision__system")
    case = visible_case(locked, case_id)
    if case.paused_until is None:
        raise CaseNotPaused(f"The clock of this {case} runs already", about=case_id)
    actor = Actor.of(person)
    record.append_all([resume(case, PauseEnd.How.RESUMED, actor, now)], actor=actor, at=now)
    return case


@transaction.atomic
def end_lapsed_pause(*, case_id: UUID, actor: Actor, now: datetime) -> Case | None:
    """End a pause whose latest end has come; None when it was ended meanwhile, or when somebody is
    just at the case."""
    case = (
        Case.objects.with_lapsed_pause(now)
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("decision__system")
        .filter(pk=case_id)
        .first()
    )
    if case is None:
        return None
    record.append_all([resume(case, PauseEnd.How.RAN_OUT, actor, now)], actor=actor, at=now)
    return case


def resume(case: Case, how: PauseEnd.How, actor: Actor, now: datetime) -> Event:
    """End the pause of a paused case that the caller has locked, and restore what was left of its
    time (a step)."""
    pause = end_pause(case, how, actor, now)
    case.due_at = due_as_paused(case, pause, pause.stood_until(now))
    case.save_by(actor, "due_at", "paused_until")
    announce(
        "case.resumed",
        subject_id=case.decision_id,
        system=case.decision.system.slug,
        body={"decision": str(case.decision_id), "case": str(case.pk), "how": how.value},
        now=now,
    )
    body = {
        "how": how.value,
        "paused_at": pause.paused_at.isoformat(),
        "due_at": case.due_at.isoformat(),
    }
    return Event("reviews.case.resumed", case, body)


def end_pause(case: Case, how: PauseEnd.How, actor: Actor, now: datetime) -> Pause:
    """End the pause of a paused case that moves on or closes; its new deadline, and saving it, are
    for the caller (a step)."""
    pause = Pause.objects.in_force().get(case=case)
    PauseEnd.objects.create(pause=pause, how=how, ended_at=now, actor=actor.label)
    case.paused_until = None
    return pause


def due_as_paused(case: Case, pause: Pause, stood_until: datetime) -> datetime:
    """The deadline of a case whose clock stood from the pause's begin until `stood_until`. The
    law's month for the answer to a contestation does not stand still: it is the latest."""
    due = due_after_pause(
        counted_time(case),
        due_at=pause.due_at,
        paused_at=pause.paused_at,
        resumed_at=stood_until,
    )
    if case.kind != Case.Kind.CONTESTATION:
        return due
    answer_due = Contestation.objects.values_list("due_at", flat=True).get(case=case)
    return max(pause.due_at, min(due, answer_due))
