"""Who is away, from when to when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from governance.errors import FieldError, InputInvalid, NotPermitted
from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Absence, Actor, User
from reviews.errors import AbsenceOver, AbsencesOverlap
from reviews.services.ending_claims import Because, claims_of, end_claims, hold_still
from reviews.services.staffing import check_staffing

MANAGES_ABSENCES = "governance.manage_absence"
OTHERS_ARE_MANAGED = "You may record your own absence; others' are for who manages absences"


@transaction.atomic
def record_absence(
    *,
    person: User,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    by: User,
    now: datetime,
) -> Absence:
    """`person` is away from `valid_from` (now, where it is left out) until `valid_until` (unknown,
    where it is left out), and rules on nothing meanwhile. `now`: aware, UTC.

    What they hold is open to others at once if the absence has begun; else the sweep
    `end_unentitled_claims` gives it back when it begins.

    Raises NotPermitted for the absence of another without the permission to manage them,
    InputInvalid, AbsencesOverlap.
    """
    _check_may(by, person)
    begins = now if valid_from is None else valid_from
    _check_span(begins, valid_until, now)
    hold_still(person.pk)
    _check_apart(person, begins, valid_until)
    absence = Absence(person=person, valid_from=begins, valid_until=valid_until)
    actor = Actor.of(by)
    absence.save_by(actor)
    held = claims_of([person.pk]) if begins <= now else []
    body = {
        "person": str(person.pseudonym),
        "valid_from": begins.isoformat(),
        "valid_until": None if valid_until is None else valid_until.isoformat(),
    }
    record.append_all(
        [
            Event("governance.absence.recorded", absence, body),
            *end_claims(held, Because.ABSENCE, actor),
        ],
        actor=actor,
        at=now,
    )
    check_staffing(held, now=now)
    return absence


@transaction.atomic
def end_absence(*, absence_id: UUID, by: User, now: datetime) -> Absence:
    """`person` is back, or does not go away after all.

    Raises Absence.DoesNotExist, also for another's without the permission, and AbsenceOver.
    """
    seen = Absence.objects.all()
    if not by.has_perm(MANAGES_ABSENCES):
        seen = seen.filter(person=by)
    absence: Absence = (
        seen.select_for_update(of=("self",), no_key=True)
        .select_related("person")
        .get(pk=absence_id)
    )
    is_over = absence.valid_until is not None and absence.valid_until <= now
    if absence.ended_at is not None or is_over:
        raise AbsenceOver("This absence is over already")
    absence.ended_at = now
    record.keep(
        absence,
        "governance.absence.ended",
        actor=Actor.of(by),
        at=now,
        body={"person": str(absence.person.pseudonym)},
        fields=["ended_at"],
    )
    return absence


def _check_may(by: User, person: User) -> None:
    if by.pk != person.pk and not by.has_perm(MANAGES_ABSENCES):
        raise NotPermitted(OTHERS_ARE_MANAGED)


def _check_span(begins: datetime, ends: datetime | None, now: datetime) -> None:
    faults = []
    if begins < now:
        faults.append(
            FieldError("/valid_from", "This lies in the past; leave it out for now.", "past")
        )
    if ends is not None and ends <= max(begins, now):
        faults.append(FieldError("/valid_until", "It must end after it begins.", "order"))
    if faults:
        raise InputInvalid("The absence has no such time", errors=faults)


def _check_apart(person: User, begins: datetime, ends: datetime | None) -> None:
    others = Absence.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=begins), person=person, ended_at=None
    )
    if ends is not None:
        others = others.filter(valid_from__lt=ends)
    first = others.order_by("valid_from").first()
    if first is not None:
        until = (
            "without a known end"
            if first.valid_until is None
            else f"until {first.valid_until:%Y-%m-%d %H:%M} UTC"
        )
        raise AbsencesOverlap(
            f"An absence from {first.valid_from:%Y-%m-%d %H:%M} UTC {until} is on record; end that "
            "one first, or choose another time"
        )
