"""Who holds a permission now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from governance.models import ReviewerRole, RoleAssignment
from governance.models.permissions import grants


def holders_of(permissions: Collection[str], now: datetime) -> frozenset[UUID]:
    """The people, with an open account, who hold any of these permissions. Two queries."""
    if not permissions:
        return frozenset()
    roles = [role for role, _ in roles_with(permissions)]
    held = RoleAssignment.objects.in_force(now).filter(role__in=roles, person__is_active=True)
    return frozenset(held.values_list("person_id", flat=True))


def roles_with(permissions: Collection[str]) -> list[tuple[UUID, str]]:
    """Id and slug of the roles that grant any of these permissions. One query."""
    rows = ReviewerRole.objects.values_list("pk", "slug", "permissions")
    return [(key, slug) for key, slug, patterns in rows if _any(patterns, permissions)]


def _any(patterns: Collection[str], permissions: Collection[str]) -> bool:
    return any(grants(patterns, permission) for permission in permissions)
