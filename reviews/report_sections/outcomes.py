"""Outputs and what became of them, for the Article 22 report."""

from __future__ import annotations

from django.db.models import Count, F

from governance.reports import figures
from governance.reports.blocks import Column, Paragraph, Table
from governance.reports.chart_blocks import Flow, Link
from governance.reports.document import Block, Section
from governance.reports.period import Period
from governance.reports.sections import section
from models_registry.models import DecisionType
from models_registry.selectors.known import types_at
from reviews.report_sections import population
from reviews.report_sections.decisions import NONE_RECEIVED
from reviews.report_sections.population import sample

# (output, review, what stands) to the number of decisions.
_Paths = dict[tuple[str, str, str], int]


@section(
    report="automated_decisions",
    order=25,
    id="outcomes",
    title="From output to final decision",
    law=("GDPR Art. 22(1)", "GDPR Art. 22(3)"),
)
def outcomes(period: Period) -> Section:
    rows = list(
        population.with_standing(population.decisions(period), period)
        .values("outcome", "review", "stands", type=F("decision_type__slug"))
        .annotate(n=Count("pk"))
        .order_by("type", "outcome", "review", "stands")
    )
    if not rows:
        return Section(empty_because=NONE_RECEIVED)
    table = Table(
        "Decisions by type, output, review and what stands",
        (
            Column("Decision type"),
            Column("AI outcome"),
            Column("Review at the cut-off"),
            Column("Outcome that stands"),
            Column("Decisions", numeric=True),
        ),
        tuple(
            (
                row["type"],
                row["outcome"],
                row["review"],
                row["stands"] or population.NO_OUTCOME,
                row["n"],
            )
            for row in rows
        ),
    )
    blocks: list[Block] = [table]
    for kind in types_at(period.system_id, period.cut_off):
        paths = {
            (row["outcome"], row["review"], row["stands"]): row["n"]
            for row in rows
            if row["type"] == kind.slug
        }
        if paths:
            blocks += [_flow(kind.slug, paths), *_adverse(kind, paths, period)]
    groups = Paragraph(
        "Attributes of groups of people are not recorded, so outcomes and overrides cannot be "
        "compared between groups."
    )
    return Section(blocks=(*blocks, groups))


def _flow(slug: str, paths: _Paths) -> Flow:
    reviewed: dict[tuple[str, str], int] = {}
    ended: dict[tuple[str, str], int] = {}
    for (output, review, stands), n in paths.items():
        first = (f"output: {output}", review)
        last = (review, f"stands: {stands}" if stands else population.NO_OUTCOME)
        reviewed[first] = reviewed.get(first, 0) + n
        ended[last] = ended.get(last, 0) + n
    return Flow(
        f"{slug}: from output to the outcome that stands",
        "Decisions of the type from the AI system's output over what people did to the outcome "
        "that stands at the cut-off.",
        ("AI output", "Review", "What stands"),
        (
            tuple(Link(*pair, n) for pair, n in sorted(reviewed.items())),
            tuple(Link(*pair, n) for pair, n in sorted(ended.items())),
        ),
    )


def _adverse(kind: DecisionType, paths: _Paths, period: Period) -> tuple[Block, ...]:
    adverse = {key for key, spec in kind.outcome_specs.items() if spec["adverse"]}
    standing = {path: n for path, n in paths.items() if path[2]}
    total = sum(standing.values())
    against = sum(n for (_, _, stands), n in standing.items() if stands in adverse)
    changed = sum(n for (output, _, stands), n in standing.items() if stands != output)
    rows = population.with_standing(
        population.decisions(period).filter(decision_type=kind.pk), period
    )
    return (
        figures.share(
            f"{kind.slug}: adverse outcomes",
            against,
            total,
            query=(
                "Decisions of the type received in the period whose standing outcome is adverse, "
                "of those with a standing outcome"
            ),
            period=period.span,
            sample=sample(rows.filter(stands__in=adverse)),
        ),
        figures.share(
            f"{kind.slug}: outcomes changed by people",
            changed,
            total,
            query=(
                "Decisions of the type received in the period whose standing outcome is not the "
                "AI system's, of those with a standing outcome"
            ),
            period=period.span,
            sample=sample(rows.exclude(stands="").exclude(stands=F("outcome"))),
        ),
    )
