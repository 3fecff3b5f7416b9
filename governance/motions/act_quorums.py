"""Changing what quorum an act takes here: itself an act that takes more than one person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from governance.errors import DomainError, FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, ActQuorum, Motion, ReviewerRole, RoleAssignment, User
from governance.models.permissions import grants
from governance.motions.registry import (
    Act,
    Content,
    Description,
    Matter,
    act_named,
    known_acts,
    register,
    title_of,
)
from governance.motions.wording import quorum_in_words
from governance.quorum import PRESETS, QuorumInvalid, QuorumRule

NAME = "governance.actquorum.change"
PERMISSION = "governance.change_actquorum"
_LONGEST_NAME = 60


class QuorumChangedMeanwhile(DomainError):
    code = "quorum_changed_meanwhile"
    title = "The quorum of this act was changed at the same moment"


def content_of(act: str, rule: QuorumRule) -> Content:
    return {"act": act, "quorum": rule.to_json()}


def check(content: Content, mover: User, now: datetime) -> Matter:
    """Raises InputInvalid: an unknown act; a quorum that is malformed, could never be met or could
    be met by two choices; roles that do not exist; more people than there are to vote."""
    act = next((one for one in known_acts() if one.name == content.get("act")), None)
    if act is None:
        names = ", ".join(one.name for one in known_acts())
        raise _invalid([FieldError("/act", f"One of: {names}.", "unknown")])
    rule = read_quorum(content.get("quorum"))
    faults = _role_faults(rule) or _people_faults(act, rule, mover, now)
    if faults:
        raise _invalid(faults)
    return Matter(
        f"Change the quorum of “{act.title}”",
        ActQuorum.objects.filter(act=act.name).first(),
    )


def read_quorum(data: Any) -> QuorumRule:
    """The rule that `to_json` made `data` of. Raises InputInvalid for anything else."""
    try:
        rule = QuorumRule.from_json(data)
    except QuorumInvalid as fault:
        raise _invalid([FieldError("/quorum", f"{fault}.", "quorum")]) from fault
    except (KeyError, TypeError, AttributeError) as fault:
        detail = 'Is {"preset": "", "stages": [{name, required, panel, roles, veto}]}.'
        raise _invalid([FieldError("/quorum", detail, "shape")]) from fault
    if rule.preset and rule != PRESETS.get(rule.preset):
        detail = f"Is not the preset {rule.preset!r}; leave the preset empty."
        raise _invalid([FieldError("/quorum/preset", detail, "preset")])
    if not _is_well_typed(rule) or rule.to_json() != data:
        detail = "Names are short texts, numbers whole, and there are no other fields."
        raise _invalid([FieldError("/quorum", detail, "shape")])
    return rule


def carry_out(motion: Motion, actor: Actor, now: datetime) -> ActQuorum:
    check(motion.content, motion.moved_by, now)
    name, quorum = motion.content["act"], motion.content["quorum"]
    kept = ActQuorum.objects.select_for_update().filter(act=name).first() or ActQuorum(act=name)
    kept.quorum = quorum
    body = {"act": name, "quorum": quorum, "motion": str(motion.pk)}
    try:
        record.keep(kept, "governance.actquorum.changed", actor=actor, at=now, body=body)
    except IntegrityError as twin:
        raise QuorumChangedMeanwhile("Look at what holds now, then vote again") from twin
    return kept


def describe(motion: Motion) -> Description:
    act, quorum = motion.content["act"], motion.content["quorum"]
    kept = ActQuorum.objects.filter(act=act).first()
    now = act_named(act).quorum if kept is None else QuorumRule.from_json(kept.quorum)
    return Description(
        rows=(
            (_("Act"), title_of(act)),
            (_("It takes now"), quorum_in_words(now)),
            (_("It is to take"), quorum_in_words(QuorumRule.from_json(quorum))),
        ),
        notes=(_("Motions that are open already keep the quorum they were made with."),),
    )


def _is_well_typed(rule: QuorumRule) -> bool:
    return isinstance(rule.preset, str) and all(
        isinstance(stage.name, str)
        and 1 <= len(stage.name) <= _LONGEST_NAME
        and type(stage.required) is int
        and type(stage.panel) is int
        and type(stage.veto) is bool
        and all(isinstance(role, str) for role in stage.roles)
        for stage in rule.stages
    )


def _role_faults(rule: QuorumRule) -> list[FieldError]:
    named = {role for stage in rule.stages for role in stage.roles}
    unknown = named - set(
        ReviewerRole.objects.filter(slug__in=named).values_list("slug", flat=True)
    )
    return [FieldError("/quorum", f"There is no role {role!r}.", "unknown") for role in unknown]


def _people_faults(act: Act, rule: QuorumRule, mover: User, now: datetime) -> list[FieldError]:
    """A quorum that those who are here could not fill would leave the act to nobody."""
    voters = _voters(act, now)
    faults = []
    for stage in rule.stages:
        of_stage = [
            person for person, roles in voters.items() if not stage.roles or roles & {*stage.roles}
        ]
        if len(of_stage) < stage.required:
            faults.append(_too_few(f"The stage {stage.name!r} takes", stage.required, of_stage))
    others = [person for person in voters if person != mover.pk]
    if not faults and len(others) < rule.people:
        faults.append(_too_few("It takes", rule.people, others))
    return faults


def _too_few(who: str, needed: int, there: list[UUID]) -> FieldError:
    detail = f"{who} {needed} besides the mover; {len(there)} could vote today."
    return FieldError("/quorum", detail, "too_few_people")


def _voters(act: Act, now: datetime) -> dict[UUID, set[str]]:
    """Everybody who has the permission to vote today, with the slugs of all their roles."""
    held = (
        RoleAssignment.objects.in_force(now)
        .filter(person__is_active=True)
        .values_list("person_id", "role__slug", "role__permissions")
    )
    roles: dict[UUID, set[str]] = {}
    may = set()
    for person, slug, permissions in held:
        roles.setdefault(person, set()).add(slug)
        if grants(permissions, act.vote_perm):
            may.add(person)
    return {person: roles[person] for person in may}


def _invalid(errors: Iterable[FieldError]) -> InputInvalid:
    return InputInvalid("The quorum cannot be changed to this", errors=list(errors))


register(
    Act(
        name=NAME,
        title=gettext_noop("Change the quorum of an act"),
        move_perm=PERMISSION,
        vote_perm=PERMISSION,
        check=check,
        carry_out=carry_out,
        describe=describe,
    )
)
