"""How long people took, and when they worked: what a simulation reckons with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from statistics import fmean, median

from django.db.models import Count, DurationField, ExpressionWrapper, F, IntegerField, QuerySet
from django.db.models.functions import Cast, Extract, ExtractHour, ExtractIsoWeekDay, Floor

from models_registry.models import DecisionType
from reviews.lab.workload import Handling, Measured
from reviews.models import Escalation, Verdict


def verdicts_on(types: Sequence[DecisionType], start: datetime, end: datetime) -> QuerySet[Verdict]:
    """Ballots given in the period on decisions of these types; contestations are other work."""
    return (
        Verdict.objects.ballots()
        .filter(
            case__decision__decision_type__in=[kind.pk for kind in types],
            ruled_at__gte=start,
            ruled_at__lt=end,
        )
        .exclude(case__kind="contestation")
    )


def measured(types: Sequence[DecisionType], start: datetime, end: datetime) -> Measured:
    """Handling times from claim to verdict, and verdicts by hour of the week, for each queue."""
    spent = ExpressionWrapper(F("ruled_at") - F("claimed_at"), output_field=DurationField())
    rows = (
        verdicts_on(types, start, end)
        .annotate(
            queue=F("case__queue__slug"),
            seconds=Cast(Floor(Extract(spent, "epoch")), IntegerField()),
            day=ExtractIsoWeekDay("ruled_at"),
            hour=ExtractHour("ruled_at"),
        )
        .values("queue", "seconds", "day", "hour")
        .annotate(n=Count("pk"))
        .order_by()
    )
    seconds: dict[str, Counter[int]] = defaultdict(Counter)
    worked: dict[str, Counter[int]] = defaultdict(Counter)
    for row in rows:
        seconds[row["queue"]][row["seconds"]] += row["n"]
        worked[row["queue"]][(row["day"] - 1) * 24 + row["hour"]] += row["n"]
    everything = sum(seconds.values(), Counter[int]())
    return Measured(
        handling={queue: _handling(counts) for queue, counts in seconds.items()},
        overall=_handling(everything) if everything else None,
        worked=worked,
    )


def escalated_late(types: Sequence[DecisionType], start: datetime, end: datetime) -> int:
    """Cases that came in the period and missed their first deadline, as it was in truth."""
    return (
        Escalation.objects.filter(
            case__decision__decision_type__in=[kind.pk for kind in types],
            case__opened_at__gte=start,
            case__opened_at__lt=end,
            reason=Escalation.Reason.LATE,
        )
        .values("case")
        .distinct()
        .count()
    )


def _handling(counts: Counter[int]) -> Handling:
    values = list(counts.elements())
    return Handling(len(values), fmean(values), median(values))
