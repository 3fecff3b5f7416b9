"""Mandates of people in command."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from governance.errors import InputInvalid
from governance.ledger import record
from governance.models import Actor, Motion, User
from governance.policies.facts import MandateState
from models_registry.errors import MandateRevoked
from models_registry.models import DecisionType, Mandate, MandateUse
from models_registry.selectors.mandate_use import used_up
from models_registry.services.mandate_limits import Limits, limit_faults


def issue_mandate(
    *,
    decision_type: DecisionType,
    objective: str,
    issued_by: User,
    now: datetime,
    motion: Motion | None = None,
    actor: Actor | None = None,
    **limits: Any,
) -> Mandate:
    """Let a system act for an objective, within limits, until an instant (a step: nobody issues
    one alone, so doors move `models_registry.mandate.issue`).

    `issued_by`: the person in command who put it forward; `actor`: whose ballot settled it;
    `limits`: the fields of `Limits`. Without a motion it is set up with the system. Raises
    InputInvalid as `check_mandate` does.
    """
    allowed = check_mandate(decision_type=decision_type, now=now, **limits)
    mandate = Mandate(
        decision_type=decision_type,
        objective=objective,
        valid_from=now,
        issued_by=issued_by,
        motion=motion,
        **{**asdict(allowed), "allowed_outcomes": list(allowed.allowed_outcomes)},
    )
    record.keep(
        mandate,
        "models_registry.mandate.issued",
        actor=actor or Actor.of(issued_by),
        at=now,
        body={
            "decision_type": decision_type.slug,
            "motion": None if motion is None else str(motion.pk),
            **_as_entered(allowed),
        },
    )
    return mandate


def check_mandate(*, decision_type: DecisionType, now: datetime, **limits: Any) -> Limits:
    """The limits, if they can be those of a mandate. Raises InputInvalid naming each fault."""
    allowed = Limits(**limits)
    errors = list(limit_faults(allowed, decision_type, now))
    if errors:
        raise InputInvalid("The mandate cannot be issued", errors=errors)
    return allowed


def _as_entered(limits: Limits) -> dict[str, Any]:
    """A ledger entry holds decimals as strings. Segments are facts' values, never personal."""
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in asdict(limits).items()
        if name != "valid_until"
    } | {"allowed_outcomes": list(limits.allowed_outcomes)}


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


def mandate_state(mandate: Mandate | None, at: datetime, later: datetime) -> MandateState | None:
    """What a policy sees of a mandate. `at`: the instant of the request, in whose period it
    counts; `later`: the one that its end is held against, for time went by since."""
    if mandate is None:
        return None
    used = used_up(mandate, at)
    return MandateState(
        id=str(mandate.pk),
        valid=later < mandate.valid_until,
        remaining=max(0, mandate.max_decisions - used.decisions),
        max_impact=None if mandate.max_impact is None else float(mandate.max_impact),
        allowed_outcomes=frozenset(mandate.allowed_outcomes) or None,
        remaining_in_period=_left(mandate.max_decisions_per_period, used.period_decisions),
        remaining_impact=_left(mandate.max_total_impact, used.impact),
        remaining_impact_in_period=_left(mandate.max_impact_per_period, used.period_impact),
        segments={name: tuple(values) for name, values in (mandate.segments or {}).items()},
    )


def count_use(
    *, mandate: Mandate, decision_id: UUID, impact: Decimal | None, at: datetime
) -> MandateUse:
    """Count one decision against a locked mandate (a step)."""
    used, more = used_up(mandate, at), impact or Decimal(0)
    in_period = used.period_began_at is not None
    return MandateUse.objects.create(
        mandate=mandate,
        ordinal=used.decisions + 1,
        decision_id=decision_id,
        impact_total=used.impact + more,
        period_began_at=used.period_began_at,
        period_ordinal=used.period_decisions + 1 if in_period else None,
        period_impact=used.period_impact + more if in_period else None,
    )


N = TypeVar("N", int, Decimal)


def _left(most: N | None, used: N) -> N | None:
    return None if most is None else max(most - used, type(most)(0))
