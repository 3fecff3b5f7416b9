"""Rows of a time, found by their ids: a UUIDv7 begins with the moment it was made."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

_BITS_AFTER_TIME = 80


def since(at: datetime, field: str) -> Q:
    """Rows whose instant in `field` is not before `at`.

    The id is bound as well: it is made after the verb's clock was read, so it loses no row, and
    its index keeps the search within the period however long the history is.
    """
    return Q(pk__gte=first_id(at)) & Q(**{f"{field}__gte": at})


def first_id(at: datetime) -> UUID:
    """The least UUIDv7 of the millisecond of `at` (RFC 9562 section 5.7)."""
    return UUID(int=int(at.timestamp() * 1000) << _BITS_AFTER_TIME)
