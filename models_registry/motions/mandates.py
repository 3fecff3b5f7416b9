"""Issuing a mandate: the person in command, and a second person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from governance.errors import FieldError, InputInvalid
from governance.ledger.leaf import instant as written
from governance.models import Actor, Motion, User
from governance.motions.registry import Act, Content, Description, Matter, register
from governance.motions.shape import (
    amount,
    instant,
    optional,
    read_content,
    text,
    texts,
    whole,
)
from models_registry.models import DecisionType, Mandate
from models_registry.selectors.mandate_use import segments_in_words
from models_registry.services.mandates import check_mandate, issue_mandate


def segments(value: Any) -> dict[str, list[Any]]:
    """Fact to a list of values; which facts and values fit, the decision type says."""
    if not isinstance(value, dict) or not all(isinstance(one, list) for one in value.values()):
        raise ValueError("Takes an object of lists.")
    return value


NAME = "models_registry.mandate.issue"
PERMISSION = "models_registry.issue_mandate"
_FIELDS = {
    "decision_type": text(50),
    "objective": text(2000),
    "max_decisions": whole(1, 1_000_000),
    "max_impact": amount,
    "allowed_outcomes": texts(64),
    "valid_until": instant,
    # These came later; a motion from before does not have them.
    "period": optional(text(16)),
    "max_decisions_per_period": optional(whole(1, 1_000_000)),
    "max_total_impact": amount,
    "max_impact_per_period": amount,
    "segments": optional(segments),
}


def content_of(
    *,
    decision_type: DecisionType,
    objective: str,
    max_decisions: int,
    valid_until: datetime,
    allowed_outcomes: Sequence[str] = (),
    **more: Any,
) -> Content:
    """`more`: the other fields of `Limits`, each left out or None where there is no such limit."""
    amounts = ("max_impact", "max_total_impact", "max_impact_per_period")
    return {
        "decision_type": decision_type.slug,
        "objective": objective,
        "max_decisions": max_decisions,
        "allowed_outcomes": list(allowed_outcomes),
        "valid_until": written(valid_until),
        **{name: more.get(name) for name in ("period", "max_decisions_per_period")},
        **{name: None if more.get(name) is None else str(more[name]) for name in amounts},
        "segments": more.get("segments") or None,
    }


def check(content: Content, mover: User, now: datetime) -> Matter:
    """Raises InputInvalid."""
    values = _read(content)
    check_mandate(**{key: value for key, value in values.items() if key != "objective"}, now=now)
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
    no_limit = _("no limit")
    per_period = [
        (label, content.get(name))
        for label, name in (
            (_("Period"), "period"),
            (_("Most decisions per period"), "max_decisions_per_period"),
            (_("Most impact per period"), "max_impact_per_period"),
        )
    ]
    return Description(
        rows=(
            (_("Decision type"), content["decision_type"]),
            (_("Objective"), content["objective"]),
            (_("Most decisions"), str(content["max_decisions"])),
            (_("Highest impact"), content["max_impact"] or no_limit),
            (_("Most impact in all"), content.get("max_total_impact") or no_limit),
            *((label, str(value)) for label, value in per_period if value is not None),
            (_("Allowed outcomes"), ", ".join(content["allowed_outcomes"]) or _("all")),
            (_("Segments"), segments_in_words(content.get("segments")) or _("all")),
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
