"""M20: what had to be looked at was looked at before it took effect; what must never happen."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from governance.reports import figures
from governance.reports.blocks import Column, Finding, Result, Table
from governance.reports.document import Section
from governance.reports.period import Period
from governance.reports.sections import section
from reviews.report_sections import population
from reviews.report_sections.measured import (
    certified,
    contrary_executions,
    uses_before_verdict,
    uses_under_halt,
)
from reviews.report_sections.population import SAMPLE, sample


@section(
    report="human_oversight",
    order=55,
    id="coverage",
    title="Coverage and violations",
    law=("AI Act Art. 14(3)", "AI Act Art. 26(1) and (2)"),
)
def coverage(period: Period) -> Section:
    uses = population.permit_uses(period)
    demanded = uses.filter(decision__evaluation__disposition="review").count()
    early, halted = uses_before_verdict(period), uses_under_halt(period)
    proven, contrary = certified(period), contrary_executions(period)
    counted = [
        ("Carried out before a required verdict", early.count(), early),
        ("Verdict without a valid qualification", proven.lapsed_count, proven.lapsed),
        ("Carried out under a halt", halted.count(), halted),
        ("Carried out otherwise than people settled", contrary.count(), contrary),
    ]
    figure = figures.share(
        "Oversight coverage (M20)",
        demanded - counted[0][1],
        demanded,
        query=(
            "Permits used in the period for decisions that the policy sent to people and on which "
            "these had ruled before, of all permits used in the period for such decisions"
        ),
        period=period.span,
        sample=sample(early) if counted[0][1] else (),
    )
    return Section(blocks=(figure, _violations(counted), _finding(demanded, counted[0][1], early)))


def _violations(counted: list[tuple[str, int, QuerySet[Any]]]) -> Table:
    rows = tuple((name, n, ", ".join(sample(rows)) if n else None) for name, n, rows in counted)
    return Table(
        "Violations, which must be none",
        (Column("What must not happen"), Column("Found", numeric=True), Column("Rows")),
        rows,
        note=f"Of each kind the first {SAMPLE} rows are named.",
    )


def _finding(demanded: int, early: int, rows: QuerySet[Any]) -> Finding:
    if not demanded:
        result = Result.NOT_ASSESSABLE
        reason = "No decision that the policy sent to people was carried out in the period."
    elif early:
        result = Result.NOT_MET
        reason = f"{early} of {demanded} were carried out before people had ruled."
    else:
        result = Result.MET
        reason = f"All {demanded} were carried out after people had ruled."
    return Finding(
        check="verdict-before-execution",
        title="What the policy sent to people was carried out only after their verdict",
        obligations=("eu-ai-act:14.3", "eu-ai-act:26.1"),
        result=result,
        reason=reason,
        sample=sample(rows) if early else (),
    )
