"""People in requests and answers: by user name, and only those who have an account."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.serializers import ValidationError

from governance.errors import FieldError, InputInvalid
from governance.models import User


def account_of(username: str, pointer: str) -> User:
    """The account of that user name. Raises InputInvalid naming the field at `pointer`: whoever
    rules is somebody who can sign in, never a name typed in."""
    person = User.objects.filter(username=username).first()
    if person is None:
        raise InputInvalid(
            "The request names nobody who has an account",
            errors=[FieldError(pointer, f"No account: {username!r}. Give a user name.", "unknown")],
        )
    return person


def state_of(request: Request, known: list[str]) -> str:
    """The `state` that a list is asked for, empty for all. Raises ValidationError."""
    wanted: str = request.query_params.get("state", "")
    if wanted and wanted not in known:
        raise ValidationError({"state": [f"One of: {', '.join(known)}."]})
    return wanted


def of_person(rows: QuerySet, request: Request, *columns: str) -> QuerySet:  # type: ignore[type-arg]
    """Narrowed to `?person=`, a user name, in any of the columns."""
    username = request.query_params.get("person")
    if username is None:
        return rows
    found = rows.none()
    for column in columns:
        found = found | rows.filter(**{f"{column}__username": username})
    return found
