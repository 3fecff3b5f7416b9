"""Taking a decision in: everything about it in one transaction, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import IntegrityError, transaction

from governance.ledger import record
from governance.ledger.payloads import open_payload, seal_payload
from governance.ledger.record import Event
from governance.models import Actor, ApiClient, Payload
from governance.policies import Disposition
from governance.services.subjects import subject_for
from models_registry.services.mandates import count_use
from reviews.errors import ExternalIdTaken
from reviews.models import Case, Decision, Evaluation, Permit
from reviews.selectors.surely_staffed import surely_staffed
from reviews.services import permits
from reviews.services.concluding import announce_decision
from reviews.services.evaluating import Evaluated, evaluate_decision
from reviews.services.routing import open_case, open_queue
from reviews.services.staffing import check_staffing
from reviews.services.submission import Checked, Submission, check


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision as it was taken in, with what it got: a permit, a case, both or neither."""

    decision: Decision
    permit: Permit | None
    case: Case | None


@dataclass(frozen=True, slots=True)
class Repeated:
    """A decision that had been taken in before; nothing was added."""

    decision: Decision


def submit_decision(
    *, submission: Submission, client: ApiClient, request_id: str, now: datetime
) -> Taken | Repeated:
    """Take a decision in, evaluate it, and give a permit, open a case or block. `now`: aware, UTC.

    Afterwards there are, of one transaction: the decision, its sealed payload, the evaluation,
    a case or permit or neither, history rows, ledger entries and an outbox message. A repeated
    `external_id` with equal content returns the first decision.

    Raises InputInvalid naming each faulty field; ExternalIdTaken for other content. Then nothing
    is kept, and the caller must not act.
    """
    with transaction.atomic():
        checked = check(submission, client=client, now=now)
        try:
            with transaction.atomic():
                return _take_in(checked, client, request_id, now)
        except IntegrityError:
            # It had come in before, or comes in beside us; any other breach is a fault of ours.
            first = _first_of(checked)
            if first is None:
                raise
        _check_same(first, submission)
        return Repeated(first)


def _first_of(checked: Checked) -> Decision | None:
    return Decision.objects.filter(
        system=checked.decision_type.system_id, external_id=checked.submission.external_id
    ).first()


def _check_same(first: Decision, submission: Submission) -> None:
    row = Payload.objects.select_related("subject").filter(pk=first.payload_id).first()
    if row is None:
        raise ExternalIdTaken(
            f"{submission.external_id!r} was taken in as {first.pk}; its content has been erased"
        )
    if orjson.loads(open_payload(row)) != submission.sealed_content():
        raise ExternalIdTaken(
            f"{submission.external_id!r} was taken in as {first.pk} with other content"
        )


def _take_in(checked: Checked, client: ApiClient, request_id: str, now: datetime) -> Taken:
    payload = _seal(checked.submission, now)
    decision = _store(checked, payload, client, request_id, now)
    evaluated = evaluate_decision(decision, now)
    actor = Actor.client(client)
    permit, permit_events = _pass(decision, evaluated, now)
    case, case_events = _put_before_a_person(decision, evaluated, actor, now)
    if permit is not None or case is None:
        standing = "blocked" if permit is None else "permitted"
        announce_decision(decision, "decision.finalised", standing, now)
    events = [
        Event("reviews.decision.received", decision, _received(decision), payload),
        Event("reviews.decision.evaluated", evaluated.row, _evaluated(evaluated.row)),
        *permit_events,
        *case_events,
    ]
    record.append_all(events, actor=actor, at=now, all_new=True)
    if case is not None and not surely_staffed(case, now):
        check_staffing([case], now=now)
    return Taken(decision, permit, case)


def _seal(submission: Submission, now: datetime) -> Payload:
    return seal_payload(
        kind=Payload.Kind.DECISION,
        subject=subject_for(submission.subject_ref, now=now),
        content=submission.sealed_content(),
        now=now,
    )


def _store(
    checked: Checked, payload: Payload, client: ApiClient, request_id: str, now: datetime
) -> Decision:
    submission = checked.submission
    return Decision.objects.create(
        system=checked.decision_type.system,
        decision_type=checked.decision_type,
        model_version=checked.model_version,
        external_id=submission.external_id,
        occurred_at=submission.occurred_at,
        received_at=now,
        outcome=submission.outcome,
        confidence=submission.confidence,
        impact=submission.impact,
        facts=checked.public_facts(),
        subject_id=payload.subject_id,
        payload=payload,
        submitted_by=client,
        request_id=request_id,
    )


def _pass(
    decision: Decision, evaluated: Evaluated, now: datetime
) -> tuple[Permit | None, list[Event]]:
    """The permit of a passed decision, counted against the mandate where there is one."""
    result, rulebook = evaluated.result, evaluated.rulebook
    if result is None or rulebook is None or result.disposition is not Disposition.PASS:
        return None, []
    events = []
    if evaluated.mandate is not None:
        use = count_use(
            mandate=evaluated.mandate, decision_id=decision.pk, impact=decision.impact, at=now
        )
        body = {"mandate": str(use.mandate_id), "ordinal": use.ordinal}
        events.append(Event("reviews.mandate.used", use, body))
    permit = permits.issue(
        decision=decision,
        outcome=decision.outcome,
        disposition=result.disposition.value,
        policy_version=rulebook.version.pk,
        verdict_ids=[],
        ttl=rulebook.rules.permit_ttl,
        # Leave that rests on a mandate does not outlive it.
        not_after=None if evaluated.mandate is None else evaluated.mandate.valid_until,
        now=now,
    )
    return permit, [*events, permits.issued(permit)]


def _put_before_a_person(
    decision: Decision, evaluated: Evaluated, actor: Actor, now: datetime
) -> tuple[Case | None, list[Event]]:
    """The case of a decision that waits for its review, or of a pass that was drawn for audit."""
    result, rulebook, queue = evaluated.result, evaluated.rulebook, evaluated.default_queue
    if result is None or rulebook is None or result.queue is None or queue is None:
        # Without the policy's own queue the decision was blocked.
        return None, []
    if queue.slug != result.queue:
        # A rule's own queue may be closed or gone; the default one then takes its cases.
        queue = open_queue(result.queue) or queue
    case, opened = open_case(
        decision=decision,
        kind=Case.Kind.AUDIT if result.disposition is Disposition.PASS else Case.Kind.REVIEW,
        queue=queue,
        facts=evaluated.facts,
        evaluation=result,
        rules=rulebook.rules,
        actor=actor,
        now=now,
    )
    return case, [opened]


def _received(decision: Decision) -> dict[str, object]:
    return {
        "system": decision.system.slug,
        "decision_type": decision.decision_type.slug,
        "model_version": decision.model_version.version,
        "outcome": decision.outcome,
        "confidence": None if decision.confidence is None else str(decision.confidence),
        "impact": None if decision.impact is None else str(decision.impact),
    }


def _evaluated(row: Evaluation) -> dict[str, object]:
    return {
        "decision": str(row.decision_id),
        "policy_version": None if row.policy_version_id is None else str(row.policy_version_id),
        "disposition": row.disposition,
        "rule": row.rule,
        "reasons": [reason["code"] for reason in row.result["reasons"]],
    }
