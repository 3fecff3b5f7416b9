"""Telling people in a test, and what they were told."""

from __future__ import annotations

from datetime import datetime

from governance.models import Notice, User
from governance.services.telling import tell_waiting
from tests.factories import NOON


def tell(now: datetime = NOON) -> None:
    while tell_waiting(now=now):
        pass


def kinds_told(person: User) -> list[str]:
    """Oldest first."""
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))
