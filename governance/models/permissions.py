"""Permission patterns such as `reviews.claim_case` or `*.view_*`, as roles hold them."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from governance.models.user import User


def permissions_of(user: User) -> frozenset[str]:
    """The patterns of every role that `user` holds at this moment."""
    held = user.role_assignments.in_force(timezone.now()).values_list(
        "role__permissions", flat=True
    )
    return frozenset(pattern for patterns in held for pattern in patterns)


def grants(patterns: Iterable[str], permission: str) -> bool:
    return any(fnmatchcase(permission, pattern) for pattern in patterns)
