"""The tree that a condition is read into. `start`, `end`: character offsets into its text."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from governance.policies.expression.values import Scalar, ValueType


@dataclass(frozen=True, slots=True)
class Node:
    start: int
    end: int
    depth: int

    def children(self) -> Iterator["Node"]:
        """The nodes directly below, in the order of the text."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from value


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Scalar
    type: ValueType


@dataclass(frozen=True, slots=True)
class Fact(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Has(Node):
    fact: Fact


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class AllOf(Node):
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`operator`: one of `== != < <= > >= in`, found at offset `at`."""

    operator: str
    at: int
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`operator`: one of `+ - * / %`, found at offset `at`."""

    operator: str
    at: int
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Members(Node):
    """A list that stands in the text."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class TextTest(Node):
    """`operator`: `startsWith`, `endsWith` or `contains`."""

    operator: str
    subject: Node
    part: Node


@dataclass(frozen=True, slots=True)
class Size(Node):
    subject: Node


def fact_names(node: Node) -> Iterator[str]:
    """Names of the facts below `node`, in the order of the text, repeats included."""
    if isinstance(node, Fact):
        yield node.name
    for child in node.children():
        yield from fact_names(child)
