"""A condition as a formula over atoms: the parts that are true, false or unknown by themselves.

An atom is *simple* when it hangs on one fact and on literals alone, so that a few values of the
fact stand for all others. Every other atom is *free*: it may turn out in any way. Two atoms that
say the same are one, wherever they stand.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from governance.policies.expression.closures import Judge
from governance.policies.expression.compiling import Compiler
from governance.policies.expression.nodes import (
    AllOf,
    AnyOf,
    Comparison,
    Conditional,
    Fact,
    Has,
    Literal,
    Members,
    Node,
    Not,
    fact_names,
)
from governance.policies.expression.parser import parse
from governance.policies.expression.values import FactType, Scalar

Truth = bool | None
Turn = Sequence[Truth]
"""How each atom turned out, by its number."""
Formula = Callable[[Turn], Truth]

MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_PLACES = frozenset({"start", "end", "depth", "at"})


@dataclass(frozen=True, slots=True)
class Atom:
    """`fact`: what a simple one hangs on; None where it is free. `literals`: those that stand in
    it. `names`: every fact in it."""

    fact: str | None
    literals: tuple[Scalar, ...]
    names: frozenset[str]
    judge: Judge


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition over the atoms of its table. `atoms`: their numbers."""

    formula: Formula
    atoms: tuple[int, ...]
    names: frozenset[str]


class Atoms:
    """All atoms of a policy's conditions, each once."""

    def __init__(self, facts: Mapping[str, FactType]) -> None:
        self.facts = facts
        self.all: list[Atom] = []
        self._numbers: dict[object, int] = {}

    def condition(self, text: str) -> Condition:
        """The condition that `text` is, which was read and checked before."""
        root = parse(text)
        used: list[int] = []
        formula = self._formula(root, text, used)
        return Condition(formula, tuple(dict.fromkeys(used)), frozenset(fact_names(root)))

    def _formula(self, node: Node, text: str, used: list[int]) -> Formula:
        match node:
            case Literal(value=bool() as value):
                return lambda turn: value
            case Not():
                operand = self._formula(node.operand, text, used)
                return lambda turn: _opposite(operand(turn))
            case AllOf() | AnyOf():
                terms = [self._formula(term, text, used) for term in node.terms]
                return _joined(terms, settled_by=isinstance(node, AnyOf))
            case Conditional():
                parts = [
                    self._formula(part, text, used)
                    for part in (node.test, node.then, node.otherwise)
                ]
                return _chosen(*parts)
        number = self._number(node, text)
        used.append(number)
        return lambda turn: turn[number]

    def _number(self, node: Node, text: str) -> int:
        key = canonical(node)
        if key not in self._numbers:
            self._numbers[key] = len(self.all)
            judge = Compiler(text, self.facts).judge(node)
            names = frozenset(fact_names(node))
            self.all.append(Atom(_simple(node), tuple(_literals(node)), names, judge))
        return self._numbers[key]


def canonical(node: Node) -> object:
    """What a node says, without where it stands: equal for two that are the same part, written
    with other blanks or, in a comparison, with the sides exchanged."""
    if isinstance(node, Comparison) and isinstance(node.left, Literal) and node.operator != "in":
        turned = MIRRORED[node.operator]
        return ("Comparison", turned, canonical(node.right), canonical(node.left))
    if isinstance(node, Literal):
        # 1, 1.0 and true are equal in Python, and -0.0 divides as 0.0 does not.
        return ("Literal", node.type, repr(node.value))
    said: list[object] = [type(node).__name__]
    for field in fields(node):
        if field.name not in _PLACES:
            said.append(_canonical_part(getattr(node, field.name)))
    return tuple(said)


def _canonical_part(value: Any) -> object:
    if isinstance(value, Node):
        return canonical(value)
    if isinstance(value, tuple):
        return tuple(_canonical_part(member) for member in value)
    return value


def _simple(node: Node) -> str | None:
    match node:
        case Fact(name=name) | Has(fact=Fact(name=name)):
            return name
        case Comparison(left=Fact(name=name), right=Literal()):
            return name
        case Comparison(left=Literal(), right=Fact(name=name)):
            return name
        case Comparison(left=Fact(name=name), right=Members(items=items), operator="in"):
            return name if all(isinstance(item, Literal) for item in items) else None
    return None


def _literals(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Literal):
        yield node.value
    for child in node.children():
        yield from _literals(child)


def _opposite(value: Truth) -> Truth:
    return None if value is None else not value


def _joined(terms: list[Formula], *, settled_by: bool) -> Formula:
    def judge(turn: Turn) -> Truth:
        found: Truth = not settled_by
        for term in terms:
            value = term(turn)
            if value is settled_by:
                return settled_by
            if value is None:
                found = None
        return found

    return judge


def _chosen(test: Formula, then: Formula, otherwise: Formula) -> Formula:
    def judge(turn: Turn) -> Truth:
        answer = test(turn)
        return None if answer is None else (then(turn) if answer else otherwise(turn))

    return judge
