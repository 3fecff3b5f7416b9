"""How a halt, rehearsed or not, took effect: measured from the rows that it left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet

from governance.models import Refusal
from models_registry.models import AISystem, Halt
from reviews.models import Evaluation

# How a program is refused that tries to use a permit under a halt.
_REFUSED_USES = ("permit_void", "halt_in_force")


@dataclass(frozen=True, slots=True)
class Span:
    """How many there were, and the first and last of them."""

    count: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Measure:
    """`permits_voided`, `voided_within_ms`: the unused permits in scope, and how long it took from
    the order until the last was void; None for halts from before that was measured. `blocked`:
    decisions that came in under it. `refused`: tries to use a permit while it was in force, of any
    halt that was then."""

    permits_voided: int
    voided_within_ms: int | None
    blocked: Span
    refused: Span


def measure_of(halt: Halt, at: datetime, system_id: UUID | None = None) -> Measure:
    """What a halt did up to `at`: in all that it covers, or in one system of that. Four queries."""
    until = at if halt.lifted_at is None else min(halt.lifted_at, at)
    only = system_id or halt.system_id
    systems = AISystem.objects.all() if only is None else AISystem.objects.filter(pk=only)
    blocked = Evaluation.objects.filter(
        # By system and time, as decisions are indexed.
        decision__system__in=list(systems.values_list("pk", flat=True)),
        decision__received_at__gte=halt.placed_at,
        decision__received_at__lte=until,
        disposition="block",
        inputs__context__halt_ids__contains=[str(halt.pk)],
    )
    refused = Refusal.objects.filter(
        refused_at__gte=halt.placed_at, refused_at__lte=until, code__in=_REFUSED_USES
    )
    voids = halt.voids.all()
    if only is not None:
        voids = voids.filter(permit__decision__system=only)
    return Measure(
        voids.count(),
        halt.stopped_within_ms,
        _span(blocked, "evaluated_at"),
        _span(refused, "refused_at"),
    )


def _span(rows: QuerySet[Any], field: str) -> Span:
    found = rows.aggregate(count=Count("pk"), first=Min(field), last=Max(field))
    return Span(found["count"], found["first"], found["last"])
