"""Under HITL or a halt no way through a policy ends in a pass that nobody allowed; and the same
inputs go the same way in every process."""

import os
import subprocess
import sys
from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.policies import Level, Mode, context_to_json, evaluate, facts_to_json, parse_policy
from tests.governance.policies.builders import SCHEMA, as_text, document, rule, trigger
from tests.governance.policies.elsewhere import evaluated
from tests.governance.policies.test_evaluate_properties import CONDITIONS, CONTEXTS, FACTS, policies

many = settings(max_examples=200, deadline=None)


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS)
def test_under_a_halt_nothing_passes_and_nobody_is_asked(rules, about, moment):
    for halted in (replace(moment, halts=("stopped",)), replace(moment, level=Level.HALTED)):
        found = evaluate(rules, about, halted)
        assert (found.disposition, found.reasons[0].code) == ("block", "halted")
        assert not found.audit_sampled
        assert found.queue is None


@many
@given(rules=policies(mode=Mode.HITL), about=FACTS, moment=CONTEXTS)
def test_under_hitl_a_pass_is_one_that_a_rule_allows_and_nothing_forbids(rules, about, moment):
    found = evaluate(rules, about, replace(moment, mode=Mode.HITL))
    if found.disposition != "pass":
        return
    *before, last = rules.rules[: len(found.trace)]
    assert (last.id, last.then) == (found.rule, "pass")
    assert last.when.evaluate(about.given)[0] is True
    assert all(one.when.evaluate(about.given)[0] is False for one in before)
    assert not about.adverse or about.effect == "none" or rules.art_22_2_ground is not None


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS)
def test_what_needs_a_person_and_finds_no_queue_is_blocked_with_the_reason(rules, about, moment):
    with_queue = evaluate(rules, about, replace(moment, queue_available=True))
    without = evaluate(rules, about, replace(moment, queue_available=False))
    if with_queue.disposition == "review":
        assert without.disposition == "block"
        assert "no_queue" in [reason.code for reason in without.reasons]


@st.composite
def texts(draw):
    whens = draw(st.lists(st.sampled_from(CONDITIONS), max_size=4))
    rules = [
        rule(when, draw(st.sampled_from(["pass", "review", "block"])), id=f"r{i}")
        for i, when in enumerate(whens)
    ]
    for each in rules:
        if draw(st.booleans()):
            del each["reason"]
            each["reason_template"] = "Amount {amount}, {flags}, {segment}."
    asking = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2))
    triggers = [trigger(when, "article_14_5", id=f"t{i}") for i, when in enumerate(asking)]
    return as_text(
        document(
            *rules,
            mode=draw(st.sampled_from([mode.value for mode in Mode])),
            audit_rate=draw(st.sampled_from([0, 0.5, 1])),
            quorum_triggers=triggers,
        )
    )


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_another_process_goes_the_same_way(hash_seed):
    cases = []

    @settings(max_examples=100, deadline=None, database=None)
    @given(text=texts(), about=FACTS, moment=CONTEXTS)
    def collect(text, about, moment):
        parse_policy(text, schema=SCHEMA)
        cases.append([text, facts_to_json(about), context_to_json(moment)])

    collect()
    there = subprocess.run(
        [sys.executable, "-m", "tests.governance.policies.elsewhere"],
        input=orjson.dumps(cases),
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        check=True,
    )
    assert len(cases) >= 50
    assert orjson.loads(there.stdout) == [
        orjson.loads(orjson.dumps(evaluated(*case))) for case in cases
    ]
