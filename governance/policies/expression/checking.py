"""Does a condition fit the facts: names, types and the literals that a fact can never equal.

Stricter than CEL: no mixed lists but of numbers, no lists of lists, no order among booleans, no
sums of texts, and null only against null, for a missing fact is unknown here and never null.
Wider than CEL in one place: `==`, `<` and their like, and `in`, compare an int with a double, by
their exact mathematical values, as CEL itself does once types are hidden by `dyn()`.
"""

from collections.abc import Iterable, Mapping

from governance.policies.expression.errors import (
    PolicyTextError,
    PolicyTypeError,
    UnknownNameError,
    did_you_mean,
)
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
from governance.policies.expression.values import LIST_OF, LISTS, NUMBERS, FactType, ValueType

Type = ValueType | None
"""None: something below is at fault and has been reported, so nothing follows from it."""

ORDERED = NUMBERS | {ValueType.STRING, ValueType.TIMESTAMP}
SAID = {
    ValueType.BOOL: "a bool",
    ValueType.INT: "an int",
    ValueType.DOUBLE: "a double",
    ValueType.STRING: "a string",
    ValueType.TIMESTAMP: "a timestamp",
    ValueType.NULL: "null",
    ValueType.BOOL_LIST: "a list of bools",
    ValueType.NUMBER_LIST: "a list of numbers",
    ValueType.STRING_LIST: "a list of strings",
    ValueType.TIMESTAMP_LIST: "a list of timestamps",
    ValueType.EMPTY_LIST: "an empty list",
}


def check(
    root: Node,
    text: str,
    facts: Mapping[str, FactType],
    allowed: Mapping[str, frozenset[str]],
) -> tuple[PolicyTextError, ...]:
    """All faults of a parsed condition, in the order in which they stand in the text.

    `facts`: name and type of every fact. `allowed`: the values that a string fact can have,
    for those of which they are known.
    """
    checker = _Checker(text, facts, allowed)
    checker.expect(root, {ValueType.BOOL}, "a condition must be true or false, and this is")
    return tuple(sorted(checker.faults, key=lambda fault: fault.offset))


class _Checker:
    def __init__(
        self, text: str, facts: Mapping[str, FactType], allowed: Mapping[str, frozenset[str]]
    ) -> None:
        self.text = text
        self.facts = facts
        self.allowed = allowed
        self.faults: list[PolicyTextError] = []

    def type_of(self, node: Node) -> Type:
        match node:
            case Literal():
                return node.type
            case Fact():
                return self.fact(node)
            case Has():
                self.fact(node.fact)
                return ValueType.BOOL
            case Not():
                self.expect(node.operand, {ValueType.BOOL}, "! wants a bool, and this is")
                return ValueType.BOOL
            case AllOf() | AnyOf():
                sign = "&&" if isinstance(node, AllOf) else "||"
                for term in node.terms:
                    self.expect(term, {ValueType.BOOL}, f"{sign} joins bools, and this is")
                return ValueType.BOOL
            case Negative():
                return self.expect(node.operand, NUMBERS, "- wants a number, and this is")
            case Comparison():
                return self.comparison(node)
            case Arithmetic():
                return self.arithmetic(node)
            case Conditional():
                return self.conditional(node)
            case Members():
                return self.members(node)
            case TextTest():
                for part in (node.subject, node.part):
                    self.expect(
                        part, {ValueType.STRING}, f"{node.operator} wants strings, and this is"
                    )
                return ValueType.BOOL
            case Size():
                wanted = LISTS | {ValueType.STRING}
                self.expect(node.subject, wanted, "size wants a string or a list, and this is")
                return ValueType.INT
        raise TypeError(f"{type(node).__name__} is no part of a condition")

    def expect(self, node: Node, wanted: Iterable[ValueType], message: str) -> Type:
        found = self.type_of(node)
        if found is None or found in wanted:
            return found
        self.fault(f"{message} {SAID[found]}", node.start)
        return None

    def fact(self, node: Fact) -> Type:
        declared = self.facts.get(node.name)
        if declared is not None:
            return ValueType(declared.value)
        message = f'there is no fact "{node.name}"{did_you_mean(node.name, self.facts)}'
        self.faults.append(UnknownNameError(message, text=self.text, offset=node.start))
        return None

    def comparison(self, node: Comparison) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if left is None or right is None:
            return ValueType.BOOL
        if node.operator == "in":
            self.membership(node, left, right)
        elif node.operator in ("==", "!="):
            self.equality(node, left, right)
        elif not (left in ORDERED and _same_kind(left, right)):
            self.fault(f"{SAID[left]} and {SAID[right]} have no order", node.at)
        return ValueType.BOOL

    def equality(self, node: Comparison, left: ValueType, right: ValueType) -> None:
        if ValueType.NULL in (left, right) and left != right:
            self.fault("a missing fact is unknown, never null; write has(name) instead", node.at)
        elif not _same_kind(left, right):
            self.fault(f"{SAID[left]} never equals {SAID[right]}", node.at)
        else:
            self.literals_against(node.left, [node.right])
            self.literals_against(node.right, [node.left])

    def membership(self, node: Comparison, left: ValueType, right: ValueType) -> None:
        if right not in LISTS:
            hint = "; write text.contains(part)" if right is ValueType.STRING else ""
            self.fault(f"in wants a list on its right, and this is {SAID[right]}{hint}", node.at)
        elif right is not ValueType.EMPTY_LIST and LIST_OF.get(left) is not right:
            self.fault(f"{SAID[left]} is never in {SAID[right]}", node.at)
        elif isinstance(node.right, Members):
            self.literals_against(node.left, node.right.items)

    def literals_against(self, fact: Node, others: Iterable[Node]) -> None:
        """A comparison with a value that the fact never has would be a rule that never applies."""
        known = self.allowed.get(fact.name) if isinstance(fact, Fact) else None
        if known is None or not isinstance(fact, Fact):
            return
        for other in others:
            if isinstance(other, Literal) and other.value not in known:
                shown = str(other.value)[:100]
                hint = did_you_mean(shown, known)
                message = f'"{shown}" is no value of {fact.name}{hint}'
                if not hint:
                    message += f"; its values are {', '.join(sorted(known))}"
                self.faults.append(UnknownNameError(message, text=self.text, offset=other.start))

    def arithmetic(self, node: Arithmetic) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if left is None or right is None:
            return None
        if left in NUMBERS and right in NUMBERS:
            if left is not right:
                self.fault(
                    f"{node.operator} does not mix an int with a double; write 2.0 for 2", node.at
                )
                return None
            if node.operator == "%" and left is ValueType.DOUBLE:
                self.fault("% wants ints", node.at)
                return None
            return left
        self.fault(f"{node.operator} wants numbers, not {SAID[left]} and {SAID[right]}", node.at)
        return None

    def conditional(self, node: Conditional) -> Type:
        self.expect(node.test, {ValueType.BOOL}, "? wants a bool before it, and this is")
        then, otherwise = self.type_of(node.then), self.type_of(node.otherwise)
        if then is not None and otherwise is not None and then is not otherwise:
            self.fault(
                f"both sides of : must be of one type, not {SAID[then]} and {SAID[otherwise]}",
                node.otherwise.start,
            )
            return None
        return then if otherwise is not None else None

    def members(self, node: Members) -> Type:
        found: Type = ValueType.EMPTY_LIST
        for item in node.items:
            item_type = self.type_of(item)
            if item_type is None or found is None:
                found = None
                continue
            list_type = LIST_OF.get(item_type)
            if list_type is None:
                self.fault(f"a list has no room for {SAID[item_type]}", item.start)
                found = None
            elif found not in (ValueType.EMPTY_LIST, list_type):
                self.fault(f"{SAID[item_type]} does not belong in {SAID[found]}", item.start)
                found = None
            else:
                found = list_type
        return found

    def fault(self, message: str, at: int) -> None:
        self.faults.append(PolicyTypeError(message, text=self.text, offset=at))


def _same_kind(left: ValueType, right: ValueType) -> bool:
    return (
        left is right
        or {left, right} <= NUMBERS
        or ({left, right} <= LISTS and ValueType.EMPTY_LIST in (left, right))
    )
