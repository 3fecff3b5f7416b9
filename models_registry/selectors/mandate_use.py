"""What is used up of a mandate: said by its newest use, so that nothing is ever counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from governance.policies.durations import parse_duration
from models_registry.models import Mandate, MandateUse

NEARLY = Decimal("0.8")
CALENDAR = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Used:
    """Decisions and impact counted so far: in all, and in the period that `period_began_at` tells;
    None: the mandate has no limit per period."""

    decisions: int = 0
    impact: Decimal = Decimal(0)
    period_began_at: datetime | None = None
    period_decisions: int = 0
    period_impact: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a mandate with what is used up of it."""

    label: StrOrPromise
    used: Decimal
    most: Decimal

    @property
    def share(self) -> float:
        """From 0.0 to 1.0."""
        return min(1.0, float(self.used / self.most)) if self.most else 1.0

    @property
    def percent(self) -> int:
        return int(self.share * 100)


def period_began(mandate: Mandate, at: datetime) -> datetime | None:
    """When the period began that `at` lies in; None where the mandate has none."""
    if mandate.period is None:
        return None
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match mandate.period:
        case "day":
            return midnight
        case "week":
            return midnight - timedelta(days=midnight.weekday())
        case "month":
            return midnight.replace(day=1)
    span = parse_duration(mandate.period)
    if not span:
        raise ValueError(f"{mandate} has no such period: {mandate.period!r}")
    return mandate.valid_from + (at - mandate.valid_from) // span * span


def used_up(mandate: Mandate, at: datetime) -> Used:
    """What is used up of one mandate. One query, one step in an index."""
    return _used(mandate, mandate.uses.order_by("-ordinal").first(), at)


def used_up_of(mandates: Iterable[Mandate], at: datetime) -> dict[UUID, Used]:
    """The same of several, by their ids. Two queries."""
    rows = list(mandates)
    newest = MandateUse.objects.filter(mandate=OuterRef("pk")).order_by("-ordinal")
    keys = Mandate.objects.filter(pk__in=[row.pk for row in rows]).values_list(
        Subquery(newest.values("pk")[:1]), flat=True
    )
    found = {use.mandate_id: use for use in MandateUse.objects.filter(pk__in=list(keys))}
    return {row.pk: _used(row, found.get(row.pk), at) for row in rows}


def limits_of(mandate: Mandate, used: Used) -> list[Limit]:
    """The limits that uses count against; how far each is used up."""
    counted = [
        (_("Decisions"), Decimal(used.decisions), mandate.max_decisions),
        (_("Decisions in this period"), Decimal(used.period_decisions),
         mandate.max_decisions_per_period),
        (_("Impact"), used.impact, mandate.max_total_impact),
        (_("Impact in this period"), used.period_impact, mandate.max_impact_per_period),
    ]  # fmt: skip
    return [
        Limit(label, spent, Decimal(most)) for label, spent, most in counted if most is not None
    ]


def is_nearly_used(mandate: Mandate, used: Used) -> bool:
    """Whether so much of a limit over its whole life is used up that it is time to warn."""
    whole_life = [
        (Decimal(used.decisions), Decimal(mandate.max_decisions)),
        (used.impact, mandate.max_total_impact),
    ]
    return any(most is not None and spent >= NEARLY * most for spent, most in whole_life)


def segments_in_words(segments: Mapping[str, Sequence[object]] | None) -> str:
    """Such as `product: loan, card; new_customer: true`; empty where everything is covered."""
    return "; ".join(
        f"{fact}: {', '.join(map(_in_words, values))}" for fact, values in (segments or {}).items()
    )


def _in_words(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _used(mandate: Mandate, newest: MandateUse | None, at: datetime) -> Used:
    began = period_began(mandate, at)
    if newest is None:
        return Used(period_began_at=began)
    total = newest.impact_total or Decimal(0)
    counted_in = newest.period_began_at
    # Clocks of several machines differ a little: a period that was counted in is not gone back of.
    if began is None or counted_in is None or counted_in < began:
        return Used(newest.ordinal, total, began)
    return Used(
        newest.ordinal,
        total,
        counted_in,
        newest.period_ordinal or 0,
        newest.period_impact or Decimal(0),
    )
