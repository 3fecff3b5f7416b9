"""What rules are checked against: the facts and outcomes of one decision type."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from governance.policies.expression.parser import FUNCTIONS, RESERVED
from governance.policies.expression.values import FactType
from governance.policies.facts import BUILT_IN_FACTS
from governance.policies.vocabulary import Effect

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class DecisionSchema:
    """`facts`: the type's own, by name. `outcomes`: the keys of all its outcomes; `adverse`: those
    to the person's disadvantage. `queues`, `roles`: the slugs that a rule and a quorum may name,
    None if not known; `closed_queues`: those that are there and take no cases. `personal`: facts
    that the type has and no policy sees."""

    facts: Mapping[str, FactType]
    outcomes: frozenset[str]
    adverse: frozenset[str] = frozenset()
    queues: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    closed_queues: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def all_facts(self) -> dict[str, FactType]:
        """The type's own facts and the built-in ones, which always win."""
        return {**self.facts, **BUILT_IN_FACTS}

    def allowed(self) -> dict[str, frozenset[str]]:
        """The values of those string facts that have a closed set of them."""
        return {"outcome": self.outcomes, "effect": frozenset(Effect)}

    def faults(self) -> Iterator[str]:
        """A sentence for each fault of the schema itself."""
        for name in sorted(self.facts):
            if name in BUILT_IN_FACTS:
                yield f'every decision has a fact "{name}" already, so the type cannot declare it'
            elif name in RESERVED | FUNCTIONS or not NAME.fullmatch(name):
                yield f'no rule could name the fact "{name[:100]}" that the decision type declares'
        for key in sorted(self.adverse - self.outcomes):
            yield f'the adverse outcome "{key[:100]}" is not among the outcomes'
