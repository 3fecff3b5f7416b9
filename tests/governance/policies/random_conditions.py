"""Random well-typed conditions, each in our words and in those of Google's CEL.

The two differ where we allow a comparison of an int with a double: CEL wants the type hidden by
`dyn()`. Left out is what the two are known to read differently: `has(name)`, doubles that
overflow or are divided by zero, and doubled minus signs.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from governance.policies.expression.values import FactType

FACTS = {
    "n": FactType.INT,
    "m": FactType.INT,
    "x": FactType.DOUBLE,
    "y": FactType.DOUBLE,
    "s": FactType.STRING,
    "t": FactType.STRING,
    "b": FactType.BOOL,
    "c": FactType.BOOL,
    "tags": FactType.STRING_LIST,
    "at": FactType.TIMESTAMP,
}


@dataclass(frozen=True)
class Pair:
    """The same expression for us and for CEL. `binds`: needs no brackets within another."""

    ours: str
    cel: str
    binds: bool = False

    def bracketed(self) -> "Pair":
        return self if self.binds else Pair(f"({self.ours})", f"({self.cel})", True)


def join(parts: list[Pair | str]) -> Pair:
    texts = [(p, p) if isinstance(p, str) else (p.ours, p.cel) for p in parts]
    return Pair("".join(ours for ours, _ in texts), "".join(cel for _, cel in texts))


def atom(text: str) -> Pair:
    return Pair(text, text, True)


INTS = st.one_of(
    st.integers(-5, 5),
    st.sampled_from([2**63 - 1, -(2**63), 2**62, 2**53 + 1, -(2**53) - 1]),
    st.integers(-(2**63), 2**63 - 1),
)
DOUBLES = st.one_of(
    st.sampled_from([0.0, -0.0, 0.1, 1.0, -1.5, 2.0**53, 1e-300]),
    st.floats(-1e6, 1e6, allow_nan=False),
    st.integers(-5, 5).map(float),
)
TEXTS = st.text(st.sampled_from('ab"\\\n\u00e9\uffee\U0001f600'), max_size=3)
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


@st.composite
def whole(draw: st.DrawFn, depth: int = 2) -> Pair:
    kind = draw(st.integers(0, 7 if depth else 1))
    if kind <= 0:
        return atom(draw(st.sampled_from(["n", "m"])))
    if kind == 1:
        return atom(str(draw(INTS.filter(lambda i: i >= 0))))
    if kind == 2:
        return join(["-", draw(whole(depth=depth - 1)).bracketed()])
    if kind == 3:
        return join(["size(", draw(st.sampled_from([atom("tags"), atom("s")])), ")"])
    if kind == 4:
        parts = [draw(truth(depth=depth - 1)).bracketed(), " ? "]
        parts += [draw(whole(depth=depth - 1)), " : ", draw(whole(depth=depth - 1))]
        return join(parts).bracketed()
    left, right = draw(whole(depth=depth - 1)), draw(whole(depth=depth - 1))
    # Without brackets now and then: then it is precedence that both must agree on.
    if draw(st.booleans()) or right.ours.startswith("-"):
        left, right = left.bracketed(), right.bracketed()
    return join([left, f" {draw(st.sampled_from('+-*/%'))} ", right])


@st.composite
def double(draw: st.DrawFn, depth: int = 2) -> Pair:
    kind = draw(st.integers(0, 4 if depth else 1))
    if kind <= 0:
        return atom(draw(st.sampled_from(["x", "y"])))
    if kind == 1:
        return atom(repr(abs(draw(DOUBLES))))
    if kind == 2:
        return join(["-", draw(double(depth=depth - 1)).bracketed()])
    if kind == 3:
        divisor = abs(draw(DOUBLES.filter(lambda d: abs(d) > 1e-6)))
        return join([draw(double(depth=depth - 1)).bracketed(), f" / {divisor!r}"])
    left, right = draw(double(depth=depth - 1)), draw(double(depth=depth - 1))
    return join([left.bracketed(), f" {draw(st.sampled_from('+-*'))} ", right.bracketed()])


def text() -> st.SearchStrategy[Pair]:
    return st.one_of(st.sampled_from(["s", "t"]), TEXTS.map(quoted)).map(atom)


ORDERS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


@st.composite
def comparison(draw: st.DrawFn, depth: int) -> Pair:
    kind = draw(st.integers(0, 8))
    sign = f" {draw(ORDERS)} "
    if kind <= 1:
        return join([draw(whole()), sign, draw(whole())])
    if kind == 2:
        return join([draw(double()), sign, draw(double())])
    if kind == 3:
        number, other = draw(whole()), draw(double())
        hidden = Pair(number.ours, f"dyn({number.cel})")
        pair = [hidden, sign, other] if draw(st.booleans()) else [other, sign, hidden]
        return join(pair)
    if kind == 4:
        return join([draw(text()), sign, draw(text())])
    if kind == 5:
        moment = atom(f'timestamp("{instant(draw(INSTANTS))}")')
        return join(["at", sign, moment] if draw(st.booleans()) else [moment, sign, "at"])
    if kind == 6:
        test = draw(st.sampled_from(["startsWith", "endsWith", "contains"]))
        return join([draw(text()), f".{test}(", draw(text()), ")"])
    if kind == 7:
        members = ", ".join(p.ours for p in draw(st.lists(text(), max_size=3)))
        several = draw(st.sampled_from(["tags", f"[{members}]"]))
        return join([draw(text()), " in ", several])
    members = ", ".join(str(i) for i in draw(st.lists(INTS.filter(lambda i: i >= 0), max_size=3)))
    return join([draw(whole()).bracketed(), f" in [{members}]"])


@st.composite
def truth(draw: st.DrawFn, depth: int = 3) -> Pair:
    kind = draw(st.integers(0, 8 if depth else 3))
    if kind == 0:
        return atom(draw(st.sampled_from(["b", "c", "true", "false"])))
    if kind <= 3:
        return draw(comparison(depth))
    if kind == 4:
        return join(["!", draw(truth(depth=depth - 1)).bracketed()])
    if kind == 5:
        sides = [draw(truth(depth=depth - 1)) for _ in range(3)]
        return join([sides[0].bracketed(), " ? ", sides[1], " : ", sides[2]]).bracketed()
    if kind == 6:
        sides = [draw(truth(depth=depth - 1)).bracketed() for _ in range(2)]
        return join([sides[0], draw(st.sampled_from([" == ", " != "])), sides[1]])
    terms = draw(st.lists(truth(depth=depth - 1), min_size=2, max_size=4))
    parts: list[Pair | str] = [terms[0]]
    for term in terms[1:]:
        parts += [draw(st.sampled_from([" && ", " || "])), term]
    return join(parts)


VALUES: dict[FactType, st.SearchStrategy[Any]] = {
    FactType.INT: INTS,
    FactType.DOUBLE: DOUBLES,
    FactType.STRING: TEXTS,
    FactType.BOOL: st.booleans(),
    FactType.STRING_LIST: st.lists(TEXTS, max_size=3),
    FactType.TIMESTAMP: INSTANTS,
}


@st.composite
def given_facts(draw: st.DrawFn) -> dict[str, Any]:
    """Values for some of the facts, or None; timestamps as datetimes."""
    names = draw(st.sets(st.sampled_from(sorted(FACTS)), min_size=4))
    return {name: draw(VALUES[FACTS[name]]) for name in sorted(names)}
