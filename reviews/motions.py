"""Lifting a halt. Here, because halts make permits void."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from governance.errors import FieldError, InputInvalid
from governance.models import Actor, Motion, User
from governance.motions.registry import Act, Content, Description, Matter, register
from governance.motions.shape import key, read_content
from models_registry.models import Halt
from reviews.services.halting import SCOPE, check_in_force, lift_halt

NAME = "models_registry.halt.lift"
PERMISSION = "models_registry.lift_halt"


def content_of(halt: Halt) -> Content:
    """The motion's own reason is the reason of the lifting."""
    return {"halt": str(halt.pk)}


def check(content: Content, mover: User, now: datetime) -> Matter:
    """Raises InputInvalid for an unknown halt, HaltLifted."""
    halt_id = read_content(content, {"halt": key})["halt"]
    halt = Halt.objects.select_related(*SCOPE).filter(pk=halt_id).first()
    if halt is None:
        fault = FieldError("/halt", "There is no such halt.", "unknown")
        raise InputInvalid("The halt cannot be lifted", errors=[fault])
    check_in_force(halt)
    drill = " (drill)" if halt.is_drill else ""
    return Matter(f"Lift the halt of {_scope(halt)}{drill}", halt)


def carry_out(motion: Motion, actor: Actor, now: datetime) -> Halt:
    return lift_halt(
        halt_id=UUID(motion.content["halt"]),
        reason=motion.reason,
        lifted_by=motion.moved_by,
        now=now,
        motion=motion,
        actor=actor,
    )


def describe(motion: Motion) -> Description:
    halts = Halt.objects.select_related(*SCOPE, "placed_by")
    halt = halts.get(pk=motion.content["halt"])
    return Description(
        rows=(
            (_("Stopped"), _scope(halt)),
            (_("Because"), halt.reason),
            (_("Placed"), f"{halt.placed_at:%Y-%m-%d %H:%M} UTC"),
            (_("Placed by"), str(halt.placed_by or halt.placed_by_label)),
            (_("Drill"), _("yes") if halt.is_drill else _("no")),
        ),
        notes=(_("Decisions in scope are taken in again. Permits that it made void stay void."),),
    )


def _scope(halt: Halt) -> str:
    return str(halt.stopped or "everything")


register(
    Act(
        name=NAME,
        title=gettext_noop("Lift a halt"),
        move_perm=PERMISSION,
        vote_perm=PERMISSION,
        check=check,
        carry_out=carry_out,
        describe=describe,
    )
)
