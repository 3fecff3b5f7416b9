"""A template in words: what its policy asks, and where each example goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from governance.policies import Disposition, explain
from governance.policies.expression.words import in_words
from governance.policies.rules import Rule, Trigger
from governance.quorum import QuorumRule
from reviews.industries.template import Example, IndustryTemplate, KindPart, SystemPart
from reviews.industries.trying import tried

MODES = {
    "hitl": "human in the loop",
    "hotl": "human on the loop",
    "hic": "human in command",
}
BUILT_IN = {
    "confidence": "Confidence",
    "impact": "Impact",
    "outcome": "Outcome",
    "adverse": "the outcome is adverse",
    "decision_type": "Decision type",
}
BECOMES = {
    Disposition.PASS: "it may be carried out",
    Disposition.REVIEW: "a person rules",
    Disposition.BLOCK: "it is not carried out",
}
ROUTES = {
    Disposition.PASS: "may be carried out",
    Disposition.REVIEW: "goes to a person",
    Disposition.BLOCK: "is not carried out",
}


class RuleWords(NamedTuple):
    """A rule or trigger. `says`: condition and consequence; `reason`: why, empty for a trigger."""

    title: str
    says: str
    reason: str


class ExampleWords(NamedTuple):
    """One example. `decision`: what is proposed; `route`: where it goes, with the sentences that
    the evaluation itself gives in `why`."""

    title: str
    decision: str
    disposition: str
    route: str
    why: tuple[str, ...]


def mode_of(system: SystemPart) -> str:
    mode = system.any_rules.mode.value
    return f"{MODES[mode]} ({mode})"


def rules_of(system: SystemPart) -> list[RuleWords]:
    """The rules in the order in which they are tried, the mode's default, then the triggers."""
    names = _names(system)
    rules = system.any_rules
    said = [_rule(rule, names) for rule in rules.rules]
    default = rules.defaults
    if rules.mode.value == "hotl":
        says = "Where no rule applies, it may be carried out."
    else:
        says = f"Where no rule applies, a person rules in “{default.queue}”."
    if rules.audit_rate:
        says += f" Of what passes, {rules.audit_rate:.0%} is looked at afterwards."
    said.append(RuleWords("Everything else", says, ""))
    said += [_trigger(trigger, names) for trigger in rules.triggers]
    return said


def examples_of(system: SystemPart) -> list[ExampleWords]:
    return [_example(example, system) for example in system.examples]


def told(template: IndustryTemplate) -> list[str]:
    """The whole template as lines of plain text, for a terminal."""
    lines = [f"{template.title} ({template.slug})", template.summary]
    for system in template.systems:
        lines += ["", *_told(system)]
    return lines


def _told(system: SystemPart) -> Iterator[str]:
    yield f"{system.name} ({system.slug}): {mode_of(system)}, class {system.risk_class}"
    yield f"  {_flat(system.purpose)}"
    yield f"  Why this class: {_flat(system.because)}"
    yield f"  Policy: {system.any_rules.title}"
    for rule in rules_of(system):
        yield f"  - {rule.title}: {rule.says}"
    yield "  Reasons that reviewers give:"
    for code in system.any_rules.reason_codes:
        verdicts = ", ".join(sorted(word.value for word in code.verdicts))
        yield f"  - {code.code}: {code.label} ({verdicts})"
    yield "  Examples:"
    for example in examples_of(system):
        yield f"  - {example.title}: {example.decision} {example.route}"


def _names(system: SystemPart) -> dict[str, str]:
    facts = {name: spec for kind in system.decision_types for name, spec in kind.facts.items()}
    return {**BUILT_IN, **{name: str(spec["label"]) for name, spec in facts.items()}}


def _rule(rule: Rule, names: Mapping[str, str]) -> RuleWords:
    says = f"Where {in_words(rule.when.text, names)}, {BECOMES[rule.then]}"
    if rule.queue is not None:
        says += f" in “{rule.queue}”"
    if rule.quorum is not None:
        says += f", {_people(rule.quorum)}"
    return RuleWords(rule.title, f"{says}.", _flat(rule.reason))


def _trigger(trigger: Trigger, names: Mapping[str, str]) -> RuleWords:
    says = f"Where {in_words(trigger.when.text, names)}, whoever rules: {_people(trigger.quorum)}."
    return RuleWords(trigger.title, says, "")


def _people(quorum: QuorumRule) -> str:
    people = "1 person" if quorum.people == 1 else f"{quorum.people} people"
    return f"{people} (quorum {quorum.preset})" if quorum.preset else people


def _example(example: Example, system: SystemPart) -> ExampleWords:
    kind = system.kind(example.decision_type)
    found = tried(example, kind, system.rules[kind.slug])
    route = ROUTES[found.disposition]
    if found.disposition is Disposition.REVIEW and found.queue and found.quorum:
        route = f"{route} in “{found.queue}”, {_people(found.quorum)}"
    if found.rule is not None:
        title = next(rule.title for rule in system.any_rules.rules if rule.id == found.rule)
        route = f"{route}: {title}"
    return ExampleWords(
        example.title,
        _decision(example, kind),
        found.disposition.value,
        f"{route}.",
        tuple(explain(found)),
    )


def _decision(example: Example, kind: KindPart) -> str:
    label = next(one["label"] for one in kind.outcomes if one["key"] == example.outcome)
    said = f"“{label}”"
    if example.confidence is not None:
        said += f" with a confidence of {example.confidence:g}"
    if example.impact is not None:
        said += f", {example.impact:,g} {kind.impact_unit}"
    return said


def _flat(text: str) -> str:
    return " ".join(text.split())
