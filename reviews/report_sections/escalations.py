"""M16: cases that moved up because they were late, disputed or handed up."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Floor

from governance.reports import figures
from governance.reports.blocks import Column, Table, Unit
from governance.reports.chart_blocks import BarChart, Series
from governance.reports.document import Block, Section
from governance.reports.period import Period
from governance.reports.sections import section
from governance.reports.statistics import rounded
from reviews.metrics.timing import binned
from reviews.models import Case, Escalation
from reviews.report_sections import population
from reviews.report_sections.measured import quantile_of
from reviews.report_sections.population import sample

_HOURS = (0, 1, 4, 8, 24, 48, 72, 168)


@section(
    report="human_oversight",
    order=53,
    id="escalations",
    title="Escalations and deadlines",
    law=("AI Act Art. 26(2) and (5)",),
)
def escalations(period: Period) -> Section:
    opened = population.opened_cases(period)
    if not opened.exists():
        return Section(empty_because="No case was opened in the period.")
    return Section(
        blocks=(
            *_shares(period),
            *_changed_by_rung(period),
            *_rungs(period),
            *_ages(period),
            *_waiting(period),
        )
    )


def _escalated(period: Period, *reasons: Escalation.Reason) -> Exists:
    known = Escalation.objects.filter(case=OuterRef("pk"), escalated_at__lte=period.cut_off)
    return Exists(known.filter(reason__in=reasons) if reasons else known)


def _shares(period: Period) -> tuple[Block, ...]:
    opened = population.opened_cases(period)
    moved = opened.filter(_escalated(period))
    decided = population.decided_cases(period)
    late = _escalated(period, Escalation.Reason.LATE)
    in_time = decided.filter(~late, closed_at__lte=F("due_at"))
    changed = moved.filter(state=Case.State.DECIDED, closed_at__lte=period.cut_off)
    return (
        figures.share(
            "Cases escalated",
            moved.count(),
            opened.count(),
            query="Cases opened in the period that had moved up by the cut-off, of all opened",
            period=period.span,
            sample=sample(moved),
        ),
        figures.share(
            "Decided in time (M16)",
            in_time.count(),
            decided.count(),
            query=(
                "Cases decided in the period before their deadline and without an escalation for "
                "lateness, of all cases decided in the period"
            ),
            period=period.span,
            sample=sample(decided.filter(late | Q(closed_at__gt=F("due_at")))),
        ),
        figures.share(
            "Escalated cases with another outcome than the AI system's",
            changed.exclude(final_outcome=F("decision__outcome")).count(),
            changed.count(),
            query=(
                "Escalated cases opened in the period whose final outcome differs from the AI "
                "system's, of those decided by the cut-off"
            ),
            period=period.span,
        ),
    )


def _changed_by_rung(period: Period) -> tuple[Block, ...]:
    """Whether higher rungs settle otherwise than the AI system: M16's outcome changed by level."""
    decided = population.decided_cases(period).annotate(
        reached=Coalesce(
            Subquery(
                Escalation.objects.filter(case=OuterRef("pk"), escalated_at__lte=period.cut_off)
                .order_by("-rung")
                .values("rung")[:1]
            ),
            0,
        )
    )
    other = ~Q(final_outcome=F("decision__outcome"))
    counted = (
        decided.values("reached")
        .annotate(n=Count("pk"), changed=Count("pk", filter=other))
        .order_by("reached")
    )
    rows = tuple(
        (
            f"rung {row['reached']}" if row["reached"] else "where it was opened",
            row["n"],
            row["changed"],
            rounded(Decimal(row["changed"]) / row["n"]),
        )
        for row in counted
    )
    if not rows:
        return ()
    columns = (
        Column("Decided at"),
        Column("Cases", numeric=True),
        Column("With another outcome", numeric=True),
        Column("Share", numeric=True, unit=Unit.SHARE),
    )
    note = (
        "Cases decided in the period, by the highest rung they had reached by the cut-off; another "
        "outcome than the AI system's."
    )
    return (Table("Outcome changed by rung (M16)", columns, rows, note=note),)


def _rungs(period: Period) -> tuple[Block, ...]:
    rows = tuple(
        (row["reason"], row["rung"], row["to_queue__slug"], row["n"])
        for row in Escalation.objects.filter(
            case__decision__system=period.system_id,
            escalated_at__gte=period.start,
            escalated_at__lt=period.end,
        )
        .values("reason", "rung", "to_queue__slug")
        .annotate(n=Count("pk"))
        .order_by("reason", "rung", "to_queue__slug")
    )
    if not rows:
        return ()
    columns = (
        Column("Reason"),
        Column("Rung", numeric=True),
        Column("To queue"),
        Column("Escalations", numeric=True),
    )
    return (Table("Escalations in the period", columns, rows),)


def _ages(period: Period) -> tuple[Block, ...]:
    """From opening to verdict, of the cases decided in the period."""
    minutes = Floor(population.seconds("closed_at", "opened_at") / Value(60))
    rows = (
        population.decided_cases(period).annotate(age=minutes).values("age").annotate(n=Count("pk"))
    )
    counts = Counter({int(row["age"]): row["n"] for row in rows})
    age = quantile_of(
        "Age at the decision, 90th percentile (M16)",
        counts,
        "0.9",
        unit=Unit.MINUTES,
        query="Whole minutes from opening to decision, of the cases decided in the period",
        period=period,
    )
    return (age,)


def _waiting(period: Period) -> tuple[Block, ...]:
    """The age of what still waited at the cut-off, escalated or not."""
    waiting = Case.objects.filter(
        Q(closed_at=None) | Q(closed_at__gt=period.cut_off),
        decision__system=period.system_id,
        opened_at__lte=period.cut_off,
    )
    spent = population.seconds_until(period.cut_off, "opened_at")
    rows = (
        waiting.annotate(hours=Floor(spent / Value(3600)), moved=_escalated(period))
        .values("hours", "moved")
        .annotate(n=Count("pk"))
    )
    split: dict[bool, Counter[int]] = {False: Counter(), True: Counter()}
    for row in rows:
        split[row["moved"]][int(row["hours"])] += row["n"]
    if not split[False] and not split[True]:
        return ()
    bands = [f"{low} to below {high} h" for low, high in pairwise(_HOURS)]
    bands[-1] = f"{_HOURS[-2]} h and more"
    chart = BarChart(
        "Age of the cases that waited at the cut-off",
        "Cases not closed at the cut-off by hours since they were opened, escalated or not.",
        "Hours since opening",
        tuple(bands),
        (
            Series("Not escalated", binned(split[False], _HOURS)),
            Series("Escalated", binned(split[True], _HOURS)),
        ),
        Unit.COUNT,
    )
    return (chart,)
