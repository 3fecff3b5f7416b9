"""Chapters 5 to 7 of the Article 22 report: what data goes in, and what people were told."""

from __future__ import annotations

from governance.reports.blocks import Column, Finding, Paragraph, Result, Table
from governance.reports.document import Section
from governance.reports.period import Period
from governance.reports.sections import section
from models_registry.classification import Flag
from models_registry.models import DecisionType
from models_registry.selectors.known import classification_at, types_at


@section(
    report="automated_decisions",
    order=50,
    id="special_categories",
    title="Special categories and proxies",
    law=("GDPR Art. 22(4)", "GDPR Art. 9"),
)
def special_categories(period: Period) -> Section:
    rows = tuple(
        (
            kind.slug,
            name,
            spec.get("label", name),
            spec["type"],
            "personal, sealed" if spec.get("personal", False) else "seen by the policy",
            *_mark(kind, name),
        )
        for kind in types_at(period.system_id, period.cut_off)
        for name, spec in sorted(kind.fact_specs.items())
    )
    if not rows:
        return Section(empty_because="No decision type names a fact that it takes in.")
    columns = ("Decision type", "Fact", "Label", "Type", "Kept", "Marked", "Use rests on")
    return Section(
        blocks=(
            Table("Facts the decisions rest on", tuple(map(Column, columns)), rows, row_header=1),
            Paragraph(
                "Which facts are protected attributes, or stand in for one, is as the registry "
                "marks them; where it says “not said”, nobody has gone through the facts of that "
                "type. That a policy does not see the personal ones shows only that no rule of "
                "ours rests on them. What the model itself makes of its inputs lies outside the "
                "product."
            ),
            _finding(period),
        )
    )


def _mark(kind: DecisionType, fact: str) -> tuple[str, str]:
    if kind.protected is None:
        return "not said", ""
    mark = kind.protected_specs.get(fact)
    if mark is None:
        return "no", ""
    words = {"attribute": "protected attribute", "proxy": "stands in for one"}
    return words[mark["kind"]], mark["basis"]


def _finding(period: Period) -> Finding:
    classification = classification_at(period.system_id, period.cut_off)
    if classification is None:
        reason = "The system was not classified, so whether special categories go in is not stated."
    elif Flag.SPECIAL_CATEGORIES.value in classification.outcome["flags"]:
        reason = (
            "The classification says that special categories are processed; the exception of "
            "Article 9(2) and the safeguards are not recorded here."
        )
    else:
        reason = (
            "The classification says that no special category is processed; nothing here tests "
            "the facts for proxies."
        )
    return Finding(
        check="special-categories",
        title="No decision rests on special categories without an exception",
        obligations=("gdpr:22.4",),
        result=Result.NOT_ASSESSABLE,
        reason=reason,
    )


@section(
    report="automated_decisions",
    order=60,
    id="notices",
    title="Notices",
    law=("GDPR Art. 13(2)(f)", "GDPR Art. 14(2)(g)"),
)
def notices(period: Period) -> Section:
    return Section(
        empty_because=(
            "Which notice a person was given, in which version, is not recorded, so no decision "
            "can be traced to one."
        )
    )


@section(
    report="automated_decisions",
    order=70,
    id="third_parties",
    title="Scores from and to third parties",
    law=("GDPR Art. 22(1)", "CJEU C-634/21"),
)
def third_parties(period: Period) -> Section:
    return Section(
        empty_because=(
            "Sources that the caller names are sealed with each decision, and to whom a score was "
            "sent is not recorded, so neither can be counted."
        )
    )
