"""What a text is told before it is published: rules that never apply, and rules that overlap."""

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from governance.policies import PolicyInvalid, parse_policy
from governance.policies.examining import budget, examine_policy
from tests.governance.policies.builders import SCHEMA, as_text, document, rule, trigger
from tests.governance.policies.test_evaluate_properties import FACTS


def text_of(*rules, **more):
    numbered = [{**each, "id": f"r{i}", "title": f"T{i}"} for i, each in enumerate(rules)]
    return as_text(document(*numbered, **more))


def faults_of(*rules, **more):
    try:
        examine_policy(text_of(*rules, **more), schema=SCHEMA)
    except PolicyInvalid as refused:
        return [(fault.pointer, fault.code) for fault in refused.problems]
    return []


def warnings_of(*rules, **more):
    return examine_policy(text_of(*rules, **more), schema=SCHEMA).warnings


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("amount > 100.0", "amount > 100.0"),
        ("amount > 100.0", "100.0  <  amount"),
        ("amount > 100.0", "amount > 200.0"),
        ("amount > 100.0", "is_new && amount >= 100.5"),
        ("amount >= 100.0", "amount == 100.0"),
        ("amount != 5.0", "amount > 5.0 && amount < 6.0"),
        ("amount > 99", "amount > 99.5"),
        ("count > 3", "count >= 4"),
        ("count < 10", "count in [1, 2]"),
        ('segment in ["a", "b"]', 'segment == "b"'),
        ('segment != "a"', 'segment == "b"'),
        ('segment < "b"', 'segment == "a" || segment == "aa"'),
        ("is_new", "is_new == true && count > 1"),
        ("!is_new", "is_new == false"),
        ('"x" in flags', '"x" in flags && "y" in flags'),
        ("has(amount)", "amount < 0.0"),
        ("has(amount) || is_new", "amount < 0.0"),
        ("confidence <= 1.0", "has(confidence)"),
        ('outcome == "deny"', "outcome != \"approve\""),
        ("amount / 2.0 > impact", "is_new && amount/2.0 > impact"),
        ("size(flags) > 1 || is_new", "size(flags) > 1"),
        ('applied_at < timestamp("2026-01-02T00:00:00Z")',
         'applied_at <= timestamp("2026-01-01T00:00:00+01:00")'),
        ("true", "is_new"),
    ],
)  # fmt: skip
def test_a_rule_that_an_earlier_one_always_covers_is_a_fault(earlier, later):
    whole = parse_policy(text_of(rule(earlier, "block")), schema=SCHEMA)
    assert whole
    found = faults_of(rule(earlier, "block"), rule(later, "pass"))
    assert found == [("/rules/1", "unreachable")]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("amount > 200.0", "amount > 100.0"),
        ("amount > 100.0", "amount >= 100.0"),
        ("amount > 100.0 && is_new", "amount > 200.0"),
        ("amount > 99.5", "amount > 99"),
        ("count > 4", "count >= 4"),
        ("count < 2", "count in [1, 2]"),
        ('segment == "a"', 'segment in ["a", "b"]'),
        ('segment < "b"', 'segment <= "b"'),
        ("is_new", "!is_new"),
        ("is_new || !is_new", "count > 1"),
        ('"x" in flags && "y" in flags', '"x" in flags'),
        ("amount > 0.0", "has(amount)"),
        ("amount / 2.0 > impact", "amount / 3.0 > impact"),
        ("confidence < 1.0", "has(confidence)"),
        ('outcome == "approve"', "adverse"),
    ],
)
def test_a_rule_that_is_heard_of_something_is_none(earlier, later):
    assert faults_of(rule(earlier, "block"), rule(later, "pass")) == []


def test_several_earlier_rules_cover_one_together():
    rules = [rule("amount < 100.0", "block"), rule("amount >= 100.0", "pass")]
    assert faults_of(*rules, rule("amount != 40.0 && is_new", "review")) == [
        ("/rules/2", "unreachable")
    ]
    assert faults_of(*rules, rule("!has(amount)", "review")) == []


def test_the_fault_names_the_rule_that_comes_first_and_where_this_one_stands():
    text = text_of(rule("amount > 100.0", "block"), rule("amount > 200.0", "pass"))
    with pytest.raises(PolicyInvalid) as refused:
        examine_policy(text, schema=SCHEMA)
    (fault,) = refused.value.problems
    assert 'rule 1, "T0"' in fault.message
    assert text.splitlines()[fault.place.line - 1] == "- id: r1"
    assert fault.place.column == 3


@pytest.mark.parametrize(
    "when",
    [
        "false",
        "amount > 5.0 && amount < 5.0",
        "amount > 5.0 && !has(amount)",
        "count > 3 && count < 4",
        'segment == "a" && segment == "b"',
        "is_new && !is_new",
        "confidence > 1.0",
        "impact < 0.0",
        'outcome == "deny" && outcome == "approve"',
        "size(flags) > 1 && !(size(flags) > 1)",
    ],
)
def test_a_condition_that_is_never_true_is_a_fault(when):
    assert faults_of(rule(when, "pass")) == [("/rules/0/when", "never_true")]
    asking = {"quorum_triggers": [trigger(when, "article_14_5")]}
    assert faults_of(**asking) == [("/quorum_triggers/0/when", "never_true")]


def test_a_rule_that_never_applies_covers_no_other():
    found = faults_of(rule("is_new && !is_new", "pass"), rule("is_new && !is_new", "block"))
    assert [code for _, code in found] == ["never_true", "never_true"]


def test_rules_that_overlap_are_told_with_an_example_and_keep_nothing_back():
    text = text_of(
        rule("amount > 100.0", "block"),
        rule('segment == "gold"', "pass"),
        rule("is_new", "block"),
    )
    found = examine_policy(text, schema=SCHEMA)
    assert [(w.pointer, w.code) for w in found.warnings] == [
        ("/rules/1", "overlap"),
        ("/rules/2", "overlap"),
    ]
    first = found.warnings[0].message
    assert 'rule 1, "T0" (block), comes first where both apply, and this one (pass)' in first
    assert re.search(r'for example: amount 10[0-9.]+, segment "gold"$', first)
    assert found.rules == parse_policy(text, schema=SCHEMA)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("amount > 100.0", "amount <= 100.0"),
        ('segment == "a"', 'segment == "b"'),
        ('outcome == "approve"', "adverse"),
        ("is_new && amount > 1.0", "!is_new"),
    ],
)
def test_rules_that_never_apply_together_are_not_told(first, second):
    assert warnings_of(rule(first, "block"), rule(second, "pass")) == ()


def test_rules_that_ask_for_the_same_do_not_overlap():
    assert warnings_of(rule("amount > 1.0", "pass"), rule("is_new", "pass")) == ()


def test_an_example_is_found_where_a_condition_reckons():
    (warning,) = warnings_of(rule("amount * 2.0 > 1000.0", "block"), rule("is_new", "pass"))
    assert "is_new true" in warning.message


def test_what_takes_too_long_is_said_to_have_been_left_out(monkeypatch):
    monkeypatch.setattr(budget.Budget, "spend", lambda self, steps: _refuse(self))
    (warning,) = warnings_of(rule("amount > 1.0", "block"), rule("is_new", "pass"))
    assert (warning.pointer, warning.code) == ("/rules", "not_compared")


def _refuse(kept):
    kept.is_whole = False
    return False


CLAUSES = [
    "amount > 5.0", "amount > 6.0", "amount < 5.5", "amount == 5.0", "has(amount)", "count >= 1",
    "count < 1", "count in [0, 1]", 'segment == "a"', 'segment != "a"', 'segment < "b"', "is_new",
    "!is_new", '"x" in flags', '"y" in flags', "size(flags) > 1", "amount / 2.0 > impact",
    "impact > 3.0", "confidence < 0.5", "has(confidence)", 'outcome == "deny"', "adverse",
    'applied_at < timestamp("2026-01-01T00:00:00Z")', "count % count == 0",
]  # fmt: skip


@st.composite
def conditions(draw, depth=2):
    if not depth or draw(st.booleans()):
        return draw(st.sampled_from(CLAUSES))
    terms = draw(st.lists(conditions(depth=depth - 1), min_size=2, max_size=3))
    sign = draw(st.sampled_from([" && ", " || "]))
    joined = f"({sign.join(terms)})"
    return draw(st.sampled_from(["", "!"])) + joined


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(conditions(), min_size=2, max_size=4), st.lists(FACTS, min_size=5, max_size=20))
def test_no_rule_that_some_facts_reach_is_called_unreachable(whens, decisions):
    rules = [rule(when, ["pass", "block"][i % 2]) for i, when in enumerate(whens)]
    unreachable = {int(at.split("/")[2]) for at, _ in faults_of(*rules)}
    assume(unreachable)
    read = parse_policy(text_of(*rules), schema=SCHEMA).rules
    for decision in decisions:
        heard = next(
            (i for i, one in enumerate(read) if one.when.evaluate(decision.given)[0] is True), None
        )
        assert heard not in unreachable


@settings(max_examples=50, deadline=None)
@given(st.lists(conditions(), min_size=2, max_size=4))
def test_an_old_text_is_read_whatever_is_found_in_it(whens):
    text = text_of(*(rule(when, "review") for when in whens))
    assert len(parse_policy(text, schema=SCHEMA).rules) == len(whens)
