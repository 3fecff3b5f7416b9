"""What rules are checked against: the facts and outcomes of one decision type."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

from governance.policies.expression.parser import FUNCTIONS, RESERVED
from governance.policies.expression.values import FactType, parse_instant
from governance.policies.facts import BUILT_IN_FACTS
from governance.policies.vocabulary import Effect

# Facts of these types divide people into groups; a number would make a group of each person.
GROUPING = (FactType.BOOL, FactType.STRING, FactType.STRING_LIST)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class DecisionSchema:
    """`facts`: the type's own, by name. `outcomes`: the keys of all its outcomes; `adverse`: those
    to the person's disadvantage. `queues`, `roles`: the slugs that a rule and a quorum may name,
    None if not known; `closed_queues`: those that are there and take no cases. `personal`: facts
    that the type has and no policy sees. `ladders`: the slugs that a rule may name, None if not
    known. `protected`: facts that mark a group of people which is to be looked after."""

    facts: Mapping[str, FactType]
    outcomes: frozenset[str]
    adverse: frozenset[str] = frozenset()
    queues: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    closed_queues: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()
    ladders: frozenset[str] | None = None
    protected: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    @classmethod
    def declared(
        cls,
        *,
        outcomes: Sequence[Mapping[str, Any]],
        facts: Mapping[str, Mapping[str, Any]],
        queues: frozenset[str] | None = None,
        roles: frozenset[str] | None = None,
        protected: frozenset[str] = frozenset(),
    ) -> Self:
        """What a policy may name of a type as it is declared: `outcomes` of {key, adverse}, and of
        the `facts`, name to {type, personal}, those that are not personal."""
        return cls(
            facts={
                name: FactType(spec["type"])
                for name, spec in facts.items()
                if not spec.get("personal", False)
            },
            outcomes=frozenset(spec["key"] for spec in outcomes),
            adverse=frozenset(spec["key"] for spec in outcomes if spec["adverse"]),
            queues=queues,
            roles=roles,
            personal=frozenset(name for name, spec in facts.items() if spec.get("personal", False)),
            protected=protected,
        )

    def all_facts(self) -> dict[str, FactType]:
        """The type's own facts and the built-in ones, which always win."""
        return {**self.facts, **BUILT_IN_FACTS}

    def grouping(self) -> list[str]:
        """The facts that can mark a group of people."""
        return sorted(name for name, kind in self.facts.items() if kind in GROUPING)

    def protected_groups(self) -> list[str]:
        """Of these, the ones that are marked as protected."""
        return [name for name in self.grouping() if name in self.protected]

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


def fits(value: object, kind: FactType) -> bool:
    """Whether a given value, which is not null, is of the type that a fact was declared to have."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case FactType.BOOL:
            return isinstance(value, bool)
        case FactType.INT:
            # Beyond 2^53 a double rounds, and the permit's digest is over doubles (RFC 8785).
            return number and isinstance(value, int) and abs(value) < 2**53
        case FactType.DOUBLE:
            return number
        case FactType.STRING:
            return isinstance(value, str)
        case FactType.STRING_LIST:
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case FactType.TIMESTAMP:
            return isinstance(value, str) and parse_instant(value) is not None
