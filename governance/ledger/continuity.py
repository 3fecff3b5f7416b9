"""What the ledger holds and whether its objects' sequences are unbroken, up to an instant.

Entries at the cut-off itself stay out: the request of the report is one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from governance.ids import first_id
from governance.models import ArchivedPartition, LedgerEntry

SHOWN = 5


@dataclass(frozen=True, slots=True)
class EventCount:
    """How often one event was entered, in the period and up to the cut-off."""

    event: str
    in_period: int
    known: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Continuity:
    """Entries of a period, and those whose predecessor is missing or another one."""

    entries: int
    broken: int
    sample: tuple[UUID, ...]


def event_counts(start: datetime, end: datetime, cut_off: datetime) -> list[EventCount]:
    """One row per event known before `cut_off`, by name; the period is from `start` to `end`."""
    rows = (
        LedgerEntry.objects.filter(at__lt=cut_off)
        .values("event")
        .annotate(
            known=Count("id"),
            in_period=Count("id", filter=Q(at__gte=start, at__lt=end)),
            oldest=Min("at"),
        )
        .order_by("event")
    )
    return [EventCount(row["event"], row["in_period"], row["known"], row["oldest"]) for row in rows]


def continuity(start: datetime, end: datetime) -> Continuity:
    """Whether each entry from `start` to before `end` follows on its object's previous one.

    An entry names its object's counter and the previous leaf's hash, which the database computes
    from the leaf; so a leaf that was taken out or exchanged leaves its successor broken. Where the
    previous entry may be in the archive only, it is not looked for here.
    """
    entries = LedgerEntry.objects.filter(at__gte=start, at__lt=end)
    broken = _broken(entries)
    total = entries.count()
    sample = tuple(broken.order_by("id").values_list("id", flat=True)[:SHOWN])
    return Continuity(total, broken.count() if sample else 0, sample)


def _broken(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    one_less = LedgerEntry.objects.filter(
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        object_seq=OuterRef("object_seq") - 1,
    )
    previous = one_less.filter(leaf_hash=OuterRef("object_prev"))
    broken = entries.filter(object_seq__gt=1).filter(~Exists(previous))
    detached = ArchivedPartition.objects.filter(state=ArchivedPartition.State.DETACHED)
    oldest = detached.aggregate(oldest=Min("begins_at"))["oldest"]
    if oldest is None:
        return broken
    return broken.filter(Q(id__lt=first_id(oldest)) | Exists(one_less))
