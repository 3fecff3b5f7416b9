"""The example of the guide is a policy without fault, and the guide names every code."""

import re
from pathlib import Path

from governance.policies import DecisionSchema, evaluate
from governance.policies.examining import examine_policy
from governance.policies.expression.parser import MAX_DEPTH, MAX_NODES
from governance.policies.expression.tokens import MAX_LENGTH
from tests.governance.policies.builders import context, facts

GUIDE = Path(__file__).parents[3] / "docs" / "policies.md"


def test_the_example_is_a_policy_whose_reasons_say_the_facts():
    text = GUIDE.read_text().split("```yaml\n")[1].split("```")[0]
    schema = DecisionSchema(
        facts={}, outcomes=frozenset({"approve", "deny"}), queues=frozenset({"first-line"})
    )
    found = examine_policy(text, schema=schema)
    assert [warning.code for warning in found.warnings] == ["overlap"]
    said = evaluate(found.rules, facts(impact=30_000.0), context()).reasons[0].sentence
    assert said == "The loan of 30000.0 is above the limit of 25000."


def test_the_bounds_are_the_ones_that_hold():
    text = GUIDE.read_text()
    assert f"at most {MAX_NODES:,} parts, {MAX_DEPTH} deep and {MAX_LENGTH:,} characters" in text


def test_every_code_of_a_fault_in_a_rule_is_explained():
    explained = set(re.findall(r"`([a-z_]+)`", GUIDE.read_text()))
    source = Path(examine_policy.__code__.co_filename).read_text()
    for code in re.findall(r'_problem\([^")]*"([a-z_]+)"', source):
        assert code in explained
