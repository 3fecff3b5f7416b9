"""Pausing a case that waits for information."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, Payload, User
from governance.services.outbox import announce
from reviews.errors import CaseLate, CaseNotOpen, CasePaused, NotYourClaim, PausedTooOften
from reviews.models import Case, Contestation, Pause
from reviews.services.claiming import CLAIM_FIELDS, drop_claim, held_case
from reviews.services.notes import seal_note
from reviews.services.resuming import PAUSES_CASES, due_as_paused
from reviews.services.rights import visible_case

LONGEST_PAUSE = timedelta(days=30)
MOST_PAUSES = 5


@transaction.atomic
def pause_case(
    *,
    case_id: UUID,
    person: User,
    reason: Pause.Reason,
    until: datetime,
    note: str = "",
    now: datetime,
) -> Pause:
    """Stop the clock of a case until somebody resumes it, and until `until` at the latest.

    By who holds it, or, where nobody does, by who pauses cases everywhere. Afterwards the case is
    open in its queue, `claim_next` passes it over, and who claims it by name resumes it. `note`
    lies sealed under the data subject. Both instants: aware, UTC.

    Raises what `claiming.held_case` raises, CaseNotOpen for a closed case, CasePaused, CaseLate
    when the deadline has passed, PausedTooOften, and InputInvalid for an end that is none and for a
    missing or useless note.
    """
    case = _free_to_pause(case_id, person, now)
    _check_end(case, until, now)
    sealed = seal_note(
        decision=case.decision,
        kind=Payload.Kind.PAUSE,
        note=note,
        must_explain=reason is Pause.Reason.OTHER,
        now=now,
    )
    pause = Pause(
        case=case,
        reason=reason,
        note=sealed,
        paused_at=now,
        paused_by=person,
        ends_at=until,
        due_at=case.due_at,
    )
    pause.save(force_insert=True)
    drop_claim(case)
    # The deadline as it is if nobody resumes it: late it is from then on, whatever sweeps fail.
    case.paused_until, case.due_at = until, due_as_paused(case, pause, until)
    actor = Actor.of(person)
    case.save_by(actor, *CLAIM_FIELDS, "paused_until", "due_at")
    about = {"reason": reason.value, "until": until.isoformat()}
    announce(
        "case.paused",
        subject_id=case.decision_id,
        system=case.decision.system.slug,
        body={"decision": str(case.decision_id), "case": str(case.pk), **about},
        now=now,
    )
    body = {**about, "due_at": case.due_at.isoformat()}
    record.append_all([Event("reviews.case.paused", case, body, sealed)], actor=actor, at=now)
    return pause


def _free_to_pause(case_id: UUID, person: User, now: datetime) -> Case:
    case = _seen(case_id, person, now)
    if case.paused_until is not None:
        raise CasePaused(f"Its clock stands until {_said(case.paused_until)} already")
    if case.due_at <= now:
        raise CaseLate(f"It was due at {_said(case.due_at)}: it moves up, or ends, as it is")
    if case.pauses.count() >= MOST_PAUSES:
        raise PausedTooOften(
            f"It was paused {MOST_PAUSES} times. Rule on what is there, or hand it up"
        )
    return case


def _seen(case_id: UUID, person: User, now: datetime) -> Case:
    """The case, locked, under the person's claim; under nobody's, for who pauses cases."""
    if not person.has_perm(PAUSES_CASES):
        return held_case(case_id=case_id, reviewer=person, now=now)
    readable = Case.objects.readable_by(person)
    locked = readable.select_for_update(of=("self",), no_key=True)
    case = visible_case(locked.select_related("queue", "decision__system"), case_id)
    if case.state not in Case.LIVE:
        raise CaseNotOpen(f"This {case} is {case.state}: its clock has stopped for good")
    if case.state == Case.State.CLAIMED and not case.is_held_by(person, now):
        raise NotYourClaim("Somebody holds it: they pause it, or give it back first")
    return case


def _check_end(case: Case, until: datetime, now: datetime) -> None:
    fault = None
    if until <= now:
        fault = FieldError("/until", "The latest end must lie ahead.", "past")
    elif until > now + LONGEST_PAUSE:
        days = LONGEST_PAUSE.days
        fault = FieldError("/until", f"A pause lasts {days} days at most.", "range")
    elif case.kind == Case.Kind.CONTESTATION:
        answer_due = Contestation.objects.values_list("due_at", flat=True).get(case=case)
        if until >= answer_due:
            fault = FieldError(
                "/until",
                f"The person must have their answer by {_said(answer_due)}; that clock does not "
                "stand still.",
                "range",
            )
    if fault is not None:
        raise InputInvalid("The pause has no such end", errors=[fault])


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
