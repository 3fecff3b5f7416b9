"""Erasing what is kept about a person, so that the ledger still verifies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.errors import DomainError, FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, Motion, Payload, SubjectIdentity, SubjectKey, User

ERASED_PAYLOAD = "governance.payload.erased"
ERASED_SUBJECT = "governance.subjectkey.erased"
LONGEST_GROUND = 500


class SubjectUnknown(DomainError):
    """No such pseudonym, or it was erased before."""

    code = "subject_unknown"
    status = 404
    title = "There is nothing kept under this pseudonym"


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took away. `payloads`: how many sealed documents."""

    subject_id: UUID
    payloads: int


@dataclass(frozen=True, slots=True)
class ErasedAgain:
    """What was deleted a second time. `kept`: pseudonyms to be erased by their own verb."""

    payloads: int
    subjects: int
    kept: tuple[UUID, ...]


@transaction.atomic
def erase_subject(
    *, subject_id: UUID, ground: str, person: User, now: datetime, motion: Motion | None = None
) -> Erased:
    """Delete everything sealed about a subject, their identity and their key, for good (a step:
    nobody erases alone, so doors move `governance.subject.erase`).

    `ground`: why, in words that name nobody; it is entered in the ledger. `person`: whose ballot
    settled it. Afterwards each entry that committed to one of the payloads still verifies, and the
    erasure's entry, which repeats the commitment, says since when the content is gone.

    Raises SubjectUnknown (also the second time), and InputInvalid for a ground that is empty or
    longer than 500 characters.
    Source: GDPR Art. 17(1) and 5(1)(e); EDPB Guidelines 02/2025.
    """
    ground = checked_ground(ground)
    subject = SubjectKey.objects.select_for_update().filter(pk=subject_id).first()
    if subject is None:
        raise unknown_subject(subject_id)
    payloads = list(Payload.objects.filter(subject=subject).order_by("id"))
    _enter(subject, payloads, ground, Actor.of(person), now, motion)
    Payload.objects.filter(subject=subject).delete()
    SubjectIdentity.objects.filter(subject=subject).delete()
    SubjectKey.objects.filter(pk=subject.pk).delete()
    return Erased(subject_id, len(payloads))


def checked_ground(ground: str) -> str:
    """The ground without blanks around it. Raises InputInvalid for an empty or too long one."""
    ground = ground.strip()
    if not 1 <= len(ground) <= LONGEST_GROUND:
        fault = FieldError("/ground", f"Takes 1 to {LONGEST_GROUND} characters.", "length")
        raise InputInvalid(f"The ground takes 1 to {LONGEST_GROUND} characters", errors=[fault])
    return ground


def unknown_subject(subject_id: UUID) -> SubjectUnknown:
    return SubjectUnknown(f"Nothing is kept under {subject_id}, or it was erased before")


def erase_again(*, payload_ids: Iterable[UUID], subject_ids: Iterable[UUID]) -> ErasedAgain:
    """Delete what a restored backup brought back, in the caller's transaction. The entries that
    tell of its erasure are there, so none is written.

    A subject for whom something was sealed since keeps key and identity, and is named.
    """
    payloads, _ = Payload.objects.filter(pk__in=list(payload_ids)).delete()
    subjects = set(subject_ids)
    kept = set(Payload.objects.filter(subject__in=subjects).values_list("subject_id", flat=True))
    SubjectIdentity.objects.filter(subject__in=subjects - kept).delete()
    keys, _ = SubjectKey.objects.filter(pk__in=subjects - kept).delete()
    return ErasedAgain(payloads, keys, tuple(sorted(kept)))


def _enter(
    subject: SubjectKey,
    payloads: list[Payload],
    ground: str,
    actor: Actor,
    now: datetime,
    motion: Motion | None,
) -> None:
    """The subject's last entry, and one for each payload that repeats its commitment: by it an
    outsider, who cannot see which row an entry meant, finds the erasure."""
    erasures = [
        record.Event(
            ERASED_PAYLOAD,
            payload,
            {"commitment": bytes(payload.commitment).hex(), "ground": ground},
        )
        for payload in payloads
    ]
    body = {
        "payloads": len(payloads),
        "ground": ground,
        "motion": None if motion is None else str(motion.pk),
    }
    whole = record.Event(ERASED_SUBJECT, subject, body)
    record.append_all([*erasures, whole], actor=actor, at=now, all_new=True)
