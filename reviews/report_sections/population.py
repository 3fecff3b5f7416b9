"""The rows a report counts, as querysets of one system and period. Nothing known later is seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Case as CaseWhen
from django.db.models import (
    CharField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Extract, Floor

from governance.reports.period import Period
from models_registry.models import Halt
from reviews.metrics.bands import BANDS, NOT_STATED
from reviews.models import Case, Contestation, Decision, GroundTruth, PermitUse, Verdict

SAMPLE = 5
AWAITING = "awaiting a verdict"
REVIEWED = "reviewed"
AUDITED = "passed, audited afterwards"
INTERVENED = "passed, a person intervened"
PASSED = "passed without a person"
BLOCKED = "blocked"
EXPIRED = "nobody ruled in time"
WITHDRAWN = "withdrawn"
NO_OUTCOME = "no outcome stands"


def decisions(period: Period) -> QuerySet[Decision]:
    """Received in the period."""
    return Decision.objects.filter(
        system=period.system_id, received_at__gte=period.start, received_at__lt=period.end
    )


def decided_cases(period: Period) -> QuerySet[Case]:
    """Decided by people in the period, whenever they were opened."""
    return Case.objects.filter(
        decision__system=period.system_id,
        state=Case.State.DECIDED,
        closed_at__gte=period.start,
        closed_at__lt=period.end,
    )


def ruled_outputs(period: Period) -> QuerySet[Case]:
    """Decided cases in which people ruled on the AI system's output. Not contestations: there they
    rule on what stands, which may be people's own, and M17 tells of that. Nor interventions: who
    steps in of their own accord has chosen what they take to be wrong."""
    chosen = [Case.Kind.CONTESTATION, Case.Kind.INTERVENTION]
    return decided_cases(period).exclude(kind__in=chosen)


def opened_cases(period: Period) -> QuerySet[Case]:
    return Case.objects.filter(
        decision__system=period.system_id,
        opened_at__gte=period.start,
        opened_at__lt=period.end,
    )


def verdicts(period: Period) -> QuerySet[Verdict]:
    """Given in the period, abstentions too."""
    return Verdict.objects.filter(
        case__decision__system=period.system_id,
        ruled_at__gte=period.start,
        ruled_at__lt=period.end,
    )


def contestations(period: Period) -> QuerySet[Contestation]:
    """Registered by the cut-off, whenever they were received."""
    return Contestation.objects.filter(
        decision__system=period.system_id, registered_at__lte=period.cut_off
    )


def contested(period: Period) -> QuerySet[Contestation]:
    """Received in the period, known at the cut-off."""
    return contestations(period).filter(received_at__gte=period.start, received_at__lt=period.end)


def contests_decided(period: Period) -> QuerySet[Contestation]:
    """Decided by people in the period, whenever they were received."""
    return contestations(period).filter(
        state=Contestation.State.DECIDED, closed_at__gte=period.start, closed_at__lt=period.end
    )


def permit_uses(period: Period) -> QuerySet[PermitUse]:
    """Permits used in the period: the moment from which the caller acts."""
    return PermitUse.objects.filter(
        decision__system=period.system_id, used_at__gte=period.start, used_at__lt=period.end
    )


def halts(period: Period) -> QuerySet[Halt]:
    """Halts that cover the system or a type of it, known at the cut-off."""
    return Halt.objects.filter(
        Q(system=None) | Q(system=period.system_id), placed_at__lte=period.cut_off
    )


def newest_truth(period: Period, decision: str) -> Subquery:
    """The true outcome as known at the cut-off. `decision`: the path to the decision's key."""
    known = GroundTruth.objects.filter(
        decision=OuterRef(decision), recorded_at__lte=period.cut_off
    ).order_by("-recorded_at", "-id")
    return Subquery(known.values("outcome")[:1])


def with_standing(rows: QuerySet[Decision], period: Period) -> QuerySet[Any]:
    """Decisions with `review` (what people did) and `stands` (the outcome that stands).

    One row per decision: there is at most one case of a kind, one execution and one reversal; of
    contestations the one settled last counts.
    """
    settled = Case.objects.filter(
        decision=OuterRef("pk"),
        kind=Case.Kind.CONTESTATION,
        state=Case.State.DECIDED,
        closed_at__lte=period.cut_off,
    ).order_by("-closed_at", "-id")
    known = Q(cases__closed_at__lte=period.cut_off)
    rows = rows.annotate(
        reviewed=FilteredRelation("cases", condition=Q(cases__kind="review")),
        audited=FilteredRelation(
            "cases", condition=Q(cases__kind="audit", cases__state="decided") & known
        ),
        intervened=FilteredRelation(
            "cases", condition=Q(cases__kind="intervention", cases__state="decided") & known
        ),
        undoing=FilteredRelation("reversal", condition=Q(reversal__ordered_at__lte=period.cut_off)),
        taken_back=FilteredRelation(
            "withdrawal", condition=Q(withdrawal__withdrawn_at__lte=period.cut_off)
        ),
    )
    closed = Q(reviewed__closed_at__lte=period.cut_off)
    decided = closed & Q(reviewed__state="decided")
    passed = Q(evaluation__disposition="pass")
    return rows.annotate(
        on_contest=Subquery(settled.values("final_outcome")[:1]),
        review=CaseWhen(
            When(Q(taken_back__isnull=False), then=Value(WITHDRAWN)),
            When(decided, then=Value(REVIEWED)),
            When(closed & Q(reviewed__state="expired"), then=Value(EXPIRED)),
            When(closed & Q(reviewed__state="withdrawn"), then=Value(WITHDRAWN)),
            When(Q(reviewed__isnull=False), then=Value(AWAITING)),
            When(Q(intervened__isnull=False), then=Value(INTERVENED)),
            When(Q(audited__isnull=False), then=Value(AUDITED)),
            When(passed, then=Value(PASSED)),
            default=Value(BLOCKED),
            output_field=CharField(),
        ),
        stands=CaseWhen(
            When(Q(undoing__isnull=False), then=F("undoing__outcome")),
            When(Q(taken_back__isnull=False), then=Value("")),
            When(on_contest__isnull=False, then=F("on_contest")),
            When(decided, then=F("reviewed__final_outcome")),
            When(Q(intervened__isnull=False), then=F("intervened__final_outcome")),
            When(Q(audited__isnull=False), then=F("audited__final_outcome")),
            When(passed, then=F("outcome")),
            default=Value(""),
            output_field=CharField(),
        ),
    )


def seconds(later: str, earlier: str) -> Any:
    """Whole seconds between two instants of a row."""
    span = ExpressionWrapper(F(later) - F(earlier), output_field=DurationField())
    return Floor(Extract(span, "epoch"), output_field=IntegerField())


def seconds_until(later: datetime, earlier: str) -> Any:
    """Whole seconds from an instant of a row to a given one."""
    given = Value(later, output_field=DateTimeField())
    span = ExpressionWrapper(given - F(earlier), output_field=DurationField())
    return Floor(Extract(span, "epoch"), output_field=IntegerField())


def band(path: str) -> Any:
    """The label of the confidence band of a row; `path` leads to its confidence."""
    return CaseWhen(
        *(
            When(**{f"{path}__gte": low, f"{path}__lt": high}, then=Value(label))
            for label, low, high in BANDS
        ),
        default=Value(NOT_STATED),
        output_field=CharField(),
    )


def halted_at(instant: str, decision: str) -> Exists:
    """Whether a halt over the row's decision was in force strictly before `instant` and at it."""
    return Exists(
        Halt.objects.filter(
            Q(lifted_at=None) | Q(lifted_at__gt=OuterRef(instant)),
            Q(system=None)
            | Q(
                decision_type=None,
                model_version=None,
                system=OuterRef(f"{decision}__system"),
            )
            | Q(decision_type=OuterRef(f"{decision}__decision_type"))
            | Q(model_version=OuterRef(f"{decision}__model_version")),
            placed_at__lt=OuterRef(instant),
        )
    )


def sample(rows: QuerySet[Any]) -> tuple[str, ...]:
    """The ids of the first few rows."""
    return tuple(str(key) for key in rows.order_by("pk").values_list("pk", flat=True)[:SAMPLE])


def total(rows: Iterable[dict[str, Any]]) -> int:
    return sum(row["n"] for row in rows)
