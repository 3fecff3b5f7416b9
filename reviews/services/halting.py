"""The stop of Art. 14(4)(e): placing and lifting halts."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from time import perf_counter
from uuid import UUID

from django.db import transaction

from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, Motion, User
from governance.services.outbox import announce
from models_registry.models import AISystem, DecisionType, Halt, ModelVersion
from reviews.errors import HaltLifted
from reviews.models import Permit, PermitVoid
from reviews.models.permit import PermitQuerySet
from reviews.services.halt_scope import Scope
from reviews.services.halt_turns import take_halts_turn
from reviews.services.permits import void_outstanding

LONGEST_REASON = 500
# What a halt is shown with.
SCOPE = ("system", "decision_type", "model_version__system")


@transaction.atomic
def place_halt(
    *,
    system: AISystem | None,
    decision_type: DecisionType | None,
    model_version: ModelVersion | None = None,
    reason: str,
    is_drill: bool = False,
    placed_by: User | None,
    actor: Actor,
    now: datetime,
) -> Halt:
    """Stop everything (none given), one system, or one decision type or model version of it.
    `now`: aware, UTC.

    Afterwards every new decision in scope is blocked, and every unused permit in scope is void;
    the halt says how long the latter took, counted from here.
    """
    began = perf_counter()
    take_halts_turn(None if system is None else system.pk)
    halt = Halt(
        system=system,
        decision_type=decision_type,
        model_version=model_version,
        reason=reason,
        is_drill=is_drill,
        placed_at=now,
        placed_by=placed_by,
        placed_by_label=actor.label,
    )
    voided = void_outstanding(_in_scope(halt), PermitVoid.Reason.HALT, now, halt)
    halt.stopped_within_ms = ceil((perf_counter() - began) * 1000)
    halt.save_by(actor)
    body = {
        **Scope.of(halt).names(),
        "is_drill": is_drill,
        "permits_voided": len(voided),
        "stopped_within_ms": halt.stopped_within_ms,
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
    halt = Halt.objects.select_for_update(of=("self",)).select_related(*SCOPE).get(pk=halt_id)
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


def _in_scope(halt: Halt) -> PermitQuerySet:
    permits = Permit.objects.all()
    if halt.system is not None:
        permits = permits.filter(decision__system=halt.system)
    if halt.decision_type is not None:
        permits = permits.filter(decision__decision_type=halt.decision_type)
    if halt.model_version is not None:
        permits = permits.filter(decision__model_version=halt.model_version)
    return permits


def _announce(halt: Halt, event: str, now: datetime) -> None:
    announce(
        event,
        subject_id=halt.pk,
        system="" if halt.system is None else halt.system.slug,
        body={"halt": str(halt.pk), "is_drill": halt.is_drill, **Scope.of(halt).names()},
        now=now,
    )
