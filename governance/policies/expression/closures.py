"""The shapes of what a condition is compiled into."""

from collections.abc import Callable, Mapping

from governance.policies.expression.clauses import ClauseResult
from governance.policies.expression.values import Unknown, Value

Given = Mapping[str, object]
"""Fact names to what the caller knows of them; absent and None are the same."""

Seen = list[ClauseResult]
"""Where an evaluation leaves the clauses that it looked at, in that order."""

Truth = bool | Unknown
Reckon = Callable[[Given, Seen], Value]
Judge = Callable[[Given, Seen], Truth]
