"""Chapter 8 of the oversight report: the obligations that bind, and what follows from findings."""

from __future__ import annotations

from governance.reports.blocks import Column, Paragraph, Table
from governance.reports.document import Section
from governance.reports.period import Period
from governance.reports.sections import section
from models_registry.selectors.known import bindings_at, classification_at

# The articles that people who oversee a system, and their employer, answer to.
_ARTICLES = tuple(
    f"eu-ai-act:{article}." for article in (4, 12, 13, 14, 19, 20, 26, 27, 72, 73, 86)
)


@section(
    report="human_oversight",
    order=80,
    id="obligations",
    title="Obligations and actions",
    law=("AI Act Art. 12", "AI Act Art. 14", "AI Act Art. 19", "AI Act Art. 26"),
)
def obligations(period: Period) -> Section:
    classification = classification_at(period.system_id, period.cut_off)
    if classification is None:
        return Section(
            empty_because=(
                "The system was not classified before the cut-off, so which obligations bind it "
                "cannot be said."
            )
        )
    bound = bindings_at(classification, period.cut_off)
    rows = tuple(
        (
            one.obligation.id,
            one.obligation.title,
            one.standing.phrase,
            str(one.standing.confidence or "not stated"),
        )
        for one in bound
        if one.obligation.id.startswith(_ARTICLES)
    )
    table = Table(
        "Obligations of the AI Act on oversight, logging and use that attach to the system",
        (
            Column("Obligation"),
            Column("What it asks"),
            Column("Standing at the cut-off"),
            Column("Confidence in the date"),
        ),
        rows,
        note=f"Law as of {classification.law_version}. Our own summaries; not legal advice.",
    )
    actions = Paragraph(
        "Actions with owner and date, and a sign-off by management, are not recorded in the "
        "product. The findings of this report stand in the table at its beginning."
    )
    return Section(blocks=(table, actions))
