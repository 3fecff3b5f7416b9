"""The language of a rule's condition: a subset of CEL with three-valued logic and a trace.

CEL: https://github.com/google/cel-spec. What is left out stands in `parser`, what differs in
`checking` and `compiling`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from governance.policies.expression.checking import check
from governance.policies.expression.clauses import Clause, ClauseResult
from governance.policies.expression.closures import Given, Judge
from governance.policies.expression.compiling import Compiler
from governance.policies.expression.errors import PolicyTextError
from governance.policies.expression.nodes import fact_names
from governance.policies.expression.parser import parse
from governance.policies.expression.values import FactType, Unknown


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition that was read and fits its facts. Two are equal when text and facts are.

    `clauses`: all its clauses, in the order in which they are looked at; `names`: the facts that
    it names.
    """

    text: str
    clauses: tuple[Clause, ...]
    names: frozenset[str]
    judge: Judge = field(compare=False, repr=False)

    def evaluate(self, given: Given) -> tuple[bool | Unknown, tuple[ClauseResult, ...]]:
        """True, false or unknown for these facts, and each clause looked at, in that order."""
        seen: list[ClauseResult] = []
        return self.judge(given, seen), tuple(seen)

    def is_constant(self) -> bool:
        """Whether the condition names no fact, so that it is always the same."""
        return not self.names


def read_expression(
    text: str,
    facts: Mapping[str, FactType],
    allowed: Mapping[str, frozenset[str]] | None = None,
) -> Expression | tuple[PolicyTextError, ...]:
    """The condition that `text` is, or every fault that keeps it from being one.

    `facts`: name and type of each fact. `allowed`: the values that a string fact can have.
    A syntax fault comes alone, for nothing behind it can be trusted.
    """
    try:
        root = parse(text)
    except PolicyTextError as fault:
        return (fault,)
    faults = check(root, text, facts, allowed or {})
    if faults:
        return faults
    compiler = Compiler(text, facts)
    judge = compiler.judge(root)
    return Expression(text, tuple(compiler.clauses), frozenset(fact_names(root)), judge)
