"""What people ruled in a window, as the monitors count it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Func, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform

from models_registry.models import DecisionType
from reviews.models import Case, GroundTruth
from reviews.selectors.recent import since

_MOST_JUDGED = 5_000
_MOST_SEGMENTS = 50
_OTHERS, _NOT_GIVEN = "all others", "not given"
_READ_AT_ONCE = 2_000

_OVERRULED = ~Q(final_outcome=F("decision__outcome"))
# Of a review: nothing demanded it but the moment, so that it would have passed at another one. As
# among the audits nobody picked these for what they are.
_FOR_ANOTHER_REASON = '$.reasons[*] ? (@.code != "monitors_stale" && @.code != "all_human")'


def decided(decision_type: DecisionType, start: datetime, end: datetime) -> QuerySet[Case]:
    """Reviews and audits that people settled after `start` and up to `end`."""
    return Case.objects.filter(
        state=Case.State.DECIDED,
        kind__in=[Case.Kind.REVIEW, Case.Kind.AUDIT],
        closed_at__gt=start,
        closed_at__lte=end,
        decision__decision_type=decision_type,
    )


def not_picked(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these the audits, and the reviews of what would have passed: the share of wrong ones among
    them is that of all that pass."""
    other_reason = Func(
        F("decision__evaluation__result"),
        Value(_FOR_ANOTHER_REASON),
        function="jsonb_path_exists",
        template="%(function)s(%(expressions)s::jsonpath)",
        output_field=BooleanField(),
    )
    return cases.alias(other_reason=other_reason).filter(
        Q(kind=Case.Kind.AUDIT) | Q(kind=Case.Kind.REVIEW, other_reason=False)
    )


def overruled_in_order(cases: QuerySet[Case]) -> Iterator[bool]:
    """For each case, as people settled them, whether they overruled the AI system."""
    wrong = ExpressionWrapper(_OVERRULED, output_field=BooleanField())
    rows = cases.order_by("closed_at", "id").values_list(wrong, flat=True)
    return rows.iterator(chunk_size=_READ_AT_ONCE)


def overruled_by_segment(cases: QuerySet[Case], fact: str) -> dict[str, tuple[int, int]]:
    """Value of the fact to how many were ruled on and overruled; the rarest values together."""
    rows: Any = (
        cases.order_by()
        .values(segment=KeyTextTransform(fact, "decision__facts"))
        .annotate(count=Count("pk"), against=Count("pk", filter=_OVERRULED))
        .order_by("-count", "segment")
    )
    found: dict[str, tuple[int, int]] = {}
    for number, row in enumerate(rows):
        name = _NOT_GIVEN if row["segment"] is None else row["segment"][:200]
        if number >= _MOST_SEGMENTS:
            name = _OTHERS
        count, against = found.get(name, (0, 0))
        found[name] = (count + row["count"], against + row["against"])
    return found


def judged(decision_type: DecisionType, start: datetime, end: datetime) -> list[tuple[float, bool]]:
    """Confidence and whether it was right, of what was judged in the window without being picked:
    true outcomes that became known, and what people settled. The newest 5,000 of each; where both
    are there, the truth counts."""
    truths = (
        GroundTruth.objects.filter(
            since(start, "recorded_at"),
            recorded_at__lte=end,
            decision__decision_type=decision_type,
            decision__confidence__isnull=False,
        )
        .order_by("-id")
        .values_list("decision_id", "decision__confidence", "outcome", "decision__outcome")
    )
    settled = (
        not_picked(decided(decision_type, start, end))
        .filter(decision__confidence__isnull=False)
        .order_by("-closed_at", "-id")
        .values_list("decision_id", "decision__confidence", "final_outcome", "decision__outcome")
    )
    found: dict[Any, tuple[float, bool]] = {}
    for rows in (truths, settled):
        for decision, confidence, true, proposed in rows[:_MOST_JUDGED]:
            found.setdefault(decision, (confidence or 0.0, true == proposed))
    return list(found.values())
