"""The letter that tells a person the result of their contestation, and that it was sent.

Its content lies sealed under the person's key alone. HTML and PDF are made from it when they are
asked for, and kept nowhere.
Source: Regulation (EU) 2016/679 Art. 12(3), 22(3); Regulation (EU) 2024/1689 Art. 86(1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.ledger.payloads import PayloadErased, read_payload, seal_payload
from governance.ledger.record import Event
from governance.models import Actor, Payload, SubjectKey, User
from governance.reports.letter import Letter
from reviews.errors import (
    ContestationClosed,
    ContestationOpen,
    LetterMissing,
    LetterSent,
    SubjectErased,
)
from reviews.models import Contestation
from reviews.services.concluding import announce_contestation
from reviews.services.explaining import parts_of

LONGEST_SALUTATION = 200
LONGEST_CLOSING = 3_000
LONGEST_CONTACT = 600
_CLOCK_SKEW = timedelta(minutes=5)

SALUTATION = "Dear Sir or Madam,"
CLOSING = "If anything in this letter is unclear, please ask us.\n\nYours faithfully"
TITLE = "Your challenge to a decision: result and explanation"
NOTE = (
    "This letter is evidence for Articles 12(3), 15(1)(h) and 22(3) of Regulation (EU) 2016/679 "
    "(GDPR) and Article 86 of Regulation (EU) 2024/1689 (AI Act). It explains one decision from "
    "what was recorded when it was made."
)


class Channel(models.TextChoices):
    """How the letter went out."""

    POST = "post", _("post")
    EMAIL = "email", _("e-mail")
    PORTAL = "portal", _("portal")
    HAND = "hand", _("handed over")


@dataclass(frozen=True, slots=True)
class Words:
    """What the officer writes themselves: the rest is the record's."""

    salutation: str = SALUTATION
    closing: str = CLOSING
    contact: str = ""


@transaction.atomic
def make_letter(
    *, contestation_id: UUID, words: Words, person: User, now: datetime
) -> Contestation:
    """Write the letter on a decided contestation and seal it. Until it is sent it can be made
    again: the newest one counts, and says what was done by then.

    Raises Contestation.DoesNotExist, InputInvalid, ContestationOpen (nobody has ruled),
    ContestationClosed (it was withdrawn), LetterSent, SubjectErased.
    """
    contestation = _locked(contestation_id)
    if contestation.state == Contestation.State.OPEN:
        raise ContestationOpen("Nobody has ruled on it yet, so there is no result to write of")
    if contestation.state == Contestation.State.WITHDRAWN:
        raise ContestationClosed("It was withdrawn, so there is no result to write of")
    _check_unsent(contestation)
    words = _checked(words)
    decision = contestation.case.decision
    subject = SubjectKey.objects.filter(pk=decision.subject_id).first()
    if subject is None:
        raise SubjectErased("What was kept about the person is gone, so no letter can be written")
    letter = Letter(
        language="en",
        sender=decision.system.organisation,
        title=TITLE,
        reference=decision.external_id,
        made_at=now,
        salutation=words.salutation,
        parts=parts_of(contestation, now),
        closing=words.closing,
        contact=words.contact,
        note=NOTE,
    )
    payload = seal_payload(
        kind=Payload.Kind.LETTER, subject=subject, content=letter.to_json(), now=now
    )
    contestation.letter = payload
    actor = Actor.of(person)
    contestation.save_by(actor, "letter")
    made = Event("reviews.contestation.letter_made", contestation, {}, payload)
    record.append_all([made], actor=actor, at=now)
    return contestation


@transaction.atomic
def mark_letter_sent(
    *, contestation_id: UUID, sent_at: datetime, channel: Channel, person: User, now: datetime
) -> Contestation:
    """Keep that the letter as it is now went to the person, when and how. It is final.

    Raises Contestation.DoesNotExist, InputInvalid, LetterMissing (none made, or erased),
    LetterSent.
    """
    contestation = _locked(contestation_id)
    _check_unsent(contestation)
    letter = None
    if contestation.letter_id is not None:
        letter = Payload.objects.filter(pk=contestation.letter_id).first()
    if letter is None:
        raise LetterMissing("Make the letter first, and read it")
    if not letter.created_at <= sent_at + _CLOCK_SKEW or sent_at > now + _CLOCK_SKEW:
        raise InputInvalid(
            "The letter was not marked as sent",
            errors=[
                FieldError(
                    "/sent_at", "Lies after the letter was made, not in the future.", "out_of_range"
                )
            ],
        )
    contestation.sent_at, contestation.sent_by = sent_at, person
    record.keep(
        contestation,
        "reviews.contestation.letter_sent",
        actor=Actor.of(person),
        at=now,
        body={
            "sent_at": sent_at.isoformat(),
            "channel": channel.value,
            # Which of the letters went out: the one whose entry holds this commitment.
            "commitment": bytes(letter.commitment).hex(),
        },
        fields=["sent_at", "sent_by"],
    )
    announce_contestation(contestation, "contestation.answered", now)
    return contestation


def open_letter(contestation: Contestation) -> Letter:
    """The letter as it was sealed. Raises LetterMissing for none, or one that cannot be opened."""
    if contestation.letter_id is None:
        raise LetterMissing("The letter was not made yet")
    try:
        return Letter.from_json(read_payload(contestation.letter_id))
    except PayloadErased as erased:
        raise LetterMissing("The letter was erased with what was kept about the person") from erased
    except InvalidTag as broken:
        raise LetterMissing("The letter's seal is broken. Tell the operator") from broken


def words_of(contestation: Contestation) -> Words:
    """What the officer wrote last, to go on from; the usual words where there is no letter."""
    try:
        letter = open_letter(contestation)
    except LetterMissing:
        return Words()
    return Words(letter.salutation, letter.closing, letter.contact)


def _locked(contestation_id: UUID) -> Contestation:
    return (
        Contestation.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "case__decision__system",
            "case__decision__decision_type",
            "case__decision__model_version",
            "case__decision__submitted_by",
            "case__decision__evaluation__policy_version",
            "decision__system",
        )
        .get(pk=contestation_id)
    )


def _check_unsent(contestation: Contestation) -> None:
    if contestation.sent_at is not None:
        raise LetterSent(f"It went out on {contestation.sent_at:%Y-%m-%d}; it stays as it is")


def _checked(words: Words) -> Words:
    given = Words(words.salutation.strip(), words.closing.strip(), words.contact.strip())
    faults = []
    for name, text, least, most in (
        ("salutation", given.salutation, 1, LONGEST_SALUTATION),
        ("closing", given.closing, 1, LONGEST_CLOSING),
        ("contact", given.contact, 0, LONGEST_CONTACT),
    ):
        if not least <= len(text) <= most:
            faults.append(FieldError(f"/{name}", f"{least} to {most} characters.", "length"))
    if faults:
        raise InputInvalid("The letter was not made", errors=faults)
    return given
