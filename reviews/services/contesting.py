"""A person contests a decision: registering it, its clock, reading their statement, withdrawing.

Source: Regulation (EU) 2016/679 Art. 22(3) and 12(3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.ledger.payloads import seal_payload
from governance.ledger.record import Event
from governance.models import Actor, Payload, SubjectKey, User
from governance.policies import Rules
from reviews.errors import (
    AlreadyExtended,
    ClockRunOut,
    ContestationClosed,
    ContestationOpen,
    NoQueueOpen,
    NotContestable,
    NotContested,
    StatementRead,
    SubjectErased,
)
from reviews.ladders import Trigger
from reviews.models import (
    Case,
    Contestation,
    Decision,
    Escalation,
    PauseEnd,
    Queue,
    StatementReading,
)
from reviews.models.contestation import WARNED_BEFORE
from reviews.selectors.standing import PREFETCHED, RELATED, Standing, standing_of
from reviews.services.claiming import drop_claim, held_case
from reviews.services.climbing import climb
from reviews.services.clock import answer_due, extended
from reviews.services.concluding import announce_contestation
from reviews.services.ladders import deadline, ladder_for
from reviews.services.resuming import end_pause
from reviews.services.routing import open_queue, snapshot_of
from reviews.services.rulebook import Rulebook, rulebook_for, rulebook_of
from reviews.services.ruling import rules_of
from reviews.services.staffing import check_staffing

LONGEST_STATEMENT = 20_000
LONGEST_REASON = 500
# Above all but the most urgent reviews. It does not depend on the AI's output, so that it gives
# nothing of it away.
_PRIORITY = 90.0
# A caller's clock may run ahead of ours by this much.
_CLOCK_SKEW = timedelta(minutes=5)
# Why there is nothing to contest.
_NOTHING_STANDS = {
    Standing.IN_REVIEW: "A person has yet to rule on it; nothing was decided that could be "
    "contested",
    Standing.BLOCKED: "It was blocked, so nothing was decided and nothing may be carried out",
    Standing.WITHDRAWN: "It was withdrawn before it was carried out, so nothing stands",
    Standing.REVERSAL_ORDERED: "Its undoing was ordered; what replaces it is a decision of its "
    "own, which can be contested",
    Standing.REVERSED: "It was undone; what replaces it is a decision of its own, which can be "
    "contested",
}


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the person said, and when it arrived."""

    statement: str
    received_at: datetime


@transaction.atomic
def register_contestation(
    *, decision_id: UUID, challenge: Challenge, person: User | None, actor: Actor, now: datetime
) -> Contestation:
    """Keep a person's statement, start the clock and put the decision before another reviewer.

    `person`: the member of staff who registers it, None for a program, whom `actor` names. The
    decision itself is left as it is: only a verdict changes it. Afterwards there are, of one
    transaction: the sealed statement, the contestation, its case, their entries and a message.

    Raises Decision.DoesNotExist, InputInvalid, NotContestable (nothing stands), ContestationOpen,
    SubjectErased, NoQueueOpen. Then nothing is kept.
    """
    decision = (
        Decision.objects.select_related("system", "evaluation__policy_version")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=decision_id)
    )
    _check_challenge(challenge, decision, now)
    _check_contestable(decision, now)
    subject = SubjectKey.objects.filter(pk=decision.subject_id).first()
    if subject is None:
        raise SubjectErased("What was kept about the person is gone, so no statement can be added")
    book, queue = _where_to(decision, now)
    statement = seal_payload(
        kind=Payload.Kind.STATEMENT,
        subject=subject,
        content={"statement": challenge.statement.strip()},
        now=now,
    )
    due_at = answer_due(challenge.received_at)
    case = _case(decision, queue, book.rules, due_at, now)
    case.save_by(actor)
    contestation = Contestation(
        decision=decision,
        case=case,
        statement=statement,
        received_at=challenge.received_at,
        registered_at=now,
        registered_by=person,
        due_at=due_at,
    )
    contestation.save_by(actor)
    events = [
        Event(
            "reviews.contestation.registered",
            contestation,
            {
                "decision": str(decision.pk),
                "case": str(case.pk),
                "received_at": challenge.received_at.isoformat(),
                "due_at": due_at.isoformat(),
            },
            statement,
        ),
        Event(
            "reviews.case.opened",
            case,
            {
                "decision": str(decision.pk),
                "kind": case.kind,
                "queue": queue.slug,
                "verdicts_required": case.verdicts_required,
                "quorum": case.quorum,
            },
        ),
    ]
    record.append_all(events, actor=actor, at=now, all_new=True)
    if case.climbs_on(Trigger.CONTESTED):
        reason = Escalation.Reason.CONTESTED
        record.append_all(
            climb(case, reason, actor, now, cause=contestation.pk), actor=actor, at=now
        )
    check_staffing([case], now=now)
    announce_contestation(contestation, "contestation.registered", now)
    return contestation


@transaction.atomic
def extend_contestation(
    *, contestation_id: UUID, reason: str, notified_at: datetime, person: User, now: datetime
) -> Contestation:
    """Give the answer two further months, once. `reason`: as the person was told at `notified_at`;
    without personal data, for it stays in the clear.

    Raises Contestation.DoesNotExist, InputInvalid, ContestationClosed, AlreadyExtended, ClockRunOut
    (the notice must come within the first month). Source: GDPR Art. 12(3).
    """
    contestation = _locked(contestation_id)
    _check_open(contestation)
    if contestation.extended_at is not None:
        raise AlreadyExtended(
            f"It was extended on {contestation.extended_at:%Y-%m-%d}; a second time is not allowed"
        )
    if contestation.due_at <= now:
        raise ClockRunOut(
            f"The answer was due at {contestation.due_at:%Y-%m-%d %H:%M} UTC. An extension takes "
            "notice to the person before that"
        )
    reason = reason.strip()
    faults = []
    if not 1 <= len(reason) <= LONGEST_REASON:
        faults.append(FieldError("/reason", f"1 to {LONGEST_REASON} characters.", "length"))
    if not contestation.received_at <= notified_at <= now + _CLOCK_SKEW:
        faults.append(
            FieldError(
                "/notified_at", "Lies after the receipt and not in the future.", "out_of_range"
            )
        )
    if faults:
        raise InputInvalid("The extension is not complete", errors=faults)
    before = contestation.due_at
    contestation.due_at = extended(before)
    contestation.extended_at, contestation.extension_reason = now, reason
    contestation.warnings = 0
    actor = Actor.of(person)
    contestation.save_by(actor, "due_at", "extended_at", "extension_reason", "warnings")
    events = [
        Event(
            "reviews.contestation.extended",
            contestation,
            {
                "due_at": contestation.due_at.isoformat(),
                "reason": reason,
                "notified_at": notified_at.isoformat(),
            },
        ),
        *_case_follows(contestation, before, actor),
    ]
    record.append_all(events, actor=actor, at=now)
    announce_contestation(contestation, "contestation.extended", now)
    return contestation


@transaction.atomic
def withdraw_contestation(*, contestation_id: UUID, actor: Actor, now: datetime) -> Contestation:
    """The person takes their challenge back: its case ends, the decision stays as it is.

    Raises Contestation.DoesNotExist, ContestationClosed.
    """
    contestation = _locked(contestation_id)
    _check_open(contestation)
    case = contestation.case
    events = [_close(contestation, Contestation.State.WITHDRAWN, "", actor, now)]
    if case.state in Case.LIVE:
        drop_claim(case)
        if case.paused_until is not None:
            end_pause(case, PauseEnd.How.CLOSED, actor, now)
        case.state, case.closed_at = Case.State.WITHDRAWN, now
        case.save_by(actor)
        events.append(Event("reviews.case.withdrawn", case))
    record.append_all(events, actor=actor, at=now)
    check_staffing([case], now=now)
    announce_contestation(contestation, "contestation.withdrawn", now)
    return contestation


@transaction.atomic
def read_statement(*, case_id: UUID, reviewer: User, now: datetime) -> StatementReading:
    """Keep that `reviewer`, who holds the case, has read the person's statement. From now on the
    rest of the case is shown to them.

    Raises NotContested, StatementRead, and what `claiming.held_case` raises.
    Source: GDPR Art. 22(3), the person's point of view.
    """
    case = held_case(case_id=case_id, reviewer=reviewer, now=now)
    if case.kind != Case.Kind.CONTESTATION:
        raise NotContested("Only the case of a contestation begins with a statement")
    if StatementReading.objects.filter(case=case, person=reviewer).exists():
        raise StatementRead("You have confirmed that before; rule on the case")
    reading = StatementReading.objects.create(case=case, person=reviewer, read_at=now)
    record.append(
        "reviews.statement.read",
        subject=reading,
        actor=Actor.of(reviewer),
        at=now,
        body={"case": str(case.pk)},
    )
    return reading


@transaction.atomic
def warn_of_clock(*, contestation_id: UUID, actor: Actor, now: datetime) -> Contestation | None:
    """Tell that an answer is due in ten days, in three, or late; None where nothing new is to tell.

    Each warning comes once, however often and late this is called: one that the next has overtaken
    is not given any more.
    """
    contestation = (
        Contestation.objects.to_warn_of(now)
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("decision__system")
        .filter(pk=contestation_id)
        .first()
    )
    if contestation is None:
        return None
    contestation.warnings = sum(contestation.due_at - before <= now for before in WARNED_BEFORE)
    record.keep(
        contestation,
        "reviews.contestation.warned",
        actor=actor,
        at=now,
        body={
            "due_at": contestation.due_at.isoformat(),
            "warning": contestation.warnings,
            "is_late": contestation.is_late(now),
        },
        fields=["warnings"],
    )
    announce_contestation(contestation, "contestation.warning", now)
    return contestation


def close_decided(case: Case, stood: str, actor: Actor, now: datetime) -> list[Event]:
    """Close the contestation of a decided case (a step); the caller holds the case. `stood`: the
    outcome that was contested."""
    contestation = _of_case(case)
    result = Contestation.Result.UPHELD
    if case.final_outcome != stood:
        result = Contestation.Result.CHANGED
    closed = _close(contestation, Contestation.State.DECIDED, result, actor, now)
    announce_contestation(contestation, "contestation.decided", now)
    return [closed]


def close_with_its_decision(case: Case, actor: Actor, now: datetime) -> list[Event]:
    """Close the contestation of a decision that the AI system withdrew (a step)."""
    contestation = _of_case(case)
    closed = _close(contestation, Contestation.State.WITHDRAWN, "", actor, now)
    announce_contestation(contestation, "contestation.withdrawn", now)
    return [closed]


def is_contestable(standing: Standing) -> bool:
    """Whether something stands of a decision that can be contested."""
    return standing not in _NOTHING_STANDS


def _check_challenge(challenge: Challenge, decision: Decision, now: datetime) -> None:
    faults = []
    if not 1 <= len(challenge.statement.strip()) <= LONGEST_STATEMENT:
        faults.append(FieldError("/statement", f"1 to {LONGEST_STATEMENT} characters.", "length"))
    if challenge.received_at > now + _CLOCK_SKEW:
        faults.append(FieldError("/received_at", "Lies in the future.", "future"))
    elif challenge.received_at < min(decision.occurred_at, decision.received_at):
        faults.append(FieldError("/received_at", "Lies before the decision.", "too_early"))
    if faults:
        raise InputInvalid("The contestation was not registered", errors=faults)


def _check_contestable(decision: Decision, now: datetime) -> None:
    whole = Decision.objects.select_related(*RELATED).prefetch_related(*PREFETCHED)
    standing = standing_of(whole.get(pk=decision.pk), now).standing
    if standing in _NOTHING_STANDS:
        raise NotContestable(_NOTHING_STANDS[standing])
    # The row of the decision is locked: a second registration finds the first one here.
    earlier = Contestation.objects.open().filter(decision=decision).first()
    if earlier is not None:
        raise ContestationOpen(
            f"It was received on {earlier.received_at:%Y-%m-%d}; add to it or wait for its result"
        )


def _where_to(decision: Decision, now: datetime) -> tuple[Rulebook, Queue]:
    """The rules that the decision was made under, or the newest where these no longer fit, and the
    first default queue of theirs that takes cases."""
    version = decision.evaluation.policy_version
    books = [
        book
        for book in (
            None if version is None else rulebook_of(version, decision.decision_type),
            rulebook_for(decision.decision_type, now),
        )
        if book is not None
    ]
    for book in books:
        queue = open_queue(book.rules.defaults.queue)
        if queue is not None:
            return books[0], queue
    raise NoQueueOpen(
        "No queue that the policy names takes cases now. Open one in the administration, then "
        "register the statement again: the clock runs from its receipt"
    )


def _case(
    decision: Decision, queue: Queue, rules: Rules, answer_due_at: datetime, now: datetime
) -> Case:
    ladder = ladder_for(rules.defaults.ladder, queue)
    return Case(
        decision=decision,
        kind=Case.Kind.CONTESTATION,
        queue=queue,
        priority=_PRIORITY,
        opened_at=now,
        due_at=min(answer_due_at, deadline(ladder, now, rules.defaults.due_within)),
        ladder=ladder,
        **snapshot_of(rules.defaults.quorum),
        fail_safe=Case.FailSafe.HOLD,
    )


def _case_follows(contestation: Contestation, before: datetime, actor: Actor) -> list[Event]:
    """A case whose deadline was the clock's gets the new one; the policy's own stays."""
    case = contestation.case
    if case.state not in Case.LIVE or case.due_at != before:
        return []
    rules = rules_of(case)
    latest = (
        [] if rules is None else [deadline(case.ladder, case.opened_at, rules.defaults.due_within)]
    )
    # A case that was paused may be due later than its policy says: more time brings none forward.
    case.due_at = max(before, min([contestation.due_at, *latest]))
    case.save_by(actor, "due_at")
    return [Event("reviews.case.due_changed", case, {"due_at": case.due_at.isoformat()})]


def _locked(contestation_id: UUID) -> Contestation:
    """The contestation, locked after its case: in the order of a verdict."""
    case_id = Contestation.objects.values_list("case", flat=True).get(pk=contestation_id)
    Case.objects.select_for_update(no_key=True).get(pk=case_id)
    return (
        Contestation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("case__queue", "decision__system")
        .get(pk=contestation_id)
    )


def _of_case(case: Case) -> Contestation:
    return (
        Contestation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("decision__system")
        .get(case=case)
    )


def _check_open(contestation: Contestation) -> None:
    if contestation.state != Contestation.State.OPEN:
        raise ContestationClosed(
            f"It is {contestation.get_state_display()} since {contestation.closed_at:%Y-%m-%d}"
        )


def _close(
    contestation: Contestation,
    state: Contestation.State,
    result: str,
    actor: Actor,
    now: datetime,
) -> Event:
    contestation.state, contestation.result, contestation.closed_at = state, result, now
    contestation.save_by(actor, "state", "result", "closed_at")
    body = {"result": result} if result else {}
    return Event(f"reviews.contestation.{state.value}", contestation, body)
