"""Chapter 3 of the Article 22 report: how each version decides, as far as it was declared."""

from __future__ import annotations

from governance.reports.blocks import Cell, Column, KeyValues, Paragraph, Table
from governance.reports.document import Block, Section
from governance.reports.period import Period
from governance.reports.sections import section
from models_registry.models import ModelVersion
from models_registry.selectors.known import policy_versions, rules_for, types_at, versions_at


@section(
    report="automated_decisions",
    order=30,
    id="logic",
    title="Logic involved",
    law=("GDPR Art. 13(2)(f)", "GDPR Art. 14(2)(g)", "GDPR Art. 15(1)(h)"),
)
def logic(period: Period) -> Section:
    versions = versions_at(period.system_id, period.cut_off)
    blocks = [*_versions(versions), *_rules(period)]
    if not blocks:
        return Section(
            empty_because="Neither a model version nor a policy was on record at the cut-off."
        )
    told = Paragraph(
        "What a person is told of one decision rests on the explanation that came with it, which "
        "is kept sealed with the decision and does not stand in this report."
    )
    return Section(blocks=(*blocks, told))


def _versions(versions: list[ModelVersion]) -> list[Block]:
    return [
        KeyValues(
            (
                ("Model version", version.version),
                *_declared(version),
                ("Known limits", version.limits or "none stated"),
                ("Instructions for use", version.instructions_version),
            )
        )
        for version in versions
    ]


def _declared(version: ModelVersion) -> tuple[tuple[str, Cell], ...]:
    if not version.declared_metrics:
        return (("Declared metrics", "none"),)
    return tuple(
        (f"Declared {name}", str(value)) for name, value in sorted(version.declared_metrics.items())
    )


def _rules(period: Period) -> list[Block]:
    """What happens to an output before it takes effect, in the policy's own words."""
    rows = []
    for kind in types_at(period.system_id, period.cut_off):
        for version in policy_versions(kind.policy_id, period.start, period.end):
            rules = rules_for(version, kind)
            if rules is not None:
                said = ((rule.title, str(rule.then), rule.reason) for rule in rules.rules)
                rows += [
                    (kind.slug, f"{version.policy.slug} v{version.number}", *one) for one in said
                ]
    if not rows:
        return []
    columns = ("Decision type", "Policy version", "Rule", "Then", "In the policy's words")
    note = "What no rule names goes the way of the oversight mode; see the inventory."
    return [Table("Rules in words", tuple(map(Column, columns)), tuple(rows), note, row_header=2)]
