"""The confidence threshold that a policy's rules state."""

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from governance.policies import (
    Context,
    Disposition,
    Mode,
    PolicyInvalid,
    evaluate,
    stated_threshold,
)
from tests.governance.policies.builders import context, facts, policy, rule

PASSES_FROM_95 = rule('confidence >= 0.95 && outcome == "approve"', "pass", id="clear")
HELD_BELOW_80 = rule("confidence < 0.8", "review", id="unsure")


@pytest.mark.parametrize(
    ("rules", "more", "outcome", "stated"),
    [
        ([PASSES_FROM_95], {}, "approve", 0.95),
        ([PASSES_FROM_95], {}, "", 0.95),
        ([PASSES_FROM_95], {}, "deny", None),
        ([HELD_BELOW_80], {"mode": "hotl"}, "", 0.8),
        ([HELD_BELOW_80], {}, "", None),
        ([rule("0.8 > confidence", "block")], {"mode": "hotl"}, "", 0.8),
        ([rule("!(confidence >= 0.8)", "review")], {"mode": "hotl"}, "", 0.8),
        ([rule("!(confidence < 0.9)", "pass")], {}, "", 0.9),
        ([rule("confidence < 0.8 || is_new", "review")], {"mode": "hotl"}, "", 0.8),
        ([rule("confidence < 0.8 && is_new", "review")], {"mode": "hotl"}, "", None),
        ([rule("confidence > 0.9 || confidence > 0.7 && is_new", "pass")], {}, "", 0.7),
        ([rule("confidence > 0.9 || is_new", "pass")], {}, "", None),
        ([rule("is_new", "pass"), PASSES_FROM_95], {}, "", None),
        ([HELD_BELOW_80, rule("is_new", "pass")], {}, "", 0.8),
        ([rule("confidence >= 0.6", "pass"), HELD_BELOW_80], {"mode": "hotl"}, "", 0.6),
        (
            [rule('confidence < 0.7 && outcome in ["deny"]', "review")],
            {"mode": "hotl"},
            "deny",
            0.7,
        ),
        ([rule('confidence < 0.7 && outcome == "deny"', "review")], {"mode": "hotl"}, "", None),
        ([rule("true", "review")], {"mode": "hotl"}, "", None),
        ([rule("has(confidence) || is_new", "review"), PASSES_FROM_95], {}, "", 0.95),
        ([rule("confidence >= 1.5", "pass")], {}, "", None),
        ([], {"mode": "hotl"}, "", None),
        ([], {}, "", None),
    ],
)
def test_what_the_rules_state(rules, more, outcome, stated):
    assert stated_threshold(policy(*rules, **more), outcome) == stated


ABOUT_CONFIDENCE = st.builds(
    "confidence {} {}".format,
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    st.sampled_from(["0.2", "0.5", "0.8", "1.0"]),
) | st.builds("{} > confidence".format, st.sampled_from(["0.2", "0.5", "0.8"]))
ATOMS = ABOUT_CONFIDENCE | st.sampled_from(
    ["is_new", "true", 'outcome == "approve"', 'outcome != "approve"', 'outcome in ["deny"]']
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: (
        st.builds("({} && {})".format, inner, inner)
        | st.builds("({} || {})".format, inner, inner)
        | st.builds("!({})".format, inner)
    ),
    max_leaves=5,
)


@given(
    st.lists(st.tuples(CONDITIONS, st.sampled_from(["pass", "review", "block"])), max_size=4),
    st.sampled_from(["hitl", "hotl"]),
    st.sampled_from(["approve", "deny"]),
    st.booleans() | st.none(),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_nothing_passes_below_what_is_stated(given_rules, mode, outcome, is_new, about_it):
    listed = [rule(when, then, id=f"r{i}") for i, (when, then) in enumerate(given_rules)]
    try:
        rules = policy(*listed, mode=mode)
    except PolicyInvalid:
        # A rule that always applies stands before another.
        reject()
    stated = stated_threshold(rules, outcome if about_it else "")
    moment: Context = context(mode=Mode(mode))
    for confidence in (0.0, 0.1, 0.2, 0.3, 0.5, 0.6, 0.8, 0.9, 1.0):
        if stated is not None and confidence < stated:
            given_facts = facts(outcome=outcome, confidence=confidence, values={"is_new": is_new})
            found = evaluate(rules, given_facts, moment)
            assert found.disposition is not Disposition.PASS
