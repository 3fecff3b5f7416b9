"""Signing in with a password; rights come from roles alone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import get_hasher, identify_hasher
from django.http import HttpRequest
from django.utils import timezone

from governance.models import User
from governance.services.accounts import renew_password_hash


class RoleBackend(ModelBackend):
    """Checks the password as Django does. What a person may do is read from the assignments in
    force now, for each request anew, so that an expired role is gone at once."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        person: User | None = super().authenticate(request, username, password, **credentials)
        if person is not None and password and _is_hashed_in_an_older_way(person.password):
            renew_password_hash(person=person, password=password, now=timezone.now())
        return person

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set(user_obj.permissions) if user_obj.is_active else set()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return bool(user_obj.has_perm(perm))


def _is_hashed_in_an_older_way(encoded: str) -> bool:
    used, preferred = identify_hasher(encoded), get_hasher("default")
    return used.algorithm != preferred.algorithm or preferred.must_update(encoded)
