"""The stop of Art. 14(4)(e): placing and lifting halts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, Motion, User
from governance.services.outbox import announce
from models_registry.models import AISystem, DecisionType, Halt
from reviews.errors import HaltLifted
from reviews.models import Permit, PermitVoid
from reviews.services.permits import void_outstanding


@transaction.atomic
def place_halt(
    *,
    system: AISystem | None,
    decision_type: DecisionType | None,
    reason: str,
    is_drill: bool = False,
    placed_by: User | None,
    actor: Actor,
    now: datetime,
) -> Halt:
    """Stop everything (neither given), one system, or one decision type of it. `now`: aware, UTC.

    Afterwards every new decision in scope is blocked, and every unused permit in scope is void.
    """
    scope = AISystem.objects.all()
    if system is not None:
        scope = scope.filter(pk=system.pk)
    # Waits for intakes under way: each holds a key-share lock on its system through its insert.
    systems = list(scope.select_for_update().order_by("pk"))
    halt = Halt(
        system=system,
        decision_type=decision_type,
        reason=reason,
        is_drill=is_drill,
        placed_at=now,
        placed_by=placed_by,
        placed_by_label=actor.label,
    )
    halt.save_by(actor)
    voided = _void_permits_in_scope(systems, decision_type, now)
    body = {
        "system": None if system is None else system.slug,
        "decision_type": None if decision_type is None else decision_type.slug,
        "is_drill": is_drill,
        "permits_voided": len(voided),
    }
    events = [Event("models_registry.halt.placed", halt, body), *voided]
    record.append_all(events, actor=actor, at=now)
    _announce(halt, "halt.placed", now)
    return halt


@transaction.atomic
def lift_halt(
    *,
    halt_id: UUID,
    reason: str,
    lifted_by: User,
    now: datetime,
    motion: Motion | None = None,
    actor: Actor | None = None,
) -> Halt:
    """End a halt (a step: nobody lifts one alone, so doors move `models_registry.halt.lift`).

    `lifted_by`: who put it forward; `actor`: whose ballot settled it. Permits that the halt made
    void stay void. Raises Halt.DoesNotExist, HaltLifted.
    """
    halt = Halt.objects.select_for_update(of=("self",)).select_related("system").get(pk=halt_id)
    check_in_force(halt)
    halt.lifted_at, halt.lifted_by, halt.lift_reason = now, lifted_by, reason
    halt.lift_motion = motion
    record.keep(
        halt,
        "models_registry.halt.lifted",
        actor=actor or Actor.of(lifted_by),
        at=now,
        fields=["lifted_at", "lifted_by", "lift_reason", "lift_motion"],
        body={"motion": None if motion is None else str(motion.pk)},
    )
    _announce(halt, "halt.lifted", now)
    return halt


def check_in_force(halt: Halt) -> None:
    """Raises HaltLifted."""
    if halt.lifted_at is not None:
        raise HaltLifted(f"This halt was lifted at {halt.lifted_at.isoformat()}")


def _void_permits_in_scope(
    systems: list[AISystem], decision_type: DecisionType | None, now: datetime
) -> list[Event]:
    outstanding = Permit.objects.outstanding(now).filter(decision__system__in=systems)
    if decision_type is not None:
        outstanding = outstanding.filter(decision__decision_type=decision_type)
    decisions = list(outstanding.values_list("decision_id", flat=True))
    return void_outstanding(decisions, PermitVoid.Reason.HALT, now)


def _announce(halt: Halt, event: str, now: datetime) -> None:
    announce(
        event,
        subject_id=halt.pk,
        system="" if halt.system is None else halt.system.slug,
        body={"halt": str(halt.pk), "is_drill": halt.is_drill},
        now=now,
    )
