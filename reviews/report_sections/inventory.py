"""Chapter 1 of the Article 22 report: each decision type, what it does to people, and its class."""

from __future__ import annotations

from governance.policies import Ground
from governance.reports.blocks import Column, Finding, KeyValues, Paragraph, Result, Table
from governance.reports.document import Section
from governance.reports.period import Period
from governance.reports.sections import section
from models_registry.models import DecisionType
from models_registry.selectors.known import policy_versions, rules_for, types_at
from reviews.metrics.involvement import Involvement
from reviews.report_sections.involved import Tested, adverse_outcomes, tested

_EFFECTS = {"none": "none", "similar": "similarly significant", "legal": "legal"}
_GROUNDS = {
    Ground.CONTRACT: "necessary for a contract, 22(2)(a)",
    Ground.LAW: "authorised by law, 22(2)(b)",
    Ground.EXPLICIT_CONSENT: "explicit consent, 22(2)(c)",
}
_NEEDS_GROUND = (Involvement.AUTOMATED, Involvement.TREATED_AS_AUTOMATED)


@section(
    report="automated_decisions",
    order=10,
    id="inventory",
    title="Inventory of decision types",
    law=("GDPR Art. 22(1) and (2)",),
)
def inventory(period: Period) -> Section:
    kinds = types_at(period.system_id, period.cut_off)
    if not kinds:
        return Section(empty_because="No decision type was defined before the cut-off.")
    results = [tested(kind, period) for kind in kinds]
    grounds = {kind.slug: _grounds(kind, period) for kind in kinds}
    table = Table(
        "Decision types and how far people are involved",
        (
            Column("Decision type"),
            Column("Effect on persons"),
            Column("Adverse outcomes"),
            Column("Decisions", numeric=True),
            Column("Class in the period"),
            Column("Ground of Article 22(2)"),
        ),
        tuple(_row(result, grounds) for result in results),
        note=(
            "Automated: some decisions took effect without a person. Treated as automated: people "
            "ruled, but that they had a meaningful part is not shown. Assisted: it is shown. "
            "Human: people also judged before seeing the output."
        ),
    )
    reasons = KeyValues(
        tuple(
            (f"Why {one.kind.slug} is {one.involved.involvement}", " ".join(one.involved.reasons))
            for one in results
        )
    )
    told = Paragraph(
        "The class is our own test of measured conditions, not a finding of law. The ground is "
        "what the policy text states; whether it carries is for the controller to show."
    )
    findings = tuple(_finding(result, grounds) for result in results)
    return Section(blocks=(table, reasons, *_reasoning(grounds), told, *findings))


def _row(result: Tested, grounds: dict[str, dict[str, str]]) -> tuple[str | int | None, ...]:
    kind = result.kind
    return (
        kind.slug,
        _EFFECTS[kind.effect],
        ", ".join(sorted(adverse_outcomes(kind))) or "none",
        result.decisions,
        str(result.involved.involvement),
        ", ".join(grounds[kind.slug]) or "none named",
    )


def _grounds(kind: DecisionType, period: Period) -> dict[str, str]:
    """Ground to reasoning, from the policy versions of the period."""
    found = {}
    for version in policy_versions(kind.policy_id, period.start, period.end):
        rules = rules_for(version, kind)
        if rules is not None and rules.art_22_2_ground is not None:
            found[_GROUNDS[rules.art_22_2_ground]] = rules.art_22_2_reasoning or "not given"
    return found


def _reasoning(grounds: dict[str, dict[str, str]]) -> tuple[KeyValues, ...]:
    pairs = tuple(
        (f"{slug}: {ground}", reasoning)
        for slug, of_type in grounds.items()
        for ground, reasoning in of_type.items()
    )
    return (KeyValues(pairs),) if pairs else ()


def _finding(result: Tested, grounds: dict[str, dict[str, str]]) -> Finding:
    slug, involved = result.kind.slug, result.involved.involvement
    if involved is Involvement.NO_DECISIONS:
        outcome, reason = Result.NOT_ASSESSABLE, "No decision of the type was received."
    elif involved not in _NEEDS_GROUND:
        outcome, reason = Result.MET, f"The type is {involved} in the period."
    elif grounds[slug]:
        outcome = Result.PARTLY
        reason = (
            f"The type is {involved}; the policy names a ground, whose conditions and safeguards "
            "are not tested here."
        )
    elif involved is Involvement.AUTOMATED and not result.adverse_unreviewed:
        outcome = Result.PARTLY
        reason = (
            "Decisions took effect without a person, none of them adverse; the policy names no "
            "ground of Article 22(2) for them."
        )
    else:
        outcome = Result.NOT_MET
        reason = f"The type is {involved}, and its policy names no ground of Article 22(2)."
    return Finding(
        check=f"article-22-{slug}",
        title=f"{slug}: not solely automated, or on a ground of Article 22(2)",
        obligations=("gdpr:22.1", "gdpr:22.2"),
        result=outcome,
        reason=reason,
        sample=result.figures[0].sample if outcome is Result.NOT_MET else (),
    )
