"""What a policy says of stratified audits: its faults, its rates, and the draw by them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.policies import (
    DecisionSchema,
    FactType,
    Mode,
    PolicyInvalid,
    context_from_json,
    context_to_json,
    evaluate,
    parse_policy,
)
from governance.policies.audits import AuditPlan
from tests.governance.policies.builders import (
    SCHEMA,
    as_text,
    context,
    document,
    facts,
    policy,
    rule,
)

PASSING = rule("true", "pass")
LIMITS = {"error_limit": 0.02, "min_rate": 0.01, "max_rate": 0.5}
ON_THE_LOOP = {"mode": "hotl", "audit_rate": 0.1}


def plan(*segments, **more):
    return {"segments": list(segments), **LIMITS, **more}


def faults(schema=SCHEMA, **more):
    try:
        parse_policy(as_text(document(PASSING, **{**ON_THE_LOOP, **more})), schema=schema)
    except PolicyInvalid as refused:
        return refused.problems
    return ()


def test_a_policy_without_a_plan_reads_as_before():
    rules = policy(PASSING, **ON_THE_LOOP)

    assert (rules.audit, rules.intervention_window) == (None, None)


def test_a_plan_is_read_with_its_defaults_or_without():
    short = policy(PASSING, **ON_THE_LOOP, audit=plan("segment"), intervention_window="PT2H")
    full = policy(
        PASSING, **ON_THE_LOOP, audit=plan("outcome", "is_new", confidence=0.9, window="P30D")
    )

    assert short.audit == AuditPlan(("segment",), 0.02, 0.01, 0.5, 0.95, timedelta(days=90))
    assert short.intervention_window == timedelta(hours=2)
    assert full.audit == AuditPlan(("outcome", "is_new"), 0.02, 0.01, 0.5, 0.9, timedelta(days=30))


@pytest.mark.parametrize(
    ("more", "pointer", "said"),
    [
        ({"audit": plan("segmnt")}, "/audit/segments/0", 'did you mean "segment"'),
        ({"audit": plan("outcome", "amount")}, "/audit/segments/1", "too many values"),
        ({"audit": plan("confidence")}, "/audit/segments/0", "too many values"),
        ({"audit": plan("flags")}, "/audit/segments/0", "too many values"),
        ({"audit": plan("effect")}, "/audit/segments/0", "too many values"),
        ({"audit": plan("outcome", "outcome")}, "/audit/segments/1", "stands here twice"),
        ({"audit": plan("a", "b", "c", "d")}, "/audit/segments", "at most 3"),
        ({"audit": plan(1)}, "/audit/segments/0", "not a text"),
        ({"audit": plan(min_rate=0)}, "/audit/min_rate", "more than 0"),
        ({"audit": plan(error_limit=0)}, "/audit/error_limit", "more than 0"),
        ({"audit": plan(error_limit=1)}, "/audit/error_limit", "every error"),
        ({"audit": plan(error_limit=True)}, "/audit/error_limit", "not a number"),
        ({"audit": plan(min_rate=0.6)}, "/audit/min_rate", "more than max_rate"),
        ({"audit": plan(min_rate=0.2)}, "/audit_rate", "less than min_rate"),
        ({"audit": plan(max_rate=0.05)}, "/audit_rate", "more than max_rate"),
        ({"audit": plan(max_rate=2)}, "/audit/max_rate", "more than 1"),
        ({"audit": plan(confidence=1)}, "/audit/confidence", "more than 0.999"),
        ({"audit": plan(window="P0D")}, "/audit/window", "no time at all"),
        ({"audit": plan(window="a month")}, "/audit/window", "ISO 8601"),
        ({"audit": plan(limit=1)}, "/audit/limit", "no field"),
        ({"audit": {"segments": []}}, "/audit", "is missing"),
        ({"audit": []}, "/audit", "not a group"),
        ({"audit": plan(), "mode": "hitl"}, "/audit", "hotl"),
        ({"audit": plan(), "mode": "hic"}, "/audit", "hotl"),
        ({"intervention_window": "PT1H", "mode": "hitl"}, "/intervention_window", "hotl"),
        ({"intervention_window": "PT0S"}, "/intervention_window", "no time at all"),
        ({"intervention_window": 3}, "/intervention_window", "not a text"),
    ],
)
def test_a_fault_of_the_plan_is_named_with_its_place(more, pointer, said):
    found = faults(**more)

    assert any(one.pointer == pointer and said in one.message for one in found), found
    assert all(one.place.line > 1 for one in found)


def test_a_fault_names_the_line_and_column_of_the_segment():
    text = as_text(document(PASSING, **ON_THE_LOOP)) + (
        "audit:\n"
        "  segments: [outcome, amount]\n"
        "  error_limit: 0.02\n  min_rate: 0.01\n  max_rate: 0.5\n"
    )
    with pytest.raises(PolicyInvalid) as refused:
        parse_policy(text, schema=SCHEMA)

    [fault] = refused.value.problems
    line = text.splitlines()[fault.place.line - 1]
    assert line[fault.place.column - 1 :].startswith("amount")


def test_a_personal_fact_is_no_segment():
    """The schema that policies are checked against holds no personal fact at all."""
    schema = DecisionSchema(
        facts={"region": FactType.STRING}, outcomes=frozenset({"approve", "deny"})
    )

    [fault] = faults(schema, audit=plan("postcode"))

    assert (fault.code, "not personal" in fault.message) == ("unknown_fact", True)


ADAPTING = policy(PASSING, **ON_THE_LOOP, audit=plan("segment"))


def drawn(rules, rate, n=4000):
    seeds = (f"decision-{i}" for i in range(n))
    return sum(
        evaluate(
            rules, facts(), context(mode=Mode.HOTL, audit_rate=rate, sampling_seed=seed)
        ).audit_sampled
        for seed in seeds
    )


@pytest.mark.parametrize(
    ("rate", "holds"), [(None, 0.5), (0.3, 0.3), (0.9, 0.5), (0.0, 0.01), (0.01, 0.01)]
)
def test_the_draw_takes_the_segments_rate_within_the_limits_and_the_highest_if_unknown(rate, holds):
    assert abs(drawn(ADAPTING, rate) / 4000 - holds) < 0.03


def test_without_a_plan_the_rate_of_a_segment_has_no_say():
    rules = policy(PASSING, **ON_THE_LOOP)

    assert drawn(rules, 0.9) == drawn(rules, None)


@given(st.one_of(st.none(), st.floats(0, 1)))
def test_the_context_keeps_the_rate_exactly(rate):
    before = context(audit_rate=rate)

    assert context_from_json(context_to_json(before)) == before


def test_a_context_of_before_rates_adapted_has_none():
    stored = context_to_json(context())
    del stored["audit_rate"]

    assert context_from_json(stored) == context(audit_rate=None)


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_is_a_share(rate):
    with pytest.raises(ValueError, match="audit rate"):
        context(audit_rate=rate)


def test_a_segment_is_made_of_the_facts_given():
    wanted = AuditPlan(("segment", "is_new", "outcome"), 0.02, 0.01, 0.5)

    assert wanted.segment_of(facts()) == {
        "segment": "retail",
        "is_new": False,
        "outcome": "approve",
    }
    assert wanted.segment_of(replace(facts(), values={})) == {
        "segment": None,
        "is_new": None,
        "outcome": "approve",
    }
    long = replace(facts(), values={"segment": "x" * 101})
    assert wanted.segment_of(long) is None
    odd = replace(facts(), values={"segment": 3})
    assert wanted.segment_of(odd) is None


def test_the_example_of_the_guide_is_a_policy():
    guide = Path(__file__).parents[3] / "docs" / "audits.md"
    text = guide.read_text().split("```yaml\n")[1].split("```")[0]
    schema = DecisionSchema(
        facts={"region": FactType.STRING},
        outcomes=frozenset({"approve", "deny"}),
        queues=frozenset({"first-line"}),
    )

    rules = parse_policy(text, schema=schema)

    assert rules.audit == AuditPlan(("region", "outcome"), 0.02, 0.01, 0.5)
    assert (rules.audit_rate, rules.intervention_window) == (0.1, timedelta(hours=4))
