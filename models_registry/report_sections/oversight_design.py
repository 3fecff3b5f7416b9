"""Chapter 2 of the oversight report: which mode, which rules and which rights were in force."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from governance.models import DecisionRight, PolicyVersion
from governance.policies import Mode, Rules
from governance.reports.blocks import Column, Finding, Paragraph, Result, Table, Unit
from governance.reports.document import Block, Section
from governance.reports.period import Period
from governance.reports.sections import section
from governance.reports.statistics import rounded
from governance.reports.wording import instant
from governance.selectors.as_of import known_at
from models_registry.models import DecisionType
from models_registry.selectors.known import policy_versions, rules_for, types_at

MODES = {
    Mode.HITL: "human in the loop",
    Mode.HOTL: "human on the loop",
    Mode.HIC: "human in command",
}
_Used = list[tuple[DecisionType, PolicyVersion, Rules | None]]


@section(
    report="human_oversight",
    order=20,
    id="oversight_design",
    title="Oversight design",
    law=("AI Act Art. 14(1) to (3)", "AI Act Art. 26(2) and (3)"),
)
def oversight_design(period: Period) -> Section:
    kinds = types_at(period.system_id, period.cut_off)
    if not kinds:
        return Section(empty_because="No decision type was defined before the cut-off.")
    used = _used(kinds, period)
    return Section(
        blocks=(
            *_modes(used),
            *_measures(used),
            *_rules(used),
            _rights(period),
            _finding(kinds, used),
        )
    )


def _used(kinds: list[DecisionType], period: Period) -> _Used:
    versions = {
        policy: policy_versions(policy, period.start, period.end)
        for policy in sorted({kind.policy_id for kind in kinds})
    }
    return [
        (kind, version, rules_for(version, kind))
        for kind in kinds
        for version in versions[kind.policy_id]
    ]


def _modes(used: _Used) -> tuple[Block, ...]:
    if not used:
        return (Paragraph("No policy version was published, so every decision was blocked."),)
    rows = tuple(
        (
            kind.slug,
            MODES[Mode(version.mode)],
            f"{version.policy.slug} v{version.number}",
            instant(version.published_at),
            "does not fit the type" if rules is None else rules.title,
            version.sha256[:16],
        )
        for kind, version, rules in used
    )
    columns = ("Decision type", "Mode", "Policy version", "Published", "Title", "Text SHA-256")
    note = (
        "Versions that were the newest at some moment of the period. Why a mode fits a type is "
        "not recorded beside the policy's own words."
    )
    return (Table("Oversight mode per decision type", tuple(map(Column, columns)), rows, note),)


def _measures(used: _Used) -> tuple[Block, ...]:
    rows = tuple(
        (
            f"{kind.slug}, {version.policy.slug} v{version.number}",
            rules.defaults.quorum.people,
            span(rules.defaults.due_within),
            rounded(rules.audit_rate),
            rounded(rules.blind_first_share) if rules.reviewer_sees == "shown" else 1,
            str(rules.fail_safe),
            span(rules.permit_ttl),
        )
        for kind, version, rules in used
        if rules is not None
    )
    if not rows:
        return ()
    return (
        Table(
            "Measures built into the policy, Article 14(3)(a)",
            (
                Column("Decision type and version"),
                Column("Verdicts needed", numeric=True),
                Column("Due within"),
                Column("Audited after a pass", numeric=True, unit=Unit.SHARE),
                Column("Judged before seeing", numeric=True, unit=Unit.SHARE),
                Column("If nobody rules"),
                Column("Permit valid for"),
            ),
            rows,
            note=(
                "Measures that the deployer takes outside the product, Article 14(3)(b), and risks "
                "that each measure answers are not recorded."
            ),
        ),
    )


def span(length: timedelta) -> str:
    """A span as readers expect it, e.g. 4 h or 90 min."""
    minutes = length.total_seconds() / 60
    return f"{minutes / 60:g} h" if minutes % 60 == 0 else f"{minutes:g} min"


def _rules(used: _Used) -> tuple[Block, ...]:
    rows = tuple(
        (rule.id, f"{version.policy.slug} v{version.number}", str(rule.then), rule.title)
        for version, rules in {version.pk: (version, rules) for _, version, rules in used}.values()
        if rules is not None
        for rule in rules.rules
    )
    if not rows:
        return ()
    columns = (Column("Rule"), Column("Policy version"), Column("Then"), Column("What it says"))
    return (Table("Rules of the policies", columns, rows),)


def _rights(period: Period) -> Table:
    granted = DecisionRight.history.filter(Q(system="") | Q(system=period.system_slug))
    rights: list[DecisionRight] = [
        right
        for right in known_at(DecisionRight, period.cut_off, id__in=granted.values("id"))
        if right.valid_from < period.end
        and (right.valid_until is None or right.valid_until > period.start)
    ]
    rows = tuple(
        (
            right.role.name,
            right.system or "every system",
            right.decision_type or "every type",
            ", ".join(right.verdicts),
            ", ".join(right.outcomes) or "every outcome",
            "no ceiling" if right.max_impact is None else f"{right.max_impact.normalize():f}",
            instant(right.valid_from),
            instant(right.valid_until) if right.valid_until else "open",
        )
        for right in rights
    )
    columns = (
        "Role",
        "AI system",
        "Decision type",
        "May",
        "To outcomes",
        "Up to impact",
        "From",
        "Until",
    )
    return Table("Decision rights in force in the period", tuple(map(Column, columns)), rows)


def _finding(kinds: list[DecisionType], used: _Used) -> Finding:
    ruled = {kind.slug for kind, _, rules in used if rules is not None}
    bare = [kind.slug for kind in kinds if kind.slug not in ruled]
    return Finding(
        check="mode-per-type",
        title="Each decision type ran under a published policy with a stated mode",
        obligations=("eu-ai-act:14.3",),
        result=Result.NOT_MET if bare else Result.MET,
        reason=(
            f"No policy text fitted these types in the period: {', '.join(bare)}."
            if bare
            else f"Decision types with one: {len(kinds)} of {len(kinds)}."
        ),
        sample=tuple(str(kind.pk) for kind in kinds if kind.slug in bare)[:5],
    )
