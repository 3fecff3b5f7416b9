"""Whom a question is about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from governance.models import DecisionRight, RoleAssignment, User
from reviews.models import Queue


def asked_person(handle: str) -> User:
    """The person of a pseudonym or user name. Raises User.DoesNotExist."""
    try:
        return User.objects.get(pseudonym=UUID(handle))
    except ValueError:
        return User.objects.get(username__iexact=handle)


def members_of(queue: Queue) -> QuerySet[User]:
    """The reviewers of a queue, by name."""
    return User.objects.filter(queue_memberships__queue=queue).order_by("display_name", "pk")


def others_with_rights(queue: Queue, now: datetime) -> QuerySet[User]:
    """Active people who hold a role with a decision right and do not review the queue, by name."""
    held = RoleAssignment.objects.in_force(now).filter(
        Exists(DecisionRight.objects.in_force(now).filter(role=OuterRef("role"))),
        person=OuterRef("pk"),
    )
    return (
        User.objects.filter(Exists(held), is_active=True)
        .exclude(queue_memberships__queue=queue)
        .order_by("display_name", "pk")
    )
