"""Permissions that a newer version gives to a standard role, offered to the roles that exist.

A role is made once and belongs to the installation from then on, so that nothing widens it by
itself. What a standard role would get today and has never had came with a later version: it may be
added, on request, by a person who may change roles. What it had once was taken away on purpose,
and is not offered again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from governance.errors import FieldError, InputInvalid, NotPermitted
from governance.ledger import record
from governance.models import Actor, ReviewerRole, User
from governance.models.permissions import grants
from governance.services.installation import INSTALLER, ROLES

PERMISSION = "governance.change_reviewerrole"


@dataclass(frozen=True, slots=True)
class Standing:
    """A standard role beside what a new installation would give it. `offered`: what came with later
    versions; `taken_away`: what it had once."""

    role: ReviewerRole
    offered: tuple[str, ...]
    taken_away: tuple[str, ...]


def standings() -> list[Standing]:
    """Of every standard role that this installation was given and still has. Two queries."""
    roles = {role.slug: role for role in ReviewerRole.objects.all()}
    held: dict[str, list[list[str]]] = {}
    given: set[str] = set()
    past = ReviewerRole.history.order_by("history_id")
    rows = past.values_list("slug", "permissions", "history_type", "actor")
    for slug, permissions, kind, actor in rows:
        held.setdefault(slug, []).append(permissions)
        if kind == "+" and actor == INSTALLER.label:
            given.add(slug)
    found = []
    for spec in ROLES:
        if spec.slug not in roles or spec.slug not in given:
            continue
        role = roles[spec.slug]
        lacking = [one for one in spec.permissions if not grants(role.permissions, one)]
        had = {one for one in lacking if any(grants(then, one) for then in held[spec.slug])}
        found.append(
            Standing(
                role,
                offered=tuple(one for one in lacking if one not in had),
                taken_away=tuple(one for one in lacking if one in had),
            )
        )
    return found


def standing_of(role: ReviewerRole) -> Standing:
    """One that is no standard role lacks nothing."""
    known = {one.role.pk: one for one in standings()}
    return known.get(role.pk, Standing(role, (), ()))


@transaction.atomic
def add_standard_permissions(
    *, role: ReviewerRole, permissions: Collection[str], added_by: User, now: datetime
) -> ReviewerRole:
    """Give a standard role permissions that came with later versions. Those it has are left be.

    Raises NotPermitted, and InputInvalid for a permission that the role is not offered.
    """
    if not added_by.has_perm(PERMISSION):
        raise NotPermitted("Widening a role takes the right to change roles")
    held = ReviewerRole.objects.select_for_update(of=("self",), no_key=True).get(pk=role.pk)
    wanted = [one for one in dict.fromkeys(permissions) if one not in held.permissions]
    faults = _not_offered(wanted, standing_of(held))
    if faults:
        raise InputInvalid("The role was not widened", errors=faults)
    if not wanted:
        return held
    held.permissions = [*held.permissions, *wanted]
    record.keep(
        held,
        "governance.reviewerrole.widened",
        actor=Actor.of(added_by),
        at=now,
        fields=["permissions"],
        body={"slug": held.slug, "added": wanted},
    )
    return held


def _not_offered(wanted: Sequence[str], standing: Standing) -> list[FieldError]:
    faults = []
    for one in wanted:
        if one in standing.taken_away:
            sentence = f"{one} was taken away from this role; give it back by changing the role."
            faults.append(FieldError("/permissions", sentence, "taken_away"))
        elif one not in standing.offered:
            sentence = f"No newer version gives {one[:120]} to this role."
            faults.append(FieldError("/permissions", sentence, "unknown"))
    return faults
