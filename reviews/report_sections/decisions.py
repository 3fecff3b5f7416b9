"""The decisions of the period: by type, mode and outcome, and what people did with them."""

from __future__ import annotations

from django.db.models import Count, F

from governance.reports import figures
from governance.reports.blocks import Column, Table
from governance.reports.document import Section
from governance.reports.period import Period
from governance.reports.sections import section
from reviews.report_sections import population
from reviews.report_sections.population import sample

NONE_RECEIVED = "No decision was received in the period."
_SEEN_BY_PEOPLE = (population.REVIEWED, population.AUDITED, population.INTERVENED)


@section(
    report="human_oversight",
    order=50,
    id="decisions",
    title="Decisions",
    law=("AI Act Art. 12(2)(c)", "AI Act Art. 14(3)"),
)
def decisions(period: Period) -> Section:
    received = population.with_standing(population.decisions(period), period)
    rows = list(
        received.values(
            "outcome",
            "review",
            type=F("decision_type__slug"),
            mode=F("evaluation__policy_version__mode"),
        )
        .annotate(n=Count("pk"))
        .order_by("type", "mode", "outcome", "review")
    )
    if not rows:
        return Section(empty_because=NONE_RECEIVED)
    total = population.total(rows)
    seen = population.total(row for row in rows if row["review"] in _SEEN_BY_PEOPLE)
    share = figures.share(
        "Decisions a person looked at",
        seen,
        total,
        query=(
            "Decisions received in the period on which people had ruled by the cut-off, before or "
            "after they took effect, of all decisions received in the period"
        ),
        period=period.span,
        sample=sample(received.filter(review__in=_SEEN_BY_PEOPLE)),
    )
    count = figures.count(
        "Decisions received",
        total,
        total,
        query="Decisions of the system received in the period",
        period=period.span,
        sample=sample(received),
    )
    table = Table(
        "Decisions by type, mode, outcome and review",
        (
            Column("Decision type"),
            Column("Mode"),
            Column("AI outcome"),
            Column("At the cut-off"),
            Column("Decisions", numeric=True),
        ),
        tuple(
            (row["type"], row["mode"] or "no policy", row["outcome"], row["review"], row["n"])
            for row in rows
        ),
    )
    return Section(blocks=(count, share, table))
