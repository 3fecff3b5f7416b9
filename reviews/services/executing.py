"""Using a permit, and recording what was then done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.errors import DomainError
from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, ApiClient
from models_registry.models import Mandate
from reviews.errors import (
    AlreadyConfirmed,
    AlreadyExecuted,
    HaltInForce,
    MandateEnded,
    NotPermittedYet,
    OutcomeNotPermitted,
    PermitExpired,
    PermitSpent,
    PermitVoided,
)
from reviews.models import Case, Decision, Execution, Permit, PermitUse, Reversal
from reviews.selectors.deciding_ballots import deciding_ballots
from reviews.services import permits
from reviews.services.concluding import announce_decision, permit_for
from reviews.services.evaluating import halts_in_force
from reviews.services.reversal_alarms import clear_reversal_alarm


@dataclass(frozen=True, slots=True)
class Act:
    """What the caller says it did. `outcome`: what it carried out; `reference`: its own id."""

    outcome: str
    reference: str
    executed_at: datetime


@transaction.atomic
def consume_permit(*, token: str, client: ApiClient, now: datetime) -> PermitUse:
    """Use a permit, once and for all. Whoever gets the answer may act, nobody else.

    Raises PermitInvalid, PermitExpired, PermitVoided, PermitSpent, MandateEnded, HaltInForce.
    """
    use, events = _use(_locked_permit(token, client), client, now)
    record.append_all(events, actor=Actor.client(client), at=now)
    return use


@transaction.atomic
def inspect_permit(*, token: str, client: ApiClient, now: datetime) -> DomainError | None:
    """What `consume_permit` would refuse it with at this moment; None if it would not."""
    try:
        _check_usable(_locked_permit(token, client), now)
    except DomainError as refusal:
        return refusal
    return None


@transaction.atomic
def record_execution(
    *, decision_id: UUID, token: str, act: Act, client: ApiClient, now: datetime
) -> Execution:
    """Record what was carried out under a permit, using the permit if it was not used before.

    Raises what `consume_permit` raises, Decision.DoesNotExist, OutcomeNotPermitted,
    AlreadyExecuted.
    """
    permit = _locked_permit(token, client, decision_id)
    if act.outcome != permit.outcome:
        raise OutcomeNotPermitted(f"The permit is for {permit.outcome!r}, not {act.outcome!r}")
    events: list[Event] = []
    use = PermitUse.objects.filter(permit=permit).first()
    if use is None:
        use, events = _use(permit, client, now)
    elif Execution.objects.filter(permit_use=use).exists():
        raise AlreadyExecuted(f"The execution under permit {permit.pk} is recorded already")
    execution = Execution.objects.create(
        decision=permit.decision,
        kind=Execution.Kind.CARRIED_OUT,
        permit_use=use,
        outcome=act.outcome,
        reference=act.reference,
        executed_at=act.executed_at,
        recorded_at=now,
        recorded_by=client,
    )
    done = Event(
        "reviews.decision.executed",
        execution,
        {
            "decision": str(decision_id),
            "permit": str(permit.pk),
            "outcome": act.outcome,
            "digest": permit.digest,
        },
    )
    record.append_all([*events, done], actor=Actor.client(client), at=now)
    return execution


@transaction.atomic
def confirm_undone(*, decision_id: UUID, act: Act, client: ApiClient, now: datetime) -> Execution:
    """Record that an executed decision was undone as ordered; an alarm that it was not ends.

    Raises Decision.DoesNotExist, NotPermittedYet (nobody ordered it), OutcomeNotPermitted,
    AlreadyConfirmed.
    """
    decision = Decision.objects.of_client(client).get(pk=decision_id)
    reversal = Reversal.objects.select_for_update().filter(decision=decision).first()
    if reversal is None:
        raise NotPermittedYet("Nobody ordered this decision to be undone")
    if act.outcome != reversal.outcome:
        raise OutcomeNotPermitted(f"{reversal.outcome!r} should stand, not {act.outcome!r}")
    if Execution.objects.filter(reversal=reversal).exists():
        raise AlreadyConfirmed("This undoing was confirmed before")
    execution = Execution.objects.create(
        decision=decision,
        kind=Execution.Kind.UNDONE,
        reversal=reversal,
        outcome=act.outcome,
        reference=act.reference,
        executed_at=act.executed_at,
        recorded_at=now,
        recorded_by=client,
    )
    actor = Actor.client(client)
    undone = Event(
        "reviews.decision.undone",
        execution,
        {"decision": str(decision_id), "outcome": act.outcome},
    )
    record.append_all([undone, *clear_reversal_alarm(reversal, actor, now)], actor=actor, at=now)
    announce_decision(decision, "decision.reversed", "reversed", now)
    return execution


@transaction.atomic
def renew_permit(*, decision_id: UUID, client: ApiClient, now: datetime) -> Permit:
    """The unused permit of a settled decision, issued anew where the old one has run out.

    Raises Decision.DoesNotExist, NotPermittedYet, AlreadyExecuted, HaltInForce, MandateEnded.
    """
    decision = (
        Decision.objects.of_client(client)
        .select_for_update(of=("self",), no_key=True)
        .select_related("system", "decision_type", "model_version", "evaluation__policy_version")
        .get(pk=decision_id)
    )
    permits.take_turns(decision)
    if PermitUse.objects.filter(decision=decision).exists():
        raise AlreadyExecuted("The permit of this decision was used")
    outstanding = decision.permits.outstanding(now).order_by("-id").first()
    if outstanding is not None:
        return outstanding
    outcome, verdict_ids = _settled(decision)
    mandate = None if verdict_ids else _mandate_of(decision)
    if mandate is not None:
        _check_in_force(mandate, now)
    not_after = None if mandate is None else mandate.valid_until
    permit, events = permit_for(decision, outcome, verdict_ids, now, not_after)
    if permit is None:
        raise HaltInForce("A halt is in force; ask again when it was lifted")
    record.append_all(events, actor=Actor.client(client), at=now)
    return permit


def _mandate_of(decision: Decision) -> Mandate | None:
    """What a decision passed under that no person ruled on."""
    return Mandate.objects.filter(uses__decision_id=decision.pk).first()


def _check_in_force(mandate: Mandate, now: datetime) -> None:
    """Raises MandateEnded."""
    if mandate.revoked_at is not None:
        raise MandateEnded("The mandate that let this decision pass was revoked")
    if mandate.valid_until <= now:
        ended = mandate.valid_until.isoformat()
        raise MandateEnded(f"The mandate that let this decision pass ended at {ended}")


def _settled(decision: Decision) -> tuple[str, list[UUID]]:
    """What may be carried out, and whose verdicts say so. Raises NotPermittedYet."""
    if hasattr(decision, "withdrawal"):
        raise NotPermittedYet("The decision was withdrawn")
    decided = decision.cases.filter(state=Case.State.DECIDED).order_by("-closed_at", "-id").first()
    if decided is not None:
        return decided.final_outcome, [ballot.pk for ballot in deciding_ballots(decided)]
    if decision.evaluation.disposition == "pass":
        return decision.outcome, []
    raise NotPermittedYet("No person has settled this decision, and no policy let it pass")


def _locked_permit(token: str, client: ApiClient, decision_id: UUID | None = None) -> Permit:
    """The permit of a token, locked so that use, voiding and recording take turns."""
    wanted = Permit.objects.filter(
        pk=permits.read_token(token), decision__system__slug__in=client.systems
    )
    if decision_id is not None:
        wanted = wanted.filter(decision=decision_id)
    permit = (
        wanted.select_for_update(of=("self",))
        .select_related("decision__system", "decision__decision_type", "decision__model_version")
        .first()
    )
    if permit is None:
        if decision_id is not None:
            Decision.objects.of_client(client).only("pk").get(pk=decision_id)
        raise NotPermittedYet("There is no such permit for you and this decision")
    return permit


def _use(permit: Permit, client: ApiClient, now: datetime) -> tuple[PermitUse, list[Event]]:
    _check_usable(permit, now)
    use = PermitUse.objects.create(
        permit=permit, decision=permit.decision, used_by=client, used_at=now
    )
    body = {"permit": str(permit.pk), "digest": permit.digest}
    return use, [Event("reviews.permit.consumed", use, body)]


def _check_usable(permit: Permit, now: datetime) -> None:
    if hasattr(permit, "void"):
        raise PermitVoided(f"This permit is void: {permit.void.get_reason_display()}")
    if PermitUse.objects.filter(decision=permit.decision_id).exists():
        raise PermitSpent("A permit of this decision was used before")
    if permit.expires_at <= now:
        raise PermitExpired(
            f"This permit expired at {permit.expires_at.isoformat()}; ask for a new one"
        )
    mandate = None if permit.verdict_ids else _mandate_of(permit.decision)
    if mandate is not None:
        _check_in_force(mandate, now)
    halts = halts_in_force(permit.decision)
    if halts:
        raise HaltInForce(f"Halt {halts[0].pk} is in force; nothing may be carried out")
