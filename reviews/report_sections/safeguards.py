"""Chapter 4 of the Article 22 report: intervention, point of view, contest."""

from __future__ import annotations

from django.db.models import F

from governance.reports import figures
from governance.reports.blocks import Finding, Paragraph, Result
from governance.reports.document import Section
from governance.reports.period import Period
from governance.reports.sections import section
from reviews.models import Case
from reviews.report_sections import population
from reviews.report_sections.population import sample


@section(
    report="automated_decisions",
    order=40,
    id="safeguards",
    title="Safeguards used",
    law=("GDPR Art. 22(3)",),
)
def safeguards(period: Period) -> Section:
    audits = population.decided_cases(period).filter(kind=Case.Kind.AUDIT)
    changed = audits.exclude(final_outcome=F("decision__outcome"))
    figure = figures.share(
        "Passed decisions that people changed afterwards",
        changed.count(),
        audits.count(),
        query=(
            "Audits of passed decisions decided in the period with another outcome than the AI "
            "system's, of all audits decided in the period"
        ),
        period=period.span,
        sample=sample(changed),
    )
    said = Paragraph(
        "No contestation is recorded: requests for an intervention, points of view and challenges "
        "of persons concerned (M17) do not pass through the records that this report reads. What "
        "follows is the intervention of people on the organisation's own initiative."
    )
    findings = tuple(
        Finding(
            check=f"article-22-3-{right}",
            title=title,
            obligations=(f"gdpr:22.3.{right}",),
            result=Result.NOT_ASSESSABLE,
            reason="No contestation is recorded, so neither number, time nor result can be given.",
        )
        for right, title in (
            ("intervention", "Persons concerned obtained the intervention of a person"),
            ("view", "Persons concerned could express their point of view"),
            ("contest", "Persons concerned could contest the decision"),
        )
    )
    return Section(blocks=(said, figure, *findings))
