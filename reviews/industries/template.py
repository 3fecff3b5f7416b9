"""A template as it is loaded. `reading.read_template` makes one from its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from governance.policies import Disposition, Effect, Level, Rules
from governance.policies.decision_schema import DecisionSchema
from models_registry.classification import Answers


@dataclass(frozen=True, slots=True)
class QueuePart:
    """`escalates_to`: the slug of a queue that stands before it in the template, or empty."""

    slug: str
    name: str
    rung_within: timedelta
    escalates_to: str = ""


@dataclass(frozen=True, slots=True)
class MandatePart:
    """What a person in command is asked to allow. `max_impact`: None for no limit; `days`: how
    long it would be valid."""

    objective: str
    max_decisions: int
    days: int
    max_impact: int | None = None
    allowed_outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KindPart:
    """A decision type. `outcomes`: {key, label, adverse}; `facts`: name to its declaration;
    `protected`: those that mark a group to be looked after, to {kind, basis}."""

    slug: str
    name: str
    question: str
    outcomes: tuple[Mapping[str, Any], ...]
    effect: Effect
    reversible: bool
    facts: Mapping[str, Mapping[str, Any]]
    critical: bool = False
    confidence_required: bool = True
    impact_unit: str = ""
    protected: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    mandate: MandatePart | None = None

    def schema(self, queues: frozenset[str], roles: frozenset[str]) -> DecisionSchema:
        """What the policy's text is checked against. A template brings no ladders along."""
        declared = DecisionSchema.declared(
            outcomes=self.outcomes,
            facts=self.facts,
            queues=queues,
            roles=roles,
            protected=frozenset(self.protected),
        )
        return replace(declared, ladders=frozenset())

    def adverse(self, outcome: str) -> bool:
        return any(one["adverse"] for one in self.outcomes if one["key"] == outcome)


@dataclass(frozen=True, slots=True)
class RightPart:
    """What a role may rule. `decision_type`: slug, empty for every type of the system;
    `max_impact`: None for no ceiling."""

    role: str
    verdicts: tuple[str, ...]
    decision_type: str = ""
    max_impact: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """What is out of the ordinary when an example comes in. `halt`: the reason of a halt in force,
    or empty; `mandate`: none, used_up, lapsed, or empty for the template's own."""

    level: Level = Level.NORMAL
    halt: str = ""
    mandate: str = ""
    monitors_fresh: bool = True


@dataclass(frozen=True, slots=True)
class Route:
    """Where an example goes. `rule`: None where no rule demands it; `because`: the code of one of
    the reasons, or empty; `queue`, `people`, `quorum`: of a review, `quorum` where it has a name.
    """

    disposition: Disposition
    rule: str | None = None
    because: str = ""
    queue: str | None = None
    people: int | None = None
    quorum: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """One decision with the route that the policy gives it. `facts`: the personal ones, too."""

    title: str
    decision_type: str
    outcome: str
    facts: Mapping[str, Any]
    expect: Route
    confidence: float | None = None
    impact: float | None = None
    moment: Moment = field(default_factory=Moment)


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation, by its id, and what of the template serves it."""

    id: str
    served_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPart:
    """One AI system with all that is under it. `policy_text`: as it is put forward; `rules`: what
    it says for each decision type, by the type's slug."""

    slug: str
    name: str
    purpose: str
    sector: str
    roles: tuple[str, ...]
    limits: str
    answers: Answers
    risk_class: str
    because: str
    obligations: tuple[Duty, ...]
    policy_slug: str
    policy_name: str
    policy_file: str
    policy_text: str
    rules: Mapping[str, Rules]
    decision_types: tuple[KindPart, ...]
    rights: tuple[RightPart, ...]
    examples: tuple[Example, ...]

    @property
    def any_rules(self) -> Rules:
        """The rules as the first type has them: title, mode and clauses are the same for all."""
        return next(iter(self.rules.values()))

    def kind(self, slug: str) -> KindPart:
        return next(kind for kind in self.decision_types if kind.slug == slug)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndustryTemplate:
    """A template that was read and found sound. `sha256`: of its files, hex."""

    slug: str
    title: str
    summary: str
    queues: tuple[QueuePart, ...]
    systems: tuple[SystemPart, ...]
    sha256: str
