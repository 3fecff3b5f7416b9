"""The values of a fact that stand for all others, as far as comparisons with literals tell them
apart.

A fact compared with literals alone has only so many cells: each literal, the gaps between them,
what lies beyond, and what cannot be known. One value of every cell is among those given here:
of a gap the least value that lies in it, since there is a next double, a next int, a next
microsecond and a next text after any. Values that a person would choose come first.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from math import ceil, floor, inf, isfinite, nextafter

from governance.policies.decision_schema import DecisionSchema
from governance.policies.expression.values import INT_MAX, INT_MIN, FactType, Scalar
from governance.policies.facts import BUILT_IN_FACTS
from governance.policies.vocabulary import Effect

ODD = object()
"""Of no fact's type: given, and yet unknown."""

MAX_LISTED = 5  # literals of a list fact; each more would double the cells
_MAYBE_MISSING = frozenset({"confidence", "impact"})
_SAID = ("other", "another")
_INSTANT = datetime(2026, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def values_of(name: str, literals: Iterable[Scalar], schema: DecisionSchema) -> list[object]:
    """Values of the fact that reach every cell which comparisons with `literals` make. None is
    the missing one."""
    declared = schema.all_facts()[name]
    listed = list(literals)
    found = list(_known(name, declared, listed, schema))
    if name not in BUILT_IN_FACTS:
        return [*found, None, ODD]
    return [*found, None] if name in _MAYBE_MISSING else found


def _known(
    name: str, declared: FactType, literals: Sequence[Scalar], schema: DecisionSchema
) -> Iterator[object]:
    if name == "adverse" and schema.outcomes:
        yield from sorted({outcome in schema.adverse for outcome in schema.outcomes})
    elif name == "outcome" and schema.outcomes:
        yield from sorted(schema.outcomes)
    elif name == "effect":
        yield from [effect.value for effect in Effect]
    elif declared is FactType.BOOL:
        yield from (True, False)
    elif declared is FactType.DOUBLE:
        yield from _doubles(name, [n for n in literals if _is_number(n)])
    elif declared is FactType.INT:
        yield from _ints([n for n in literals if _is_number(n)])
    elif declared is FactType.STRING:
        yield from _texts([text for text in literals if isinstance(text, str)])
    elif declared is FactType.TIMESTAMP:
        yield from _instants([at for at in literals if isinstance(at, datetime)])
    else:
        yield from _lists([text for text in literals if isinstance(text, str)])


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _doubles(name: str, literals: Sequence[Scalar]) -> Iterator[float]:
    least, most = 0.0 if name in _MAYBE_MISSING else -inf, 1.0 if name == "confidence" else inf
    near = [float(literal) for literal in literals]  # type: ignore[arg-type]
    middles = [(a + b) / 2 for a, b in zip(sorted(near), sorted(near)[1:], strict=False)]
    beyond = [n + step for n in near for step in (1.0, -1.0)]
    edges = [e for n in near for e in (nextafter(n, inf), nextafter(n, -inf))]
    ends = [max(least, -sys.float_info.max), min(most, sys.float_info.max)]
    for value in (*near, *middles, *beyond, 0.0, 1.0, *edges, *ends):
        if least <= value <= most and isfinite(value):
            yield value


def _ints(literals: Sequence[Scalar]) -> Iterator[int]:
    steps = (0, 1, -1)
    near = [
        round_(literal) + step  # type: ignore[arg-type]
        for step in steps
        for literal in literals
        for round_ in (floor, ceil)
    ]
    for value in (*near, 0, 1, INT_MIN, INT_MAX):
        if INT_MIN <= value <= INT_MAX:
            yield value


def _texts(literals: Sequence[str]) -> Iterator[str]:
    # The least text after another is that one with the least character added.
    yield from (*literals, *_SAID, "", *(f"{text}\0" for text in literals))


def _instants(literals: Sequence[datetime]) -> Iterator[str]:
    for step in (timedelta(), timedelta(days=1), -timedelta(days=1), _MICROSECOND, -_MICROSECOND):
        for at in literals or (_INSTANT,):
            try:
                moved = at + step
            except OverflowError:
                continue
            if moved.year >= 1:
                yield moved.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _lists(literals: Sequence[str]) -> Iterator[list[str]]:
    """Every selection of the literals, with and without a member that is none of them."""
    chosen = sorted(set(literals))[:MAX_LISTED]
    for size in range(len(chosen) + 1):
        for members in combinations(chosen, size):
            yield list(members)
            yield [*members, *_SAID]
