"""What a person says who contests a decision, as its reviewer sees it: the statement first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag

from governance.ledger.payloads import PayloadErased, read_payload
from governance.models import User
from reviews.errors import NotContested, NotYourClaim
from reviews.models import Case, StatementReading, Verdict
from reviews.selectors.contestations import Statement, open_statement
from reviews.selectors.contested import contested_outcome, earlier_rulings


@dataclass(frozen=True, slots=True)
class Said:
    """`contested_outcome`, `rulings`, `texts` (by the ruling's id): empty until it was read."""

    case: UUID
    question: str
    received_at: datetime
    said: Statement
    is_read: bool
    contested_outcome: str | None = None
    rulings: tuple[Verdict, ...] = ()
    texts: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def seal(self) -> str:
        return self.said.seal.value

    @property
    def statement(self) -> str:
        return self.said.text


def statement_for(case_id: UUID, person: User, now: datetime) -> Said:
    """For whoever holds the case. Raises Case.DoesNotExist for another's, NotContested,
    NotYourClaim."""
    case = (
        Case.objects.visible_to(person)
        .select_related("contestation", "decision__decision_type")
        .get(pk=case_id)
    )
    if case.kind != Case.Kind.CONTESTATION:
        raise NotContested("Only the case of a contestation begins with a statement")
    if not case.is_held_by(person, now):
        raise NotYourClaim(f"This {case} is {case.state}, and you do not hold it. Claim it first")
    return said_in(case, person)


def said_in(case: Case, person: User) -> Said:
    """The same for a case that `person` was found to hold."""
    contestation = case.contestation
    is_read = StatementReading.objects.filter(case=case, person=person).exists()
    rulings = tuple(earlier_rulings(case)) if is_read else ()
    return Said(
        case=case.pk,
        question=case.decision.decision_type.question,
        received_at=contestation.received_at,
        said=open_statement(contestation),
        is_read=is_read,
        contested_outcome=contested_outcome(case) if is_read else None,
        rulings=rulings,
        texts={ruling.pk: text_of(ruling) for ruling in rulings},
    )


def text_of(verdict: Verdict) -> str:
    """The reason in words; empty where none was given, or it cannot be read any more."""
    if verdict.reason_payload_id is None:
        return ""
    try:
        return str(read_payload(verdict.reason_payload_id)["reason_text"])
    except (PayloadErased, InvalidTag):
        return ""
