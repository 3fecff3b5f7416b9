"""Issuing a mandate: the person in command, and a second person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from governance.errors import FieldError, InputInvalid
from governance.ledger.leaf import instant as written
from governance.models import Actor, Motion, User
from governance.motions.registry import Act, Content, Description, Matter, register
from governance.motions.shape import amount, instant, read_content, text, texts, whole
from models_registry.models import DecisionType, Mandate
from models_registry.services.mandates import check_mandate, issue_mandate

NAME = "models_registry.mandate.issue"
PERMISSION = "models_registry.issue_mandate"
_FIELDS = {
    "decision_type": text(50),
    "objective": text(2000),
    "max_decisions": whole(1, 1_000_000),
    "max_impact": amount,
    "allowed_outcomes": texts(64),
    "valid_until": instant,
}


def content_of(
    *,
    decision_type: DecisionType,
    objective: str,
    max_decisions: int,
    valid_until: datetime,
    max_impact: Decimal | None = None,
    allowed_outcomes: Sequence[str] = (),
) -> Content:
    return {
        "decision_type": decision_type.slug,
        "objective": objective,
        "max_decisions": max_decisions,
        "max_impact": None if max_impact is None else str(max_impact),
        "allowed_outcomes": list(allowed_outcomes),
        "valid_until": written(valid_until),
    }


def check(content: Content, mover: User, now: datetime) -> Matter:
    """Raises InputInvalid."""
    values = _read(content)
    check_mandate(
        decision_type=values["decision_type"],
        allowed_outcomes=values["allowed_outcomes"],
        valid_until=values["valid_until"],
        now=now,
    )
    kind = values["decision_type"]
    until = f"{values['valid_until']:%Y-%m-%d %H:%M} UTC"
    return Matter(
        f"Let {kind.slug} pass up to {values['max_decisions']} decisions until {until}", kind
    )


def carry_out(motion: Motion, actor: Actor, now: datetime) -> Mandate:
    return issue_mandate(
        **_read(motion.content), issued_by=motion.moved_by, now=now, motion=motion, actor=actor
    )


def describe(motion: Motion) -> Description:
    content = motion.content
    return Description(
        rows=(
            (_("Decision type"), content["decision_type"]),
            (_("Objective"), content["objective"]),
            (_("Most decisions"), str(content["max_decisions"])),
            (_("Highest impact"), content["max_impact"] or _("no limit")),
            (_("Allowed outcomes"), ", ".join(content["allowed_outcomes"]) or _("all")),
            (_("Valid until"), f"{instant(content['valid_until']):%Y-%m-%d %H:%M} UTC"),
        ),
        notes=(_("It is in force from the moment of its approval."),),
    )


def _read(content: Content) -> dict[str, Any]:
    values = read_content(content, _FIELDS)
    slug = values["decision_type"]
    values["decision_type"] = DecisionType.objects.filter(slug=slug).first()
    if values["decision_type"] is None:
        fault = FieldError("/decision_type", f"There is no type {slug!r}.", "unknown")
        raise InputInvalid("The mandate cannot be issued", errors=[fault])
    return values


register(
    Act(
        name=NAME,
        title=gettext_noop("Issue a mandate"),
        move_perm=PERMISSION,
        vote_perm=PERMISSION,
        check=check,
        carry_out=carry_out,
        describe=describe,
    )
)
