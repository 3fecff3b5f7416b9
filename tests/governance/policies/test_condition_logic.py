"""Kleene's laws, for every combination of true, false and unknown."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.policies.expression import Expression, read_expression
from governance.policies.expression.values import FactType, Unknown
from tests.governance.policies.random_conditions import FACTS, given_facts, instant, truth

BOOLS = dict.fromkeys("pqr", FactType.BOOL)
THREE = (True, False, None)
RANK = {False: 0, None: 1, True: 2}  # in Kleene's logic && is the least, || the greatest


def result_of(text, facts, types=BOOLS):
    read = read_expression(text, types)
    assert isinstance(read, Expression), read
    result, _ = read.evaluate(facts)
    return None if isinstance(result, Unknown) else result


@pytest.mark.parametrize(("p", "q"), list(product(THREE, THREE)))
def test_and_or_and_not_have_kleenes_truth_tables(p, q):
    facts = {"p": p, "q": q}

    assert result_of("p && q", facts) is min(p, q, key=RANK.__getitem__)
    assert result_of("p || q", facts) is max(p, q, key=RANK.__getitem__)
    assert result_of("!p", facts) is (None if p is None else not p)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("p && q", "q && p"),
        ("p || q", "q || p"),
        ("p && (q && r)", "p && q && r"),
        ("p || (q || r)", "p || q || r"),
        ("p && (q || r)", "p && q || p && r"),
        ("p || q && r", "(p || q) && (p || r)"),
        ("!(p && q)", "!p || !q"),
        ("!(p || q)", "!p && !q"),
        ("!!p", "p"),
        ("p || p && q", "p"),
        ("p && true", "p"),
        ("p || false", "p"),
    ],
)
def test_both_sides_of_a_law_are_equal_for_all_values(left, right):
    for values in product(THREE, repeat=3):
        facts = dict(zip("pqr", values, strict=True))
        assert result_of(left, facts) is result_of(right, facts), facts


def test_nothing_is_excluded_about_what_is_unknown():
    assert result_of("p || !p", {}) is None
    assert result_of("p && !p", {}) is None


@settings(max_examples=300, deadline=None)
@given(pair=truth(), facts=given_facts(), data=st.data())
def test_learning_a_missing_fact_never_turns_a_known_result_round(pair, facts, data):
    known = {k: instant(v) if FACTS[k] is FactType.TIMESTAMP else v for k, v in facts.items()}
    forgotten = data.draw(st.sets(st.sampled_from(sorted(known))))
    less = {name: None if name in forgotten else value for name, value in known.items()}

    before = result_of(pair.ours, less, FACTS)
    assert before is None or before is result_of(pair.ours, known, FACTS)
