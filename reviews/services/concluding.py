"""What follows when people have settled a decision: permit, message, undoing. Steps only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from governance.ledger.record import Event
from governance.models import OutboxMessage
from governance.policies import Disposition
from governance.services.outbox import announce
from reviews.models import Case, Contestation, Decision, Permit, PermitVoid, Reversal, Verdict
from reviews.services import permits
from reviews.services.evaluating import halts_in_force
from reviews.services.rulebook import Rulebook, rulebook_of


def permit_for(
    decision: Decision,
    outcome: str,
    verdict_ids: Sequence[UUID],
    now: datetime,
    not_after: datetime | None = None,
) -> tuple[Permit | None, list[Event]]:
    """A permit for what people settled on, or None while a halt is in force.

    Source: Regulation (EU) 2024/1689 Art. 14(4)(e): a stop holds whatever was ruled before.
    """
    rulebook = _rulebook(decision)
    if rulebook is None or halts_in_force(decision):
        return None, []
    permit = permits.issue(
        decision=decision,
        outcome=outcome,
        disposition=Disposition.REVIEW.value if verdict_ids else Disposition.PASS.value,
        policy_version=rulebook.version.pk,
        verdict_ids=verdict_ids,
        ttl=rulebook.rules.permit_ttl,
        now=now,
        not_after=not_after,
    )
    return permit, [permits.issued(permit)]


def _rulebook(decision: Decision) -> Rulebook | None:
    version = decision.evaluation.policy_version
    return None if version is None else rulebook_of(version, decision.decision_type)


def order_reversal(decision: Decision, verdict: Verdict, now: datetime) -> list[Event]:
    """Order the undoing of an executed decision and tell the integrator. How long they have to
    confirm it is what the policy said that the decision ran under."""
    rulebook = _rulebook(decision)
    reversal = Reversal.objects.create(
        verdict=verdict,
        decision=decision,
        outcome=verdict.outcome,
        ordered_at=now,
        confirm_within=None if rulebook is None else rulebook.rules.confirm_reversal_within,
    )
    announce_decision(decision, "decision.reversed", "reversal_ordered", now)
    body = {"decision": str(decision.pk), "outcome": reversal.outcome}
    return [Event("reviews.reversal.ordered", reversal, body)]


def stood_before(case: Case) -> bool:
    """Whether leave had been given before `case` was ruled on: by the policy, or by other people.

    Not for a first review, nor where nobody had ruled in time and a person now does.
    """
    if case.kind == Case.Kind.REVIEW:
        return False
    others = Case.objects.filter(decision=case.decision_id, state=Case.State.DECIDED)
    return (
        case.decision.evaluation.disposition == Disposition.PASS
        or others.exclude(pk=case.pk).exists()
    )


def void_permits(decision: Decision, reason: PermitVoid.Reason, now: datetime) -> list[Event]:
    return permits.void_outstanding(Permit.objects.filter(decision=decision), reason, now)


def announce_decision(
    decision: Decision, event: str, standing: str, now: datetime
) -> OutboxMessage:
    """Tell the integrator what became of a decision. Ids and states, never content."""
    message = message_about(decision, event, standing, now)
    message.save(force_insert=True)
    return message


def message_about(decision: Decision, event: str, standing: str, now: datetime) -> OutboxMessage:
    """The same message, unsaved."""
    return OutboxMessage(
        event=event,
        subject_id=decision.pk,
        system=decision.system.slug,
        body={
            "decision": str(decision.pk),
            "external_id": decision.external_id,
            "standing": standing,
        },
        created_at=now,
    )


def announce_contestation(contestation: Contestation, event: str, now: datetime) -> OutboxMessage:
    """Tell the integrator of a contestation. Ids, states and dates, never what the person said."""
    decision = contestation.decision
    return announce(
        event,
        subject_id=decision.pk,
        system=decision.system.slug,
        body={
            "contestation": str(contestation.pk),
            "decision": str(decision.pk),
            "external_id": decision.external_id,
            "state": contestation.state,
            "result": contestation.result,
            "due_at": contestation.due_at.isoformat(),
        },
        now=now,
    )
