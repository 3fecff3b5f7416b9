"""The example of the guide is a policy."""

from pathlib import Path

import pytest

from governance.policies import DecisionSchema, evaluate, parse_policy
from tests.governance.policies.builders import context, facts

GUIDE = Path(__file__).parents[3] / "docs" / "quorums.md"


@pytest.fixture
def rules():
    text = GUIDE.read_text().split("```yaml\n")[1].split("```")[0]
    schema = DecisionSchema(
        facts={},
        outcomes=frozenset({"approve", "deny"}),
        queues=frozenset({"first-line"}),
        roles=frozenset({"reviewer", "senior-reviewer"}),
    )
    return parse_policy(text, schema=schema)


@pytest.mark.parametrize(
    ("changes", "name", "people"),
    [
        ({"impact": 1.0}, "", 1),
        ({"impact": 1.0, "confidence": 0.5}, "two_of_three", 2),
        ({"impact": 1.0, "adverse": True, "confidence": 0.5}, "article_14_5", 2),
        ({"impact": 10_000.0, "adverse": True}, "loan-board", 3),
        ({"impact": None}, "loan-board", 3),
    ],
)
def test_the_example_asks_for_what_the_guide_says(rules, changes, name, people):
    quorum = evaluate(rules, facts(**changes), context()).quorum

    assert (quorum.preset, quorum.people) == (name, people)
