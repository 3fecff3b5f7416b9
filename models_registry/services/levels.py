"""Raising and lowering the intervention level of a decision type.

The system may only raise it; lowering takes two people. Source: Regulation (EU) 2024/1689
Art. 14(4)(d), (e) and Art. 26(5).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.errors import FieldError, InputInvalid
from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, Motion, User
from governance.policies.vocabulary import Level
from governance.services.outbox import announce
from models_registry.errors import LevelNotAbove, LevelNotBelow
from models_registry.models import DecisionType, LevelChange

LONGEST_REASON = 500
REACHED = (Level.NORMAL, Level.SAMPLED, Level.ALL_HUMAN)
"""What a level is set to; `halted` is a halt's to say, which has a reason and an end of its own."""


@transaction.atomic
def raise_level(
    *, decision_type: DecisionType, to: Level, reason: str, raised_by: User, now: datetime
) -> LevelChange:
    """Raise the level of a decision type; it holds for the next decision.

    Raises InputInvalid for a level that is not set or a reason that does not fit, LevelNotAbove.
    """
    faults = [*_level_faults(to), *_reason_faults(reason)]
    if faults:
        raise InputInvalid("The level cannot be raised", errors=faults)
    held = held_type(decision_type)
    if not to.is_above(Level(held.level)):
        raise LevelNotAbove(f"{held.slug} is at {held.level}, and {to} is not above it")
    return _change(held, to, reason, Actor.of(raised_by), now, changed_by=raised_by)


def raise_for_alarm(
    *, decision_type: DecisionType, to: Level, reason: str, alarm: UUID, actor: Actor, now: datetime
) -> LevelChange | None:
    """See to it that the level is at least `to` (a step); None where it was. Never lowers it."""
    held = held_type(decision_type)
    if not to.is_above(Level(held.level)):
        return None
    return _change(held, to, reason[:LONGEST_REASON], actor, now, alarm=alarm)


def lower_level(
    *,
    decision_type: DecisionType,
    below: Level,
    to: Level,
    reason: str,
    lowered_by: User,
    motion: Motion,
    actor: Actor,
    now: datetime,
) -> LevelChange:
    """Lower the level from `below` to `to` (a step: nobody lowers one alone, so doors move
    `models_registry.decisiontype.lower_level`).

    Raises LevelNotBelow: the level is not the one any more from which it was to be lowered, so
    that an alarm which came between is not undone by people who did not know of it.
    """
    held = held_type(decision_type)
    check_step_down(held, below, to)
    return _change(held, to, reason, actor, now, changed_by=lowered_by, motion=motion)


def check_step_down(decision_type: DecisionType, below: Level, to: Level) -> None:
    """Raises LevelNotBelow, InputInvalid for a level that is not set."""
    faults = _level_faults(to)
    if faults:
        raise InputInvalid("The level cannot be lowered", errors=faults)
    at = Level(decision_type.level)
    if at is not below or not below.is_above(to):
        raise LevelNotBelow(
            f"{decision_type.slug} is at {at}; it was to go down from {below} to {to}"
        )


def held_type(decision_type: DecisionType) -> DecisionType:
    """The row, locked, as it is now: levels are changed in turn."""
    rows = DecisionType.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("system").get(pk=decision_type.pk)


def _change(
    held: DecisionType,
    to: Level,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    changed_by: User | None = None,
    alarm: UUID | None = None,
    motion: Motion | None = None,
) -> LevelChange:
    change = LevelChange.objects.create(
        decision_type=held,
        from_level=held.level,
        to_level=to.value,
        reason=reason.strip(),
        changed_at=now,
        changed_by=changed_by,
        changed_by_label=actor.label,
        alarm=alarm,
        motion=motion,
    )
    step = "raised" if to.is_above(Level(held.level)) else "lowered"
    held.level = to.value
    held.save_by(actor, "level")
    body = {
        "change": str(change.pk),
        "from": change.from_level,
        "to": change.to_level,
        "reason": change.reason,
        "alarm": None if alarm is None else str(alarm),
        "motion": None if motion is None else str(motion.pk),
    }
    event = Event(f"models_registry.decisiontype.level_{step}", held, body)
    record.append_all([event], actor=actor, at=now)
    announce(
        f"level.{step}",
        subject_id=held.pk,
        system=held.system.slug,
        body={"decision_type": held.slug, "from": change.from_level, "to": change.to_level},
        now=now,
    )
    return change


def _level_faults(to: Level) -> list[FieldError]:
    if to in REACHED:
        return []
    return [FieldError("/to", f"Must be one of {', '.join(REACHED)}; a halt stops it.", "unknown")]


def _reason_faults(reason: str) -> list[FieldError]:
    if 0 < len(reason.strip()) <= LONGEST_REASON:
        return []
    return [FieldError("/reason", f"Takes 1 to {LONGEST_REASON} characters.", "length")]
