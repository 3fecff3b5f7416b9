"""Erasing what is kept about a person takes two people: it cannot be taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from governance.models import Actor, Motion, Payload, SubjectKey, User
from governance.motions.registry import Act, Content, Description, Matter, register
from governance.motions.shape import key, read_content, text
from governance.services.erasure import (
    LONGEST_GROUND,
    checked_ground,
    erase_subject,
    unknown_subject,
)

NAME = "governance.subject.erase"
PERMISSION = "governance.erase_subject"


def content_of(subject_id: UUID, ground: str) -> Content:
    return {"subject": str(subject_id), "ground": ground.strip()}


def check(content: Content, mover: User, now: datetime) -> Matter:
    """Raises InputInvalid, SubjectUnknown."""
    read = read_content(content, {"subject": key, "ground": text(LONGEST_GROUND)})
    checked_ground(read["ground"])
    subject = SubjectKey.objects.filter(pk=read["subject"]).first()
    if subject is None:
        raise unknown_subject(read["subject"])
    return Matter(f"Erase everything kept about {subject.pk}", subject)


def carry_out(motion: Motion, actor: Actor, now: datetime) -> SubjectKey:
    subject_id = UUID(motion.content["subject"])
    erase_subject(
        subject_id=subject_id,
        ground=motion.content["ground"],
        person=User.objects.get(pseudonym=actor.handle),
        now=now,
        motion=motion,
    )
    # What is gone can still be named.
    return SubjectKey(pk=subject_id)


def describe(motion: Motion) -> Description:
    subject_id = motion.content["subject"]
    sealed = Payload.objects.filter(subject_id=subject_id).count()
    notes = [_("What is erased is gone for good; backups hold it until they run out.")]
    if motion.state == Motion.State.PENDING and not sealed:
        notes.append(_("Nothing is sealed under this pseudonym now."))
    return Description(
        rows=(
            (_("Data subject"), subject_id),
            (_("Ground"), motion.content["ground"]),
            (_("Sealed documents now"), str(sealed)),
        ),
        notes=tuple(notes),
    )


register(
    Act(
        name=NAME,
        title=gettext_noop("Erase what is kept about a person"),
        move_perm=PERMISSION,
        vote_perm=PERMISSION,
        check=check,
        carry_out=carry_out,
        describe=describe,
    )
)
