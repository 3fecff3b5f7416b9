"""Intervening after a pass, for as long as the policy says, without an audit having been drawn.

The intervention is a case like others: the same gate, the same quorum, the same verdicts. Only
that a person opens it, and that in time.
Source: Regulation (EU) 2024/1689 Art. 14(4)(d), 14(4)(e).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from governance import policies
from governance.errors import DomainError
from governance.ledger import record
from governance.models import Actor, User
from governance.policies import Disposition
from models_registry.models import DecisionType
from reviews.errors import (
    AlreadyReversed,
    AlreadyWithdrawn,
    InterventionOpen,
    InterventionOver,
    SettledSince,
)
from reviews.models import Case, Contestation, Decision, Queue, Reversal, VerdictKind, Withdrawal
from reviews.services.claiming import check_claims_left, hold
from reviews.services.evaluating import facts_of
from reviews.services.rights import entitlement, unseen
from reviews.services.routing import open_case, open_queue
from reviews.services.rulebook import Rulebook, rulebook_for, rulebook_of
from reviews.services.staffing import check_staffing

NEEDED = (
    "system",
    "decision_type",
    "model_version",
    "submitted_by",
    "evaluation__policy_version",
)


def window_of(decision: Decision) -> datetime | None:
    """Until when people may intervene; None where nothing passed or the policy gives no time.

    It stands with the decision: a later policy version neither shortens nor lengthens it.
    """
    book = _rulebook(decision)
    passed = decision.evaluation.disposition == Disposition.PASS
    if book is None or not passed or book.rules.intervention_window is None:
        return None
    return decision.evaluation.evaluated_at + book.rules.intervention_window


def may_look_into(decision: Decision, person: User, now: datetime) -> bool:
    """Whether `person` sees a passed decision that no case of theirs leads to: while its window is
    open, whoever reviews the queue that an intervention would go to. One may intervene only in
    what one sees."""
    ends = window_of(decision)
    if ends is None or now >= ends:
        return False
    return _queue(decision, person) is not None


@transaction.atomic
def open_intervention(*, decision_id: UUID, reviewer: User, now: datetime) -> Case:
    """Open a case about a decision that passed, and give it to `reviewer`, who then rules on it.

    Who holds it already gets it once more. Raises CaseNotVisible for a decision that is none or is
    not for the reviewer's queue, InterventionOver before and after the window, InterventionOpen
    where another case of it waits, AlreadyWithdrawn, AlreadyReversed, SettledSince,
    `claiming.check_claims_left`'s and what `rights.entitlement` raises.
    """
    decision = (
        Decision.objects.select_for_update(of=("self",), no_key=True)
        .select_related(*NEEDED)
        .filter(pk=decision_id)
        .first()
    )
    queue = None if decision is None else _queue(decision, reviewer)
    if decision is None or queue is None:
        raise unseen(decision_id)
    held = decision.cases.live().filter(kind=Case.Kind.INTERVENTION, claimed_by=reviewer).first()
    if held is not None:
        return held
    _check_open(decision, now)
    _check_unsettled(decision)
    check_claims_left(reviewer, now)
    return _open(decision, queue, reviewer, now)


def check_in_time(case: Case, kind: VerdictKind, now: datetime) -> None:
    """That a correction comes within the window, or joins one that did (a step of a verdict).

    Raises InterventionOver.
    """
    corrects = kind in (VerdictKind.OVERRIDE, VerdictKind.REVERSE)
    if case.kind != Case.Kind.INTERVENTION or not corrects:
        return
    if not case.verdicts.ballots().exists():
        _check_open(case.decision, now)


def _open(decision: Decision, queue: Queue, reviewer: User, now: datetime) -> Case:
    book = _rulebook(decision)
    assert book is not None  # its queue was found
    actor = Actor.of(reviewer)
    case, opened = open_case(
        decision=decision,
        kind=Case.Kind.INTERVENTION,
        queue=queue,
        facts=facts_of(decision),
        evaluation=policies.Evaluation.from_json(decision.evaluation.result),
        rules=book.rules,
        actor=actor,
        now=now,
    )
    record.append_all([opened], actor=actor, at=now, all_new=True)
    try:
        entitlement(case=case, person=reviewer, now=now)
    except DomainError as refusal:
        # The case goes with the refusal; the decision is what was tried.
        refusal.about = decision.pk
        raise
    hold(case, reviewer, now)
    check_staffing([case], now=now)
    return case


def _check_open(decision: Decision, now: datetime) -> None:
    ends = window_of(decision)
    if ends is None:
        raise InterventionOver(
            "Its policy gives no time to intervene after a pass; only an audit or a contestation "
            "can change it"
        )
    if now >= ends:
        raise InterventionOver(
            f"The time to intervene ended at {ends:%Y-%m-%d %H:%M} UTC; only a contestation can "
            "change it now"
        )


def _check_unsettled(decision: Decision) -> None:
    if Withdrawal.objects.filter(decision=decision).exists():
        raise AlreadyWithdrawn("The decision was withdrawn; nothing of it is carried out")
    if Reversal.objects.filter(decision=decision).exists():
        raise AlreadyReversed("Its undoing was ordered before")
    if (
        Contestation.objects.filter(decision=decision)
        .exclude(state=Contestation.State.WITHDRAWN)
        .exists()
    ):
        raise SettledSince("It is or was contested: that case settles it")
    cases = list(decision.cases.all())
    waiting = [case for case in cases if case.state in Case.LIVE]
    if waiting:
        raise InterventionOpen(
            f"Its {waiting[0].get_kind_display()} waits for a verdict: take {waiting[0]} instead"
        )
    if any(case.kind == Case.Kind.INTERVENTION for case in cases):
        raise SettledSince("Somebody intervened before, and that is settled")
    if any(case.final_outcome not in ("", decision.outcome) for case in cases):
        raise SettledSince("An audit settled on another outcome already")


def _queue(decision: Decision, person: User) -> Queue | None:
    """The queue that an intervention goes to, if `person` reviews it."""
    book = _rulebook(decision)
    queue = None if book is None else open_queue(book.rules.defaults.queue)
    if queue is None or not queue.memberships.filter(person=person).exists():
        return None
    return queue


def _rulebook(decision: Decision) -> Rulebook | None:
    version = decision.evaluation.policy_version
    return None if version is None else rulebook_of(version, decision.decision_type)


def windows_for(
    person: User, types: Iterable[DecisionType], now: datetime
) -> list[tuple[UUID, timedelta]]:
    """The decision types whose passes `person` might intervene in now, each with its window, as
    the policy in force says. `types`: one query for each."""
    queues = set(person.queue_memberships.values_list("queue__slug", flat=True))
    found = []
    for kind in types:
        book = rulebook_for(kind, now)
        if book is None or book.rules.intervention_window is None:
            continue
        if book.rules.defaults.queue in queues:
            found.append((kind.pk, book.rules.intervention_window))
    return found
