"""Standing conflicts of interest: a person never rules on what touches one data subject, or the AI
systems of one organisation."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, Conflict, SubjectKey, User
from governance.services.subjects import known_subject
from models_registry.models import AISystem
from reviews.errors import ConflictKnown, ConflictOver
from reviews.services.ending_claims import Because, claims_of, end_claims, hold_still
from reviews.services.staffing import check_staffing

_SHORTEST = timedelta(microseconds=1)  # a row holds for a time, however short


@transaction.atomic
def record_conflict(
    *,
    person: User,
    reason: str,
    pseudonym: UUID | None = None,
    reference: str = "",
    organisation: str = "",
    valid_until: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> Conflict:
    """From now on `person` rules on nothing of one data subject or one organisation.

    The subject is named by `pseudonym`, or by the caller's own `reference` of them, which is looked
    up in the identity vault and kept nowhere. Cases of that matter that the person holds are open
    to others afterwards. `now`: aware, UTC.

    Raises InputInvalid naming each faulty field, ConflictKnown.
    """
    subject = _subject(pseudonym, reference.strip(), organisation)
    _check_organisation(organisation)
    if valid_until is not None and valid_until <= now:
        raise _faulty("/valid_until", "This lies in the past.", "past")
    hold_still(person.pk)
    standing = Conflict.objects.in_force(now).filter(person=person)
    if standing.filter(subject=subject, organisation=organisation).exists():
        raise ConflictKnown("The same conflict of this person is in force already")
    conflict = Conflict(
        person=person,
        subject=subject,
        organisation=organisation,
        reason=reason,
        valid_from=now,
        valid_until=valid_until,
    )
    conflict.save_by(actor)
    touched = (
        Q(decision__system__organisation=organisation)
        if subject is None
        else Q(decision__subject=subject)
    )
    held = claims_of([person.pk], touched)
    body = {
        "person": str(person.pseudonym),
        "with": "organisation" if subject is None else "data_subject",
    }
    record.append_all(
        [
            Event("governance.conflict.recorded", conflict, body),
            *end_claims(held, Because.CONFLICT, actor),
        ],
        actor=actor,
        at=now,
    )
    check_staffing(held, now=now)
    return conflict


@transaction.atomic
def end_conflict(*, conflict_id: UUID, actor: Actor, now: datetime) -> Conflict:
    """The conflict is over from now on. Raises Conflict.DoesNotExist, ConflictOver."""
    held: Conflict = (
        Conflict.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person")
        .get(pk=conflict_id)
    )
    ends = max(now, held.valid_from + _SHORTEST)
    if held.valid_until is not None and held.valid_until <= ends:
        raise ConflictOver("This conflict has ended already")
    held.valid_until = ends
    record.keep(
        held,
        "governance.conflict.ended",
        actor=actor,
        at=now,
        body={"person": str(held.person.pseudonym)},
        fields=["valid_until"],
    )
    return held


def _subject(pseudonym: UUID | None, reference: str, organisation: str) -> SubjectKey | None:
    if sum((pseudonym is not None, bool(reference), bool(organisation))) != 1:
        raise _faulty(
            "", "Name a data subject, by pseudonym or reference, or an organisation.", "one_of"
        )
    if pseudonym is not None:
        subject = SubjectKey.objects.filter(pk=pseudonym).first()
        if subject is None:
            raise _faulty("/pseudonym", "There is no data subject of that pseudonym.", "unknown")
        return subject
    if reference:
        subject = known_subject(reference)
        if subject is None:
            # Not repeated: what the caller calls a person is no business of ours.
            raise _faulty("/reference", "Nobody is known by that reference.", "unknown")
        return subject
    return None


def _check_organisation(organisation: str) -> None:
    if organisation and not AISystem.objects.filter(organisation=organisation).exists():
        raise _faulty(
            "/organisation",
            "No registered AI system belongs to an organisation of exactly that name.",
            "unknown",
        )


def _faulty(pointer: str, sentence: str, code: str) -> InputInvalid:
    return InputInvalid(
        "The conflict is not complete", errors=[FieldError(pointer, sentence, code)]
    )
