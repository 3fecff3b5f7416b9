"""Chapter 5 of the oversight report: overrides, reversals and halts, and were they right?"""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Avg, Count, F, Q

from governance.reports import figures
from governance.reports.blocks import Column, KeyValues, Paragraph, Table, Unit
from governance.reports.chart_blocks import BarChart, Series
from governance.reports.document import Block, Section
from governance.reports.period import Period
from governance.reports.sections import section
from governance.reports.statistics import rounded, share_estimate
from governance.reports.wording import instant
from models_registry.models import Halt
from reviews.metrics.bands import BANDS, NOT_STATED
from reviews.metrics.reliance import Reliance
from reviews.models import Reversal, VerdictKind
from reviews.report_sections import population
from reviews.report_sections.measured import (
    NO_CONTROLS,
    TRUTH,
    catch_rate,
    executed_overrides,
    measured_reliance,
    overridden,
    override_rate,
    rulings,
)
from reviews.report_sections.population import sample
from reviews.selectors.halt_measure import Measure, Span, measure_of

_MOST_REASONS = 20


@section(
    report="human_oversight",
    order=51,
    id="interventions",
    title="Interventions",
    law=("AI Act Art. 14(4)(d) and (e)",),
)
def interventions(period: Period) -> Section:
    found = measured_reliance(period)
    halts = _halts(period)
    if not found.decided and not halts:
        return Section(empty_because="No case was decided in the period, and no halt was placed.")
    return Section(
        blocks=(
            override_rate(period, found),
            *_effect(period, found),
            *_bands(period),
            *_reasons(period),
            Paragraph(f"{NO_CONTROLS} {TRUTH}"),
            *_truth(period, found),
            _reversals(period, found),
            *halts,
        )
    )


def _effect(period: Period, found: Reliance) -> tuple[Block, ...]:
    carried_out = executed_overrides(period)
    return (
        figures.share(
            "Overrides with effect",
            carried_out.count(),
            found.overridden,
            query=(
                "Overridden cases of the period whose settled outcome was carried out, or undone "
                "as ordered, by the cut-off, of all overridden cases of the period"
            ),
            period=period.span,
            sample=sample(carried_out),
        ),
    )


def _bands(period: Period) -> tuple[Block, ...]:
    """Overrides beside the error that is known and the error that the AI system itself states."""
    rows = (
        population.ruled_outputs(period)
        .annotate(
            band=population.band("decision__confidence"),
            g=population.newest_truth(period, "decision"),
        )
        .values("band")
        .annotate(
            n=Count("pk"),
            changed=Count("pk", filter=~Q(final_outcome=F("decision__outcome"))),
            known=Count("pk", filter=Q(g__isnull=False)),
            wrong=Count("pk", filter=Q(g__isnull=False) & ~Q(g=F("decision__outcome"))),
            stated=Avg("decision__confidence"),
        )
    )
    by_band = {row["band"]: row for row in rows}
    labels = [*(label for label, _, _ in BANDS), NOT_STATED]
    found = [by_band[label] for label in labels if label in by_band]
    if not found:
        return ()
    chart = BarChart(
        "Override rate by confidence band",
        "Per band of the AI system's confidence: how often people overrode it, how often it was "
        "wrong where the truth is known, and how often it expected to be wrong.",
        "Confidence",
        tuple(row["band"] for row in found),
        (
            _shares("Overridden", [(row["changed"], row["n"]) for row in found]),
            Series("Wrong", tuple(_share(row["wrong"], row["known"]) for row in found)),
            Series("Expected", tuple(_expected(row["stated"]) for row in found)),
        ),
        Unit.SHARE,
        note=(
            "Wrong: of the cases whose truth became known. Expected: one minus the mean "
            "confidence, as if it were a probability."
        ),
    )
    return (chart,)


def _shares(name: str, counts: list[tuple[int, int]]) -> Series:
    estimates = [share_estimate(part, whole) if whole else None for part, whole in counts]
    intervals = [None if one is None else one.interval for one in estimates]
    return Series(
        name,
        tuple(None if one is None else one.value for one in estimates),
        tuple(None if one is None else one.low for one in intervals),
        tuple(None if one is None else one.high for one in intervals),
    )


def _share(part: int, whole: int) -> Decimal | None:
    return share_estimate(part, whole).value if whole else None


def _expected(confidence: float | None) -> Decimal | None:
    return None if confidence is None else rounded(1 - confidence)


def _reasons(period: Period) -> tuple[Block, ...]:
    changing = rulings(period).filter(kind__in=[VerdictKind.OVERRIDE, VerdictKind.REVERSE])
    rows = tuple(
        (row["reason_code"], row["kind"], row["n"])
        for row in changing.values("reason_code", "kind")
        .annotate(n=Count("pk"))
        .order_by("-n", "reason_code", "kind")[:_MOST_REASONS]
    )
    if not rows:
        return ()
    columns = (Column("Reason"), Column("Verdict"), Column("Verdicts", numeric=True))
    note = "Of cases that were closed by the cut-off; the ballots of others are sealed."
    return (
        Table("Reasons for overriding and reversing, most frequent first", columns, rows, note),
    )


def _truth(period: Period, found: Reliance) -> tuple[Block, ...]:
    right = overridden(period).annotate(g=population.newest_truth(period, "decision"))
    precision = figures.share(
        "Override precision (M2)",
        found.right_overrides,
        found.judged_overrides,
        query=(
            "Overridden cases of the period whose final outcome is the true one, of those "
            "overridden cases whose true outcome became known"
        ),
        period=period.span,
        sample=sample(right.filter(g=F("final_outcome"))),
    )
    false_overrides = figures.share(
        "False override rate (M4)",
        found.false_alarms,
        found.correct,
        query=(
            "Overridden cases, of those decided in the period in which the AI system's outcome is "
            "known to be the true one"
        ),
        period=period.span,
    )
    detection = figures.error_detection(
        hits=found.hits,
        errors=found.errors,
        false_alarms=found.false_alarms,
        correct=found.correct,
        query="Cases decided in the period whose true outcome became known (M5)",
        period=period.span,
    )
    return (precision, catch_rate(period, found), false_overrides, *detection)


def _reversals(period: Period, found: Reliance) -> Block:
    ordered = Reversal.objects.filter(
        decision__system=period.system_id,
        ordered_at__gte=period.start,
        ordered_at__lt=period.end,
    )
    return figures.count(
        "Reversals ordered",
        ordered.count(),
        found.decided,
        query="Orders to undo a decision that had been carried out, of the cases decided",
        period=period.span,
        sample=sample(ordered),
    )


def _halts(period: Period) -> tuple[Block, ...]:
    placed = (
        population.halts(period)
        .filter(placed_at__gte=period.start, placed_at__lt=period.end)
        .select_related("system", "decision_type", "model_version")
        .order_by("placed_at", "pk")
    )
    rows = tuple(_halt(halt, period) for halt in placed)
    if not rows:
        return ()
    columns = ("Placed", "Scope", "Kind", "Reason", "Permits void", "Blocked", "Lifted")
    blocked = population.decisions(period).filter(
        evaluation__disposition="block", evaluation__inputs__context__halts__0__isnull=False
    )
    pairs = KeyValues((("Decisions blocked by a halt", blocked.count()),))
    return (Table("Halts and drills", tuple(map(Column, columns)), rows), pairs)


def _halt(halt: Halt, period: Period) -> tuple[str, ...]:
    scope = halt.decision_type.slug if halt.decision_type else None
    if halt.model_version is not None:
        scope = f"version {halt.model_version.version}"
    measure = measure_of(halt, period.cut_off, period.system_id)
    lifted = halt.lifted_at if halt.lifted_at and halt.lifted_at <= period.cut_off else None
    return (
        instant(halt.placed_at),
        scope or ("the system" if halt.system else "everything"),
        "drill" if halt.is_drill else "halt",
        halt.reason,
        _voided(measure),
        _blocked(measure.blocked, halt),
        instant(lifted) if lifted else "in force at the cut-off",
    )


def _voided(measure: Measure) -> str:
    """How many, and how long from the order until the last of them was void."""
    if measure.voided_within_ms is None:
        return "not measured"
    return f"{measure.permits_voided} within {measure.voided_within_ms} ms"


def _blocked(span: Span, halt: Halt) -> str:
    """How many decisions, and when after the order the first and the last came in."""
    if span.first_at is None or span.last_at is None:
        return "0"
    first, last = (
        int((at - halt.placed_at).total_seconds()) for at in (span.first_at, span.last_at)
    )
    return f"{span.count}, from {first} s to {last} s after it was placed"
