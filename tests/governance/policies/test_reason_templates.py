"""A reason that says the facts: checked when it is saved, filled in when a decision is judged."""

import pytest

from governance.policies import DecisionSchema, Evaluation, PolicyInvalid, evaluate, parse_policy
from governance.policies.examining import examine_policy
from tests.governance.policies.builders import (
    SCHEMA,
    as_text,
    context,
    document,
    facts,
    policy,
    rule,
)


def templated(template, when="amount > 1.0", **more):
    told = rule(when, "block", reason_template=template, **more)
    del told["reason"]
    return told


def said_of(template, **changes):
    found = evaluate(policy(templated(template, "confidence > 0.1")), facts(**changes), context())
    assert Evaluation.from_json(found.to_json()) == found
    return found.reasons[0].sentence


def problems_of(template, schema=SCHEMA, **more):
    text = as_text(document(templated(template, **more)))
    with pytest.raises(PolicyInvalid) as refused:
        parse_policy(text, schema=schema)
    return [(p.pointer, p.code, p.message, p.place) for p in refused.value.problems]


def test_the_facts_of_the_decision_stand_in_its_reason():
    template = "Amount {amount}, segment {segment}, {flags}, new: {is_new}, {outcome}."
    assert said_of(template) == (
        'Amount 1000.0, segment "retail", "a", new: false, "approve".'
    )  # fmt: skip


def test_a_fact_that_is_missing_or_odd_is_called_unknown():
    assert said_of("Amount {amount}.", values={}) == "Amount unknown."
    assert said_of("Amount {amount}.", values={"amount": "much"}) == "Amount unknown."


def test_braces_written_twice_stand_for_themselves():
    assert said_of("{{amount}} is {amount} }}") == "{amount} is 1000.0 }"


def test_an_old_reason_keeps_its_braces():
    found = evaluate(policy(rule("amount > 1.0", "block", reason="{amount} {"), title="x"), facts(),
                     context())  # fmt: skip
    assert found.reasons[0].sentence == "{amount} {"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("Amount {amuont}.", 'there is no fact "amuont"; did you mean "amount"?'),
        ("Amount {amount.", "a brace stands around the name of a fact"),
        ("Amount amount}.", "a brace stands around the name of a fact"),
        ("Amount {}.", "a brace stands around the name of a fact"),
        ("Amount {amount!r}.", "a brace stands around the name of a fact"),
    ],
)
def test_a_template_that_names_no_fact_is_refused(template, words):
    pointer, code, message, _ = problems_of(template)[0]
    assert (pointer, code) == ("/rules/0/reason_template", "reason_template")
    assert words in message


def test_a_personal_fact_is_refused_by_name():
    schema = DecisionSchema(
        facts=SCHEMA.facts, outcomes=SCHEMA.outcomes, personal=frozenset({"postcode"})
    )
    ((_, _, message, _),) = problems_of("From {postcode}.", schema)
    assert message == 'the fact "postcode" is personal, which no reason may hold'


def test_the_fault_stands_at_its_line_and_column():
    text = as_text(document(templated("Amount {amuont}.")))
    with pytest.raises(PolicyInvalid) as refused:
        examine_policy(text, schema=SCHEMA)
    (fault,) = refused.value.problems
    line = text.splitlines()[fault.place.line - 1]
    assert line[fault.place.column - 1 :].startswith("{amuont}")


def test_a_rule_has_one_reason_and_not_two():
    text = as_text(document(rule("amount > 1.0", "block", reason_template="Amount {amount}.")))
    with pytest.raises(PolicyInvalid) as refused:
        parse_policy(text, schema=SCHEMA)
    assert [(p.pointer, p.code) for p in refused.value.problems] == [
        ("/rules/0/reason", "meaningless")
    ]


def test_a_rule_without_any_reason_is_refused():
    bare = rule("amount > 1.0", "block")
    del bare["reason"]
    with pytest.raises(PolicyInvalid) as refused:
        parse_policy(as_text(document(bare)), schema=SCHEMA)
    assert [(p.code, p.message) for p in refused.value.problems] == [
        ("missing_field", 'the field "reason" is missing')
    ]
