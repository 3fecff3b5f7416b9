"""Chapter 1 of the oversight report: what the system is, and which version was used when."""

from __future__ import annotations

from governance.reports.blocks import Cell, Column, KeyValues, Paragraph, Table
from governance.reports.document import Block, Section
from governance.reports.period import Period
from governance.reports.sections import section
from governance.reports.wording import instant
from models_registry.classification import Flag, RiskClass
from models_registry.models import AISystem, Classification, ModelVersion
from models_registry.selectors.known import (
    classification_at,
    status_spans,
    system_at,
    versions_at,
)

# What the walk says of an answer without consequence.
_NOTHING = "No class or duty follows."


@section(
    report="human_oversight",
    order=10,
    id="system_card",
    title="System card",
    law=("AI Act Art. 13(2)", "AI Act Art. 26(1)"),
)
def system_card(period: Period) -> Section:
    system = system_at(period.system_id, period.cut_off)
    if system is None:
        return Section(empty_because="The AI system was registered after the cut-off.")
    classification = classification_at(system.pk, period.cut_off)
    versions = versions_at(system.pk, period.cut_off)
    return Section(
        blocks=(
            _card(system, period),
            *_classified(classification),
            _statuses(system, period),
            *_versions(versions, period),
            Paragraph(
                "Deviations from the instructions for use are not recorded, so none can be listed."
            ),
        )
    )


def _card(system: AISystem, period: Period) -> KeyValues:
    return KeyValues(
        (
            ("Intended purpose", system.intended_purpose),
            ("Organisation", system.organisation),
            ("Its role", ", ".join(system.roles) or None),
            ("Sector", system.sector or None),
            ("Status at the cut-off", str(AISystem.Status(system.status).label)),
            ("Registration in the EU database", system.registration_id or "none recorded"),
            ("Demo system", "yes, invented" if system.is_demo else "no"),
        )
    )


def _classified(found: Classification | None) -> tuple[Block, ...]:
    if found is None:
        return (Paragraph("No classification was on record at the cut-off."),)
    outcome = found.outcome
    pairs: tuple[tuple[str, Cell], ...] = (
        ("Risk class", ", ".join(RiskClass(kind).label for kind in outcome["classes"])),
        ("Findings beside it", "; ".join(Flag(flag).label for flag in outcome["flags"]) or None),
        ("Classified", instant(found.classified_at)),
        ("Under the law as of", found.law_version),
        ("Open tasks", len(outcome["tasks"])),
    )
    said = tuple(
        (step["question"], ", ".join(step["taken_as"]) or "none of these", step["effect"])
        for step in outcome["path"]
        if step["effect"] != _NOTHING
    )
    reasons = Table(
        "Answers that led to the class",
        (Column("Question"), Column("Taken as"), Column("What follows")),
        said,
    )
    return (KeyValues(pairs), reasons)


def _statuses(system: AISystem, period: Period) -> Table:
    rows = tuple(
        (
            str(AISystem.Status(span.status).label),
            instant(span.since),
            instant(span.until) if span.until else None,
        )
        for span in status_spans(AISystem, system.pk, period.cut_off)
    )
    return Table("Status of the system", (Column("Status"), Column("Since"), Column("Until")), rows)


def _versions(versions: list[ModelVersion], period: Period) -> tuple[Block, ...]:
    if not versions:
        return (Paragraph("No model version was registered before the cut-off."),)
    rows = [
        (
            version.version,
            str(ModelVersion.Status(span.status).label),
            instant(span.since),
            instant(span.until) if span.until else None,
            version.instructions_version,
            version.artefact_sha256[:16],
        )
        for version in versions
        for span in status_spans(ModelVersion, version.pk, period.cut_off)
    ]
    table = Table(
        "Versions and their instructions for use",
        (
            Column("Version"),
            Column("Status"),
            Column("Since"),
            Column("Until"),
            Column("Instructions"),
            Column("Artefact SHA-256"),
        ),
        tuple(rows),
        note="Of the artefact's hash the first 16 digits; the registry holds it whole.",
    )
    limits = KeyValues(
        tuple((f"Known limits of {v.version}", v.limits or "none stated") for v in versions)
    )
    return table, limits
