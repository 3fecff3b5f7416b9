"""What a person says beside a reason: sealed, for it may be about the data subject. A step."""

from __future__ import annotations

from datetime import datetime

from governance.errors import FieldError, InputInvalid
from governance.ledger.payloads import seal_payload
from governance.models import Payload, SubjectKey
from reviews.models import Decision


def seal_note(
    *, decision: Decision, kind: Payload.Kind, note: str, must_explain: bool, now: datetime
) -> Payload | None:
    """`note` under the key of the decision's data subject; None for an empty one.

    Raises InputInvalid for an empty one where the reason alone does not explain itself, and where
    the person's data were erased, so that nothing can be sealed.
    """
    note = note.strip()
    if not note:
        if must_explain:
            raise InputInvalid(
                "The reason is not explained",
                errors=[FieldError("/note", "Explain another reason.", "required")],
            )
        return None
    subject = SubjectKey.objects.filter(pk=decision.subject_id).first()
    if subject is None:
        raise InputInvalid(
            "Nothing can be sealed for this person any more",
            errors=[FieldError("/note", "Their data were erased: leave the note out.", "erased")],
        )
    return seal_payload(kind=kind, subject=subject, content={"note": note}, now=now)
