"""What a door asks of its caller before it calls the verb."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from governance.api.authentication import key_of
from governance.models import Scope, User


def has_perm(*permissions: str) -> type[BasePermission]:
    """A person whose roles grant one of `permissions`."""

    class PersonMay(BasePermission):
        message = f"This needs a person with the permission {' or '.join(permissions)}."

        def has_permission(self, request: Request, view: Any) -> bool:
            person = request.user
            return isinstance(person, User) and any(map(person.has_perm, permissions))

    return PersonMay


def has_scope(scope: Scope) -> type[BasePermission]:
    """An API client whose key carries `scope`."""

    class ClientMay(BasePermission):
        message = f"This needs an API key with the scope {scope.value}."

        def has_permission(self, request: Request, view: Any) -> bool:
            key = key_of(request)
            return key is not None and scope.value in key.scopes

    return ClientMay


def either(scope: Scope, permission: str) -> type[BasePermission]:
    """A client with the scope, or a person with the permission."""

    class ClientOrPersonMay(BasePermission):
        message = f"This needs the scope {scope.value} or the permission {permission}."

        def has_permission(self, request: Request, view: Any) -> bool:
            return has_scope(scope)().has_permission(request, view) or has_perm(
                permission
            )().has_permission(request, view)

    return ClientOrPersonMay


def a_person() -> type[BasePermission]:
    """Anybody who is signed in, whatever their roles: what is theirs is for the verb to say."""

    class Person(BasePermission):
        message = "This is for people; an API client has nothing of its own here."

        def has_permission(self, request: Request, view: Any) -> bool:
            return isinstance(request.user, User)

    return Person
