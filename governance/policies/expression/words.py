"""What a condition asks, in words for people who read no code, before anything was looked at."""

from collections.abc import Mapping

from governance.policies.expression.nodes import (
    AllOf,
    AnyOf,
    Comparison,
    Fact,
    Has,
    Literal,
    Members,
    Node,
    Not,
    TextTest,
)
from governance.policies.expression.parser import parse
from governance.policies.expression.sentences import ASKED, said


def in_words(text: str, names: Mapping[str, str]) -> str:
    """A condition that was found valid. `names`: what facts are called; others go by their own."""
    return _Words(text, names).of(parse(text))


class _Words:
    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        self.text = text
        self.names = names

    def of(self, node: Node) -> str:
        match node:
            case AllOf(terms=terms):
                return " and ".join(self.within(term) for term in terms)
            case AnyOf(terms=terms):
                return " or ".join(self.within(term) for term in terms)
            case Not(operand=Fact() as fact):
                return f"it does not hold that {self.value(fact)}"
            case Not(operand=operand):
                return f"it is not so that ({self.of(operand)})"
            case Fact():
                return f"it holds that {self.value(node)}"
            case Has(fact=fact):
                return f"{self.value(fact)} was given"
            case Comparison(operator=operator, left=left, right=right):
                return f"{self.value(left)} is {ASKED[operator]} {self.value(right)}"
            case TextTest(operator=operator, subject=subject, part=part):
                return f"{self.value(subject)} is {ASKED[operator]} {self.value(part)}"
        return self.source(node)

    def within(self, node: Node) -> str:
        """A term beside others: in brackets where it has an "and" or "or" of its own."""
        told = self.of(node)
        return f"({told})" if isinstance(node, AllOf | AnyOf) else told

    def value(self, node: Node) -> str:
        match node:
            case Fact(name=name) if name in self.names:
                return f"“{self.names[name]}”"
            case Literal(value=value):
                return said(value)
            case Members(items=items):
                return ", ".join(self.value(item) for item in items)
        return self.source(node)

    def source(self, node: Node) -> str:
        return self.text[node.start : node.end]
