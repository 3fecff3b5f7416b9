"""Giving a verdict, and a judgement before seeing the AI's output."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.ledger.payloads import seal_payload
from governance.ledger.record import Event
from governance.models import Actor, Payload, SubjectKey, User
from governance.quorum import Ballot, Tally, VoteState, tally
from governance.services.subjects import subject_for
from reviews.errors import ClaimLapsed, JudgementGiven, JudgementMissing, StatementUnread
from reviews.models import (
    Case,
    Escalation,
    PermitVoid,
    PriorJudgement,
    StatementReading,
    Verdict,
    VerdictKind,
)
from reviews.selectors.contested import contested_outcome
from reviews.selectors.lenders import lenders_named
from reviews.services.claiming import drop_claim, held_case
from reviews.services.climbing import climb
from reviews.services.concluding import (
    announce_decision,
    order_reversal,
    permit_for,
    stood_before,
    void_permits,
)
from reviews.services.contesting import close_decided
from reviews.services.interventions import check_in_time
from reviews.services.permits import take_turns
from reviews.services.rights import entitlement
from reviews.services.ruling import Ruling, check_ruling, standing_outcome
from reviews.services.staffing import check_staffing


@transaction.atomic
def record_verdict(
    *, case_id: UUID, reviewer: User, claim: int, ruling: Ruling, now: datetime
) -> Verdict:
    """Enter one person's ruling under their claim number `claim`. `now`: aware, UTC.

    Below the quorum it is a sealed ballot and the case opens for the next person. When the quorum
    agrees the case is decided, and a permit for the settled outcome is issued. When it cannot agree
    any more an adjudicator on the next rung decides; after a veto that can not be the AI's outcome.
    Abstaining hands the case on.

    Raises what `claiming.held_case`, `rights.entitlement` and `ruling.check_ruling` raise, and
    JudgementMissing; StatementUnread on a contestation, whose statement is read first;
    InterventionOver for a correction that comes after the window.
    Source: Regulation (EU) 2024/1689 Art. 14(4)(d), 14(5); Regulation (EU) 2016/679 Art. 22(3).
    """
    case = held_case(case_id=case_id, reviewer=reviewer, now=now)
    if claim != case.claim_number:
        raise ClaimLapsed(f"Claim {claim} has ended; you hold this {case} as {case.claim_number}")
    held = entitlement(
        case=case, person=reviewer, now=now, kind=ruling.kind, outcome=ruling.outcome
    )
    if case.blind_first and not _judged(case, reviewer):
        raise JudgementMissing("This case is judged before the AI's output is shown")
    if case.kind == Case.Kind.CONTESTATION and not _has_read(case, reviewer):
        raise StatementUnread("Confirm that you have read what the person says, then rule")
    check_in_time(case, ruling.kind, now)
    take_turns(case.decision)
    outcome = check_ruling(case, ruling)
    text = _seal_text(case, ruling, now)
    verdict = Verdict(
        case=case,
        ruled_by=reviewer,
        kind=ruling.kind.value,
        outcome=outcome,
        reason_code=ruling.reason_code,
        reason_payload=text,
        claimed_at=case.claimed_at or now,  # a held case always says when; see its constraint
        ruled_at=now,
        right_id=held.right,
        qualification_id=held.qualification,
        delegation_id=held.delegation,
        stage=_stage(case, ruling.kind),
    )
    verdict.save(force_insert=True)
    actor = Actor.of(reviewer)
    given = Event("reviews.verdict.given", verdict, _given(verdict), text)
    record.append_all([given, *_settle(case, verdict, actor, now)], actor=actor, at=now)
    check_staffing([case], now=now)
    return verdict


@transaction.atomic
def commit_judgement(
    *, case_id: UUID, reviewer: User, outcome: str, now: datetime
) -> PriorJudgement:
    """Keep what `reviewer` would decide before the AI's output is shown to them.

    Raises InputInvalid, JudgementGiven, and what `claiming.held_case` raises.
    Source: Regulation (EU) 2024/1689 Art. 14(4)(b), automation bias.
    """
    case = held_case(case_id=case_id, reviewer=reviewer, now=now)
    if outcome not in case.decision.decision_type.outcome_specs:
        raise InputInvalid(
            "The judgement names no outcome of this type",
            errors=[FieldError("/outcome", "Not an outcome of this type.", "unknown")],
        )
    if not case.blind_first:
        raise JudgementGiven("This case shows the AI's output at once; rule on it directly")
    if _judged(case, reviewer):
        raise JudgementGiven("You have committed a judgement on this case already")
    judgement = PriorJudgement.objects.create(
        case=case, judged_by=reviewer, outcome=outcome, judged_at=now
    )
    record.append(
        "reviews.judgement.committed",
        subject=judgement,
        actor=Actor.of(reviewer),
        at=now,
        body={"case": str(case.pk), "outcome": outcome},
    )
    return judgement


def _judged(case: Case, reviewer: User) -> bool:
    return PriorJudgement.objects.filter(case=case, judged_by=reviewer).exists()


def _has_read(case: Case, reviewer: User) -> bool:
    return StatementReading.objects.filter(case=case, person=reviewer).exists()


def _seal_text(case: Case, ruling: Ruling, now: datetime) -> Payload | None:
    text = ruling.reason_text.strip()
    if not text:
        return None
    # After an erasure the case is still to be ruled on; the text then leads to nobody.
    subject = SubjectKey.objects.filter(pk=case.decision.subject_id).first()
    return seal_payload(
        kind=Payload.Kind.VERDICT,
        subject=subject or subject_for(None, now=now),
        content={"reason_text": text},
        now=now,
    )


def _given(verdict: Verdict) -> dict[str, object]:
    return {
        "case": str(verdict.case_id),
        "kind": verdict.kind,
        "outcome": verdict.outcome,
        "reason_code": verdict.reason_code,
        "right": str(verdict.right_id),
        "qualification": str(verdict.qualification_id),
        "delegation": None if verdict.delegation_id is None else str(verdict.delegation_id),
        "stage": verdict.stage,
        # Both names stay: whoever rules, and whose right it is that they used.
        "for": [str(person.pseudonym) for person in lenders_named(verdict.delegation)],
    }


def _stage(case: Case, kind: VerdictKind) -> int | None:
    """The stage that the next ballot counts for; None for what is no ballot of the quorum."""
    if kind is VerdictKind.ABSTAIN or case.adjudication:
        return None
    return _vote(case)[1].stage


def _vote(case: Case) -> tuple[list[Verdict], Tally]:
    ballots = list(case.verdicts.ballots().as_cast())
    proposed = standing_outcome(case)
    return ballots, tally(
        case.quorum_rule,
        [Ballot(one.ruled_by_id, one.outcome, one.outcome != proposed) for one in ballots],
    )


def _settle(case: Case, verdict: Verdict, actor: Actor, now: datetime) -> list[Event]:
    """What the new ballot does to the case."""
    drop_claim(case)
    if case.for_person_id == verdict.ruled_by_id:
        # Whom it was given to has ruled; what is still asked for, others give.
        case.for_person = None
    if verdict.kind == VerdictKind.ABSTAIN:
        return _reopen(case, "reviews.case.handed_on", actor)
    if case.adjudication:
        return _decide(case, verdict, [verdict.pk], actor, now)
    ballots, vote = _vote(case)
    if vote.state is VoteState.MET:
        agreeing = [ballot.pk for ballot in ballots if ballot.outcome == vote.choice]
        return _decide(case, verdict, agreeing, actor, now)
    if vote.stage is not None:
        case.stage_roles = list(case.quorum_rule.stages[vote.stage].roles)
        return _reopen(case, "reviews.case.balloted", actor)
    reason = Escalation.Reason.DISAGREEMENT
    if vote.state is VoteState.VETOED:
        reason, case.vetoed_at = Escalation.Reason.VETO, now
    case.adjudication, case.stage_roles = True, []
    return climb(case, reason, actor, now)


def _reopen(case: Case, event: str, actor: Actor) -> list[Event]:
    case.save_by(actor)
    return [Event(event, case)]


def _decide(
    case: Case, verdict: Verdict, verdict_ids: list[UUID], actor: Actor, now: datetime
) -> list[Event]:
    decision = case.decision
    contested = contested_outcome(case) if case.kind == Case.Kind.CONTESTATION else None
    case.state, case.closed_at = Case.State.DECIDED, now
    case.final_outcome = verdict.outcome
    case.save_by(actor)
    closed = [] if contested is None else close_decided(case, contested, actor, now)
    decided = Event(
        "reviews.case.decided",
        case,
        {"outcome": verdict.outcome, "verdicts": [str(pk) for pk in verdict_ids]},
    )
    if verdict.kind == VerdictKind.REVERSE:
        return [decided, *closed, *order_reversal(decision, verdict, now)]
    if stood_before(case) and verdict.outcome == (contested or decision.outcome):
        # What was permitted or done stands; there is nothing new to say.
        return [decided, *closed]
    voided = void_permits(decision, PermitVoid.Reason.OVERRULED, now)
    permit, issued = permit_for(decision, verdict.outcome, verdict_ids, now)
    standing = "halted" if permit is None else "permitted"
    announce_decision(decision, "decision.finalised", standing, now)
    return [decided, *closed, *voided, *issued]
