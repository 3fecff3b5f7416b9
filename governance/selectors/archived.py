"""Entries that were taken out of the database: which time they are of, and how many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min, Sum

from governance.models import ArchivedPartition


@dataclass(frozen=True, slots=True)
class InArchive:
    """Entries that are in the archive only; of ids from `begins_at` to before `ends_at`."""

    entries: int
    begins_at: datetime
    ends_at: datetime


def in_archive(before: datetime) -> InArchive | None:
    """What is in the archive only of the time before an instant; None where all of it is here."""
    detached = ArchivedPartition.objects.filter(
        state=ArchivedPartition.State.DETACHED, begins_at__lt=before
    )
    found = detached.aggregate(
        entries=Sum("entries"), begins_at=Min("begins_at"), ends_at=Max("ends_at")
    )
    return None if found["entries"] is None else InArchive(**found)
