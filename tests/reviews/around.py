"""What the tests of recusals, conflicts, delegations, absences and alarms have in common."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from governance.models import Delegation, ReviewerRole, User
from reviews.models import StaffingAlarm
from reviews.services.delegating import Scope, delegate
from tests.factories import NOON, World, change, join, make_person, qualify

WEEK = timedelta(days=7)


def make_trainee(world: World, *, qualified: bool = True) -> User:
    """Somebody who may rule as far as permissions go, and holds no decision right of their own."""
    if not ReviewerRole.objects.filter(slug="trainee").exists():
        reviewer = ReviewerRole.objects.get(slug="reviewer")
        role = ReviewerRole(
            slug="trainee",
            name="Trainee",
            permissions=reviewer.permissions,
            max_claims=5,
            delegation_depth=2,
        )
        change(role)
    trainee = make_person(roles=["trainee"])
    join(world.first_line, trainee)
    if qualified:
        qualify(trainee, world.system)
    return trainee


def lend(delegator: User, to: User, **how: Any) -> Delegation:
    """Lend everything for a week, or as `how` says."""
    scope = Scope(
        **{name: how.pop(name) for name in ("system", "decision_type", "max_impact") if name in how}
    )
    given = {"valid_until": NOON + WEEK, "reason": "Leave.", "now": NOON} | how
    return delegate(delegator=delegator, delegate=to, scope=scope, **given)


def deep(depth: int | None) -> None:
    """Let the reviewers' rights be lent so often."""
    role = ReviewerRole.objects.get(slug="reviewer")
    role.delegation_depth = depth
    change(role, "delegation_depth")


def alarm_of(case: Any) -> str | None:
    """What the open alarm of a case says; None where there is none."""
    return StaffingAlarm.objects.open().filter(case=case).values_list("detail", flat=True).first()
