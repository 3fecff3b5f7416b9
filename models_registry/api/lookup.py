"""Finding by slug what a request's body names."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from governance.errors import FieldError, InputInvalid

M = TypeVar("M", bound=Model)


def named(rows: QuerySet[M], slug: str, pointer: str) -> M:
    """The row of that slug. Raises InputInvalid naming the field at `pointer`."""
    found = rows.filter(slug=slug).first()
    if found is None:
        raise InputInvalid(
            "The request names something that does not exist",
            errors=[FieldError(pointer, f"Unknown: {slug!r}.", "unknown")],
        )
    return found
