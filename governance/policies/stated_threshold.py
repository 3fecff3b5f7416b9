"""The confidence that a policy's rules state as a threshold: below it none lets anything pass.

Two questions are asked of a condition, each answered as far as its text shows, never beyond:
- its *floor*: where it applies, the confidence is at least this;
- its *ceiling*: where the confidence is less than this, it applies.
A condition that cannot be known for a decision sends it to a person, so that it lets nothing pass.
"""

from math import inf

from governance.policies.expression.clauses import MIRRORED
from governance.policies.expression.nodes import (
    AllOf,
    AnyOf,
    Comparison,
    Fact,
    Literal,
    Members,
    Node,
    Not,
)
from governance.policies.expression.parser import parse
from governance.policies.rules import Rules
from governance.policies.vocabulary import Disposition, Mode

_NEVER, _NOTHING_SAID = inf, 0.0
_FROM, _BELOW = frozenset({">=", ">", "=="}), frozenset({"<", "<="})


def stated_threshold(rules: Rules, outcome: str = "") -> float | None:
    """From 0.0 to 1.0; None where the rules state none, or let nothing pass.

    `outcome`: the key that the question is about; empty: whatever the outcome. Of a decision that
    lacks a confidence nothing is said.
    """
    held_below, lowest = _NOTHING_SAID, _NEVER
    for rule in rules.rules:
        condition = parse(rule.when.text)
        if rule.then is Disposition.PASS:
            lowest = min(lowest, max(held_below, _floor(condition, outcome)))
        else:
            held_below = max(held_below, _ceiling(condition, outcome))
    if rules.mode is Mode.HOTL:
        lowest = min(lowest, held_below)
    return lowest if _NOTHING_SAID < lowest <= 1 else None


def _floor(node: Node, outcome: str) -> float:
    """`inf` where the condition never applies to the outcome."""
    match node:
        case AllOf(terms=terms):
            return max(_floor(term, outcome) for term in terms)
        case AnyOf(terms=terms):
            return min(_floor(term, outcome) for term in terms)
        case Not(operand=operand):
            return _ceiling(operand, outcome)
        case Comparison():
            operator, limit = _on("confidence", node)
            if operator in _FROM and isinstance(limit, int | float):
                return float(limit)
            return _NEVER if _of_outcome(node, outcome) is False else _NOTHING_SAID
    return _NOTHING_SAID


def _ceiling(node: Node, outcome: str) -> float:
    """`inf` where the condition always applies to the outcome."""
    match node:
        case AllOf(terms=terms):
            return min(_ceiling(term, outcome) for term in terms)
        case AnyOf(terms=terms):
            return max(_ceiling(term, outcome) for term in terms)
        case Not(operand=operand):
            return _floor(operand, outcome)
        case Literal(value=True):
            return _NEVER
        case Comparison():
            operator, limit = _on("confidence", node)
            if operator in _BELOW and isinstance(limit, int | float):
                return float(limit)
            return _NEVER if _of_outcome(node, outcome) else _NOTHING_SAID
    return _NOTHING_SAID


def _on(fact: str, node: Comparison) -> tuple[str, object]:
    """How the fact is compared with a literal, the fact on the left; empty if it is not."""
    match node:
        case Comparison(left=Fact(name=name), right=Literal(value=value)) if name == fact:
            return node.operator, value
        case Comparison(left=Literal(value=value), right=Fact(name=name)) if name == fact:
            return MIRRORED.get(node.operator, ""), value
    return "", None


def _of_outcome(node: Comparison, outcome: str) -> bool | None:
    """Whether a comparison of the outcome holds for this one; None where it is about something
    else, or the question about every outcome."""
    if not outcome:
        return None
    operator, value = _on("outcome", node)
    if operator in ("==", "!="):
        return (value == outcome) is (operator == "==")
    match node:
        case Comparison(operator="in", left=Fact(name="outcome"), right=Members(items=items)):
            return any(isinstance(item, Literal) and item.value == outcome for item in items)
    return None
