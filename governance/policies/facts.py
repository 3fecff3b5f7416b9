"""What a policy sees of a decision, and of the moment in which it is evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from types import MappingProxyType

from governance.policies.expression.values import FactType
from governance.policies.vocabulary import Effect, Level, Mode

FactValue = bool | int | float | str | list[str] | tuple[str, ...] | None

BUILT_IN_FACTS: Mapping[str, FactType] = MappingProxyType(
    {
        "confidence": FactType.DOUBLE,
        "impact": FactType.DOUBLE,
        "outcome": FactType.STRING,
        "adverse": FactType.BOOL,
        "reversible": FactType.BOOL,
        "effect": FactType.STRING,
        "model_version": FactType.STRING,
        "decision_type": FactType.STRING,
    }
)
"""The facts that every rule may name, whatever the decision type declares besides."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The non-personal view of one decision.

    `outcome`: its key in the decision type; `adverse`: whether that outcome is to the person's
    disadvantage; `critical`: whether the decision type marks it so. `confidence`: 0.0 to 1.0;
    `impact`: 0.0 or more, in the decision type's own unit; None where not given. `values`: the
    decision type's own facts, timestamps as RFC 3339 text; lists are kept as tuples. `given`: all
    of it by the names that rules use, where a built-in name is never the type's own.

    Raises ValueError for a confidence or impact out of range, which intake refuses, and for an
    effect that is none of the words.
    """

    decision_type: str
    model_version: str
    outcome: str
    adverse: bool
    effect: Effect
    reversible: bool
    critical: bool
    confidence: float | None = None
    impact: float | None = None
    values: Mapping[str, FactValue] = field(default_factory=dict)
    given: Mapping[str, object] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.confidence is not None and not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"a confidence lies between 0 and 1, and this is {self.confidence}")
        if self.impact is not None and not (isfinite(self.impact) and self.impact >= 0):
            raise ValueError(f"an impact is 0 or more, and this is {self.impact}")
        effect = Effect(self.effect)
        kept = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self.values.items()
        }
        built_in = {
            "confidence": self.confidence,
            "impact": self.impact,
            "outcome": self.outcome,
            "adverse": self.adverse,
            "reversible": self.reversible,
            "effect": effect.value,
            "model_version": self.model_version,
            "decision_type": self.decision_type,
        }
        object.__setattr__(self, "effect", effect)
        object.__setattr__(self, "values", MappingProxyType(kept))
        object.__setattr__(self, "given", {**kept, **built_in})


@dataclass(frozen=True, slots=True)
class MandateState:
    """The mandate in force for a decision type, as it stands at this moment.

    `valid`: neither expired nor withdrawn. `remaining`: decisions that it still covers, None for
    no such limit; `remaining_in_period`: of them in the period that now is; `remaining_impact`,
    `remaining_impact_in_period`: how much impact likewise. `max_impact`, `allowed_outcomes`: what
    it covers at all, None for everything; `segments`: likewise, fact to the values covered.
    """

    id: str
    valid: bool
    remaining: int | None = None
    max_impact: float | None = None
    allowed_outcomes: frozenset[str] | None = None
    remaining_in_period: int | None = None
    remaining_impact: Decimal | None = None
    remaining_impact_in_period: Decimal | None = None
    segments: Mapping[str, tuple[FactValue, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything beside policy and facts that an evaluation depends on.

    There are no defaults where one would fail open when it is forgotten. `halt_ids` decides
    nothing: whose reasons `halts` are, in their order, for the answer to name.

    `halts`: the reasons of the halts in force. `queue_available`: whether a queue could take a
    case now. `sampling_seed`: what the draws hang on, such as the decision's id. `monitors_fresh`:
    HOTL only, whether what watches the outcomes has reported in time. `confidence_required`:
    whether a decision of this type without a confidence counts as unsure. `audit_rate`: the rate
    that the decision's segment has come to, None where nothing is known or no rate adapts.
    `queue_needed`: whether nothing passes either while no queue could take a case; before that was
    so, it was false.

    Raises ValueError for a mode or level that is none of the words: an unknown word must not be
    taken for the mildest one; and for a rate that is no share.
    """

    mode: Mode
    level: Level
    halts: tuple[str, ...]
    mandate: MandateState | None
    version_in_service: bool
    policy_in_force: bool
    queue_available: bool
    sampling_seed: str
    monitors_fresh: bool
    confidence_required: bool
    halt_ids: tuple[str, ...] = ()
    audit_rate: float | None = None
    queue_needed: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "mode", Mode(self.mode))
        object.__setattr__(self, "level", Level(self.level))
        if self.audit_rate is not None and not 0.0 <= self.audit_rate <= 1.0:
            raise ValueError(f"an audit rate lies between 0 and 1, and this is {self.audit_rate}")
