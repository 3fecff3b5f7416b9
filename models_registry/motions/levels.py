"""Lowering an intervention level: a person with the right, and a second one."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from governance.errors import FieldError, InputInvalid
from governance.models import Actor, Motion, User
from governance.motions.registry import Act, Content, Description, Matter, register
from governance.motions.shape import read_content, text
from governance.policies.vocabulary import Level
from models_registry.models import DecisionType, LevelChange
from models_registry.services.levels import REACHED, check_step_down, lower_level

NAME = "models_registry.decisiontype.lower_level"
PERMISSION = "models_registry.lower_level"
_FIELDS = {"decision_type": text(50), "from": text(12), "to": text(12)}


def content_of(decision_type: DecisionType, to: Level) -> Content:
    """The motion's own reason is the reason of the step."""
    return {"decision_type": decision_type.slug, "from": decision_type.level, "to": to.value}


def check(content: Content, mover: User, now: datetime) -> Matter:
    """Raises InputInvalid for an unknown type or level, LevelNotBelow."""
    kind, below, to = _read(content)
    check_step_down(kind, below, to)
    return Matter(f"Lower {kind.slug} from {below} to {to}", kind)


def carry_out(motion: Motion, actor: Actor, now: datetime) -> LevelChange:
    kind, below, to = _read(motion.content)
    return lower_level(
        decision_type=kind,
        below=below,
        to=to,
        reason=motion.reason,
        lowered_by=motion.moved_by,
        motion=motion,
        actor=actor,
        now=now,
    )


def describe(motion: Motion) -> Description:
    kind, below, to = _read(motion.content)
    raised = kind.level_changes.newest_first().first()
    rows = [
        (_("Decision type"), kind.name),
        (_("From"), str(below)),
        (_("To"), str(to)),
    ]
    if raised is not None and raised.to_level == below:
        rows += [
            (_("It came there"), f"{raised.changed_at:%Y-%m-%d %H:%M} UTC"),
            (_("Because"), raised.reason),
        ]
    return Description(
        rows=tuple(rows),
        notes=(_("An alarm that comes before the approval makes it void: look again then."),),
    )


def _read(content: Content) -> tuple[DecisionType, Level, Level]:
    values = read_content(content, _FIELDS)
    kind = DecisionType.objects.filter(slug=values["decision_type"]).first()
    known = [level.value for level in Level]
    faults = [
        FieldError(f"/{field}", f"Must be one of {', '.join(REACHED)}.", "unknown")
        for field in ("from", "to")
        if values[field] not in known
    ]
    if kind is None:
        faults.append(
            FieldError(
                "/decision_type", f"There is no type {values['decision_type']!r}.", "unknown"
            )
        )
    if faults or kind is None:
        raise InputInvalid("The level cannot be lowered", errors=faults)
    return kind, Level(values["from"]), Level(values["to"])


register(
    Act(
        name=NAME,
        title=gettext_noop("Lower an intervention level"),
        move_perm=PERMISSION,
        vote_perm=PERMISSION,
        check=check,
        carry_out=carry_out,
        describe=describe,
    )
)
