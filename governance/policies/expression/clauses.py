"""What a condition looked at: its clauses, and what each was found to be."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from governance.policies.expression.errors import line_and_column
from governance.policies.expression.nodes import (
    Comparison,
    Fact,
    Has,
    Literal,
    Node,
    TextTest,
    fact_names,
)
from governance.policies.expression.values import Known

MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a condition that is true, false or unknown by itself.

    `text`, `line`, `column`: where it stands in the condition, both from 1. `subject`: the text
    of what is looked at, the bare name for a fact. `operator`: `== != < <= > >= in startsWith
    endsWith contains`, `has`, or `is` for a bool that stands alone. `limit`: the text of what
    the subject is compared with, or None. `subject_varies`, `limit_varies`: whether they hang on
    facts. `facts`: the names of all facts in it.
    A fact that stands on the right (`0.7 > confidence`) is the subject, and the operator turned.
    """

    text: str
    line: int
    column: int
    subject: str
    operator: str
    limit: str | None
    subject_varies: bool
    limit_varies: bool
    facts: tuple[str, ...]


class ClauseResult(NamedTuple):
    """What an evaluation saw. `result`: None is unknown, and `why` then says why.

    `value`, `limit`: what the two sides of the clause were; None where missing or not compared.
    """

    clause: Clause
    value: Known
    limit: Known
    result: bool | None
    why: str | None


note: Callable[[tuple[Clause, Known, Known, bool | None, str | None]], ClauseResult] = partial(
    tuple.__new__, ClauseResult
)
"""A ClauseResult of its five parts, in half the time: an evaluation makes dozens of them."""


def clause_of(node: Node, text: str) -> tuple[Clause, bool]:
    """The clause that `node` is, and whether its sides are turned round."""
    subject, operator, limit, turned = _parts(node)
    line, column = line_and_column(text, node.start)
    clause = Clause(
        text=text[node.start : node.end],
        line=line,
        column=column,
        subject=text[subject.start : subject.end],
        operator=operator,
        limit=None if limit is None else text[limit.start : limit.end],
        subject_varies=any(fact_names(subject)),
        limit_varies=limit is not None and any(fact_names(limit)),
        facts=tuple(dict.fromkeys(fact_names(node))),
    )
    return clause, turned


def _parts(node: Node) -> tuple[Node, str, Node | None, bool]:
    match node:
        case Comparison():
            turned = (
                isinstance(node.right, Fact)
                and isinstance(node.left, Literal)
                and node.operator in MIRRORED
            )
            if turned:
                return node.right, MIRRORED[node.operator], node.left, True
            return node.left, node.operator, node.right, False
        case TextTest():
            return node.subject, node.operator, node.part, False
        case Has():
            return node.fact, "has", None, False
    return node, "is", None, False
