"""Whom a rung says are to be told: the reviewers of a queue, the holders of a role, one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from governance.models import RoleAssignment, User
from reviews.models import QueueMembership

Done = Mapping[str, Any]


def done_by(body: Mapping[str, Any]) -> Done:
    """What a rung did, of the body of its escalation; nothing where it was no rung of a ladder."""
    found: Done = body.get("done") or {}
    return found


def called_by(rungs: Sequence[Done], now: datetime) -> Callable[[Done], set[UUID]]:
    """Who each of these rungs calls, read for all of them in three queries; none if they call
    nobody."""
    named = {pair for done in rungs for pair in _named(done)}
    people: defaultdict[tuple[str, str], set[UUID]] = defaultdict(set)
    if named:
        slugs = {name for kind, name in named if kind == "queue"}
        members = QueueMembership.objects.filter(queue__slug__in=slugs)
        for slug, person in members.values_list("queue__slug", "person_id"):
            people["queue", slug].add(person)
        slugs = {name for kind, name in named if kind == "role"}
        held = RoleAssignment.objects.in_force(now).filter(role__slug__in=slugs)
        for slug, person in held.values_list("role__slug", "person_id"):
            people["role", slug].add(person)
        handles = {name for kind, name in named if kind == "person"}
        for handle, person in User.objects.filter(pseudonym__in=handles).values_list(
            "pseudonym", "pk"
        ):
            people["person", str(handle)].add(person)
    return lambda done: {person for pair in _named(done) for person in people[pair]}


def _named(done: Done) -> list[tuple[str, str]]:
    return [pair for one in done.get("notify", ()) for pair in one.items()]
