"""Mandates of people in command."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, Motion, User
from governance.policies.facts import MandateState
from models_registry.errors import MandateRevoked
from models_registry.models import DecisionType, Mandate, MandateUse


def issue_mandate(
    *,
    decision_type: DecisionType,
    objective: str,
    max_decisions: int,
    valid_until: datetime,
    max_impact: Decimal | None = None,
    allowed_outcomes: Sequence[str] = (),
    issued_by: User,
    now: datetime,
    motion: Motion | None = None,
    actor: Actor | None = None,
) -> Mandate:
    """Let a system act for an objective, within limits, until an instant (a step: nobody issues
    one alone, so doors move `models_registry.mandate.issue`).

    `issued_by`: the person in command who put it forward; `actor`: whose ballot settled it.
    Without a motion it is set up with the system. Raises InputInvalid as `check_mandate` does.
    """
    check_mandate(
        decision_type=decision_type,
        allowed_outcomes=allowed_outcomes,
        valid_until=valid_until,
        now=now,
    )
    mandate = Mandate(
        decision_type=decision_type,
        objective=objective,
        max_decisions=max_decisions,
        max_impact=max_impact,
        allowed_outcomes=list(allowed_outcomes),
        valid_from=now,
        valid_until=valid_until,
        issued_by=issued_by,
        motion=motion,
    )
    record.keep(
        mandate,
        "models_registry.mandate.issued",
        actor=actor or Actor.of(issued_by),
        at=now,
        body={
            "decision_type": decision_type.slug,
            "max_decisions": max_decisions,
            "max_impact": None if max_impact is None else str(max_impact),
            "allowed_outcomes": mandate.allowed_outcomes,
            "motion": None if motion is None else str(motion.pk),
        },
    )
    return mandate


def check_mandate(
    *,
    decision_type: DecisionType,
    allowed_outcomes: Sequence[str],
    valid_until: datetime,
    now: datetime,
) -> None:
    """Raises InputInvalid: already over, or an outcome that the type does not have."""
    errors = []
    if valid_until <= now:
        errors.append(FieldError("/valid_until", "Lies in the past.", "past"))
    unknown = sorted(set(allowed_outcomes) - set(decision_type.outcome_specs))
    if unknown:
        errors.append(
            FieldError("/allowed_outcomes", f"Not outcomes: {', '.join(unknown)}", "unknown")
        )
    if errors:
        raise InputInvalid("The mandate cannot be issued", errors=errors)


@transaction.atomic
def revoke_mandate(*, mandate: Mandate, actor: Actor, now: datetime) -> Mandate:
    """End a mandate at once. Raises MandateRevoked the second time."""
    held = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if held.revoked_at is not None:
        raise MandateRevoked(f"{held} was revoked at {held.revoked_at.isoformat()}")
    held.revoked_at = now
    record.keep(held, "models_registry.mandate.revoked", actor=actor, at=now, fields=["revoked_at"])
    return held


def locked_mandate(decision_type: DecisionType, now: datetime) -> Mandate | None:
    """The mandate in force, locked until the transaction ends, so that uses count in turn."""
    return (
        Mandate.objects.in_force(now)
        .filter(decision_type=decision_type)
        .select_for_update(no_key=True)
        .order_by("-valid_from", "-id")
        .first()
    )


def mandate_state(mandate: Mandate | None) -> MandateState | None:
    """What a policy sees of a mandate."""
    if mandate is None:
        return None
    return MandateState(
        id=str(mandate.pk),
        valid=True,
        remaining=max(0, mandate.max_decisions - _used(mandate)),
        max_impact=None if mandate.max_impact is None else float(mandate.max_impact),
        allowed_outcomes=frozenset(mandate.allowed_outcomes) or None,
    )


def count_use(*, mandate: Mandate, decision_id: UUID) -> MandateUse:
    """Count one decision against a locked mandate (a step)."""
    return MandateUse.objects.create(
        mandate=mandate, ordinal=_used(mandate) + 1, decision_id=decision_id
    )


def _used(mandate: Mandate) -> int:
    # The highest ordinal, one step in its index: counting rows would grow with the mandate.
    highest: int | None = mandate.uses.aggregate(highest=Max("ordinal"))["highest"]
    return highest or 0
