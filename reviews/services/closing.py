"""What the integrator says afterwards: a decision withdrawn, a true outcome learned."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, ApiClient
from reviews.errors import AlreadyExecuted, AlreadyWithdrawn
from reviews.models import Case, Decision, GroundTruth, PauseEnd, PermitUse, PermitVoid, Withdrawal
from reviews.services.claiming import drop_claim
from reviews.services.concluding import announce_decision, void_permits
from reviews.services.contesting import close_with_its_decision
from reviews.services.permits import take_turns
from reviews.services.resuming import end_pause
from reviews.services.staffing import check_staffing


@transaction.atomic
def withdraw_decision(
    *, decision_id: UUID, reason: str, client: ApiClient, now: datetime
) -> Withdrawal:
    """Take a decision back: its permits are void and its live cases end.

    Raises Decision.DoesNotExist, AlreadyWithdrawn, AlreadyExecuted (undo it by reversal).
    """
    decision = (
        Decision.objects.of_client(client)
        .select_for_update(of=("self",), no_key=True)
        .select_related("system")
        .get(pk=decision_id)
    )
    if Withdrawal.objects.filter(decision=decision).exists():
        raise AlreadyWithdrawn("The decision was withdrawn before")
    # In the order of a verdict: the cases, then the permits.
    cases = list(decision.cases.live().select_for_update(no_key=True).order_by("pk"))
    take_turns(decision)
    if PermitUse.objects.filter(decision=decision).exists():
        raise AlreadyExecuted("Its permit was used; it can only be reversed")
    actor = Actor.client(client)
    withdrawal = Withdrawal.objects.create(
        decision=decision, reason=reason, withdrawn_at=now, withdrawn_by=client
    )
    events = [Event("reviews.decision.withdrawn", withdrawal, {"decision": str(decision.pk)})]
    for case in cases:
        drop_claim(case)
        if case.paused_until is not None:
            end_pause(case, PauseEnd.How.CLOSED, actor, now)
        case.state, case.closed_at = Case.State.WITHDRAWN, now
        case.save_by(actor)
        events.append(Event("reviews.case.withdrawn", case))
        if case.kind == Case.Kind.CONTESTATION:
            events += close_with_its_decision(case, actor, now)
    events += void_permits(decision, PermitVoid.Reason.WITHDRAWN, now)
    record.append_all(events, actor=actor, at=now)
    check_staffing(cases, now=now)
    announce_decision(decision, "decision.finalised", "withdrawn", now)
    return withdrawal


@transaction.atomic
def record_truth(
    *,
    decision_id: UUID,
    outcome: str,
    source: str,
    observed_at: datetime,
    client: ApiClient,
    now: datetime,
) -> GroundTruth:
    """Keep the true outcome of a decision. A later one corrects an earlier one; both stay.

    Raises Decision.DoesNotExist, InputInvalid.
    """
    decision = (
        Decision.objects.of_client(client).select_related("decision_type").get(pk=decision_id)
    )
    if outcome not in decision.decision_type.outcome_specs:
        raise InputInvalid(
            "The outcome is not one of this type",
            errors=[FieldError("/outcome", "Not an outcome of this type.", "unknown")],
        )
    truth = GroundTruth.objects.create(
        decision=decision,
        outcome=outcome,
        source=source,
        observed_at=observed_at,
        recorded_at=now,
        recorded_by=client,
    )
    record.append(
        "reviews.truth.recorded",
        subject=truth,
        actor=Actor.client(client),
        at=now,
        body={"decision": str(decision_id), "outcome": outcome},
    )
    return truth
