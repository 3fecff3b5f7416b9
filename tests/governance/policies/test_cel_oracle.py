"""Our conditions say what Google's own CEL says, wherever both read the same text."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings

from governance.policies.expression import Expression, read_expression
from governance.policies.expression.values import FactType, Unknown
from tests.governance.policies.random_conditions import FACTS, given_facts, instant, truth

cel = pytest.importorskip("cel_expr_python.cel", reason="CEL is built for Linux with glibc only")

TYPES = {
    FactType.BOOL: cel.Type.BOOL,
    FactType.INT: cel.Type.INT,
    FactType.DOUBLE: cel.Type.DOUBLE,
    FactType.STRING: cel.Type.STRING,
    FactType.STRING_LIST: cel.Type.List(cel.Type.STRING),
    FactType.TIMESTAMP: cel.Type.TIMESTAMP,
}
ORACLE = cel.NewEnv(variables={name: TYPES[kind] for name, kind in FACTS.items()})


def cel_says(text, facts):
    """True, False, or None for an error, which is what CEL makes of a missing variable."""
    result = ORACLE.compile(text).eval(data=facts)
    return None if str(result.type()) == "ERROR" else result.value()


def we_say(text, facts):
    read = read_expression(text, FACTS)
    assert isinstance(read, Expression), [fault.shown() for fault in read]
    ours = {k: instant(v) if isinstance(v, datetime) else v for k, v in facts.items()}
    result, _ = read.evaluate(ours)
    return None if isinstance(result, Unknown) else result


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(pair=truth(), facts=given_facts())
def test_a_random_condition_has_the_result_that_cel_gives_it(pair, facts):
    assert we_say(pair.ours, facts) == cel_says(pair.cel, facts)


@pytest.mark.parametrize(
    "text",
    [
        "n == 1 ||", "n = 1", "(n == 1", "n == 1u2", "s == 'a", "s == '\\q'", "s == '\\ud800'",
        "n == 9223372036854775808", "n == -9223372036854775809", "1. == x", "n in", "b b",
        "!", "n ! = 1", "size(tags,) == 1", "n == 1.2.3", "unheard_of == 1", "s == 1", "b + b == b",
        "n < 'a'", "!n", "n", "b && n", "x % 2.0 == 1.0", "n + 0.5 == 1.0", "s.startsWith(1)",
        "n ? b : b", "while == 1", "n == null", "[1] in [2]", "-s == 's'", "s.nothing()",
    ],
)  # fmt: skip
def test_what_cel_refuses_we_refuse_too(text):
    assert not isinstance(read_expression(text, FACTS), Expression)
    try:
        kind = str(ORACLE.compile(text).return_type())
    except (RuntimeError, ValueError):
        return
    assert kind != "BOOL"
