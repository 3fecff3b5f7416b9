"""Stepping aside from a decision for good."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, Payload, User
from reviews.errors import AlreadyRecused, BallotCounts, CaseNotOpen
from reviews.models import Case, Recusal, Verdict
from reviews.selectors.matters import NEEDED
from reviews.services.ending_claims import Because, end_claims, hold_still
from reviews.services.notes import seal_note
from reviews.services.rights import visible_case
from reviews.services.staffing import check_staffing


@transaction.atomic
def recuse(
    *, case_id: UUID, person: User, reason: Recusal.Reason, note: str = "", now: datetime
) -> Recusal:
    """`person`, who sees the case, never rules on its decision; whether they hold it or not.

    Afterwards the recusal stands, what they hold of the decision is open to others, and `note` lies
    sealed under the data subject. `now`: aware, UTC.

    Raises what `rights.visible_case` raises, CaseNotOpen for a closed case, AlreadyRecused,
    BallotCounts where the person has ruled on the decision, InputInvalid for a missing or useless
    note. Source: Regulation (EU) 2024/1689 Art. 26(2); Art. 14(4)(b).
    """
    visible_case(Case.objects.visible_to(person), case_id)
    hold_still(person.pk)
    cases = _live_cases(case_id)
    case = next((one for one in cases if one.pk == case_id), None)
    if case is None:
        closed = Case.objects.get(pk=case_id)
        raise CaseNotOpen(
            f"This {closed} is {closed.state}: there is nothing to step aside from", about=case_id
        )
    decision = case.decision
    _check_free_to_go(case, person)
    sealed = seal_note(
        decision=decision,
        kind=Payload.Kind.RECUSAL,
        note=note,
        must_explain=reason is Recusal.Reason.OTHER,
        now=now,
    )
    recusal = Recusal(
        decision=decision, case=case, person=person, reason=reason, note=sealed, recused_at=now
    )
    recusal.save(force_insert=True)
    actor = Actor.of(person)
    body = {"decision": str(decision.pk), "case": str(case.pk), "reason": reason.value}
    held = [one for one in cases if one.claimed_by_id == person.pk]
    record.append_all(
        [
            Event("reviews.recusal.declared", recusal, body, sealed),
            *end_claims(held, Because.RECUSAL, actor),
        ],
        actor=actor,
        at=now,
    )
    check_staffing(cases, now=now)
    return recusal


def _live_cases(case_id: UUID) -> list[Case]:
    """Every live case of the same decision, locked: a verdict on any of them comes before or after,
    not between."""
    decision = Case.objects.filter(pk=case_id).values("decision")
    return list(
        Case.objects.live()
        .filter(decision__in=decision)
        .select_for_update(of=("self",), no_key=True)
        .select_related(*NEEDED)
        .order_by("pk")
    )


def _check_free_to_go(case: Case, person: User) -> None:
    decision = case.decision_id
    if Recusal.objects.filter(decision=decision, person=person).exists():
        raise AlreadyRecused(
            "You will be offered none of its cases again; there is nothing to do", about=case.pk
        )
    if Verdict.objects.ballots().filter(case__decision=decision, ruled_by=person).exists():
        raise BallotCounts(
            "You have ruled on this decision, and a ballot is not taken back. If you should not "
            "have given it, tell the compliance officer, who can have it looked at again",
            about=case.pk,
        )
