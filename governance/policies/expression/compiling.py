"""A checked tree into closures, and Kleene's strong three-valued logic while they run.

Unknown is: a fact that is missing, null, not of its declared type, not a number (NaN), infinite,
or too long to look at; an int that leaves 64 bits; a double that stops being finite; a division
by zero; and whatever is made of one of these, but for `false && unknown` (false) and
`true || unknown` (true). `has(x)` is never unknown. CEL knows errors where this says unknown and
absorbs them in the same way; it only goes on computing with infinite doubles.

The language has no loops, so one evaluation takes at most MAX_NODES steps, each over at most
MAX_MEMBERS members or MAX_STRING characters: the bound on steps holds without counting them.
Source: S. C. Kleene, Introduction to Metamathematics, 1952, section 64.
"""

import operator
from collections.abc import Callable, Mapping
from math import inf
from typing import Any, TypeVar

from governance.policies.expression.clauses import Clause, ClauseResult, clause_of, note
from governance.policies.expression.closures import Given, Judge, Reckon, Seen, Truth
from governance.policies.expression.nodes import (
    AllOf,
    AnyOf,
    Arithmetic,
    Comparison,
    Conditional,
    Fact,
    Has,
    Literal,
    Members,
    Negative,
    Node,
    Not,
    Size,
    TextTest,
)
from governance.policies.expression.numbers import arithmetic, negative
from governance.policies.expression.reading import reader_of
from governance.policies.expression.values import (
    INT_MAX,
    INT_MIN,
    FactType,
    Known,
    Unknown,
    Value,
)

Plain = tuple[type, float, float]
# Of which type a value is read as it is, if it lies between the two: NaN lies nowhere.
PLAIN: dict[FactType, Plain] = {
    FactType.DOUBLE: (float, -inf, inf),
    FactType.INT: (int, INT_MIN - 1, INT_MAX + 1),
}

V = TypeVar("V")
new = tuple.__new__
Test = Callable[..., bool]

TESTS: dict[str, Test] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda item, members: item in members,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": operator.contains,
}


class Compiler:
    """Makes one condition's closures. `clauses`: all its clauses, in the order in which they
    are looked at."""

    def __init__(self, text: str, facts: Mapping[str, FactType]) -> None:
        self.text = text
        self.facts = facts
        self.clauses: list[Clause] = []

    def judge(self, node: Node) -> Judge:
        """The closure of a part that is true, false or unknown and leaves its clauses behind."""
        match node:
            case Not():
                return _not(self.judge(node.operand))
            case AllOf():
                return _joined(tuple(self.judge(term) for term in node.terms), settled_by=False)
            case AnyOf():
                return _joined(tuple(self.judge(term) for term in node.terms), settled_by=True)
            case Conditional():
                return _chosen(
                    self.judge(node.test), self.judge(node.then), self.judge(node.otherwise)
                )
            case Comparison():
                return self.compared(node, node.operator, node.left, node.right)
            case TextTest():
                return self.compared(node, node.operator, node.subject, node.part)
            case Has():
                return _given(node.fact.name, self.clause(node)[0])
        return self.alone(node)

    def reckon(self, node: Node) -> Reckon:
        """The closure of a part that stands on one side of a comparison."""
        match node:
            case Literal():
                return _constant(node.value)
            case Fact():
                return reader_of(node.name, self.facts[node.name])
            case Negative():
                return negative(self.reckon(node.operand), self.source(node))
            case Arithmetic():
                return arithmetic(
                    node.operator,
                    self.reckon(node.left),
                    self.reckon(node.right),
                    self.source(node),
                )
            case Conditional():
                return _chosen(
                    self.judge(node.test), self.reckon(node.then), self.reckon(node.otherwise)
                )
            case Members():
                return self.members(node)
            case Size():
                return _size(self.reckon(node.subject))
        return self.judge(node)

    def clause(self, node: Node) -> tuple[Clause, bool]:
        found = clause_of(node, self.text)
        self.clauses.append(found[0])
        return found

    def source(self, node: Node) -> str:
        return self.text[node.start : node.end]

    def alone(self, node: Node) -> Judge:
        reckon = self.reckon(node)
        clause, _ = self.clause(node)

        def judge(given: Given, seen: Seen) -> Truth:
            value = reckon(given, seen)
            if isinstance(value, Unknown):
                seen.append(note((clause, None, None, None, value.reason)))
                return value
            seen.append(note((clause, value, None, value is True, None)))
            return value is True

        return judge

    def compared(self, node: Node, sign: str, left_node: Node, right_node: Node) -> Judge:
        test = TESTS[sign]
        if isinstance(right_node, Literal):
            return self.against_constant(node, left_node, test, right_node.value)
        left = self.reckon(left_node)
        right = self.reckon(right_node)
        clause, turned = self.clause(node)

        def judge(given: Given, seen: Seen) -> Truth:
            a, b = left(given, seen), right(given, seen)
            a_known = None if isinstance(a, Unknown) else a
            b_known = None if isinstance(b, Unknown) else b
            value, limit = (b_known, a_known) if turned else (a_known, b_known)
            unknown = a if isinstance(a, Unknown) else b
            if isinstance(unknown, Unknown):
                seen.append(note((clause, value, limit, None, unknown.reason)))
                return unknown
            result = test(a, b)
            seen.append(note((clause, value, limit, result, None)))
            return result

        return judge

    def against_constant(self, node: Node, left_node: Node, test: Test, limit: Known) -> Judge:
        left = self.reckon(left_node)
        clause = self.clause(node)[0]
        if isinstance(left_node, Fact):
            plain = PLAIN.get(self.facts[left_node.name])
            if plain is not None:
                return _fact_against_constant(clause, left_node.name, plain, left, test, limit)
        return _against_constant(clause, left, test, limit)

    def members(self, node: Members) -> Reckon:
        if all(isinstance(item, Literal) for item in node.items):
            return _constant(tuple(i.value for i in node.items if isinstance(i, Literal)))
        items = tuple(self.reckon(item) for item in node.items)

        def reckon(given: Given, seen: Seen) -> Value:
            found = [item(given, seen) for item in items]
            for value in found:
                if isinstance(value, Unknown):
                    return value
            return tuple(found)  # type: ignore[arg-type]  # lists of lists do not pass the check

        return reckon


def _fact_against_constant(
    clause: Clause, name: str, plain: Plain, left: Reckon, test: Test, limit: Known
) -> Judge:
    """As `_against_constant`, without a call for the reading of a value that is plainly right."""
    kind: Any
    kind, least, most = plain

    def judge(given: Given, seen: Seen) -> Truth:
        value: Any = given.get(name)
        if type(value) is not kind or not least < value < most:
            value = left(given, seen)
            if isinstance(value, Unknown):
                seen.append(note((clause, None, limit, None, value.reason)))
                return value
        result = test(value, limit)
        # As `note` does it, without the call.
        seen.append(new(ClauseResult, (clause, value, limit, result, None)))
        return result

    return judge


def _against_constant(clause: Clause, left: Reckon, test: Test, limit: Known) -> Judge:
    """The most frequent clause, a fact against a literal, kept free of what it does not need."""

    def judge(given: Given, seen: Seen) -> Truth:
        value = left(given, seen)
        if isinstance(value, Unknown):
            seen.append(note((clause, None, limit, None, value.reason)))
            return value
        result = test(value, limit)
        seen.append(note((clause, value, limit, result, None)))
        return result

    return judge


def _given(name: str, clause: Clause) -> Judge:
    def judge(given: Given, seen: Seen) -> Truth:
        result = given.get(name) is not None
        seen.append(note((clause, None, None, result, None)))
        return result

    return judge


def _not(operand: Judge) -> Judge:
    def judge(given: Given, seen: Seen) -> Truth:
        value = operand(given, seen)
        return value if isinstance(value, Unknown) else not value

    return judge


def _joined(terms: tuple[Judge, ...], *, settled_by: bool) -> Judge:
    """`&&` is settled by false, `||` by true; what comes after that is not looked at."""
    goes_on = not settled_by
    if len(terms) == 2:  # by far the most frequent, so without a loop
        first, second = terms

        def both(given: Given, seen: Seen) -> Truth:
            one = first(given, seen)
            if one is settled_by:
                return settled_by
            other = second(given, seen)
            return other if other is settled_by or one is goes_on else one

        return both

    def judge(given: Given, seen: Seen) -> Truth:
        unknown: Unknown | None = None
        for term in terms:
            value = term(given, seen)
            if value is settled_by:
                return settled_by
            if value is not goes_on and unknown is None and isinstance(value, Unknown):
                unknown = value
        return goes_on if unknown is None else unknown

    return judge


def _chosen(
    test: Judge, then: Callable[[Given, Seen], V], otherwise: Callable[[Given, Seen], V]
) -> Callable[[Given, Seen], V | Unknown]:
    def choose(given: Given, seen: Seen) -> V | Unknown:
        answer = test(given, seen)
        if isinstance(answer, Unknown):
            return answer
        return then(given, seen) if answer else otherwise(given, seen)

    return choose


def _constant(value: Known) -> Reckon:
    return lambda given, seen: value


def _size(subject: Reckon) -> Reckon:
    def reckon(given: Given, seen: Seen) -> Value:
        value = subject(given, seen)
        return len(value) if isinstance(value, str | tuple) else value

    return reckon
