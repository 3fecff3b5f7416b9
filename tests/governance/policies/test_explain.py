"""An evaluation in words."""

from governance.policies import evaluate, explain
from tests.governance.policies.builders import context, facts, policy, rule


def test_a_review_is_told_from_its_reasons_down_to_what_was_looked_at():
    rules = policy(
        rule('"fraud" in flags', "block", id="fraud"),
        rule(
            "confidence < 0.7 && amount > 500.0",
            "review",
            id="unsure",
            queue="senior",
            verdicts=2,
            reason="The model is unsure about a large loan.",
        ),
        blind_first_share=1,
    )

    assert explain(evaluate(rules, facts(confidence=0.62), context())) == [
        "A person must rule on the decision.",
        "The model is unsure about a large loan.",
        'The case goes to the queue "senior" and takes 2 verdicts.',
        "The reviewer judges before seeing what the AI system said.",
        'Rule "fraud" does not apply.',
        '"fraud" is not one of flags ("a").',
        'Rule "unsure" applies.',
        "confidence was 0.62, which is less than 0.7.",
        "amount was 1000.0, which is more than 500.0.",
    ]


def test_what_was_not_looked_at_and_what_is_unknown_is_told():
    rules = policy(
        rule("is_new && count > 1", "block"), rule("confidence > 0.9", "pass"), audit_rate=1
    )

    assert explain(evaluate(rules, facts(confidence=None), context())) == [
        "A person must rule on the decision.",
        'Whether rule "T" applies is unknown: confidence is missing.',
        "No rule applies; a person then rules.",
        'The case goes to the queue "credit" and takes 1 verdict.',
        'Rule "block-it" does not apply.',
        "is_new is false.",
        "This was settled without looking at: count > 1.",
        'Rule "pass-it" could not be decided.',
        "Whether confidence is more than 0.9 cannot be said, because confidence is missing.",
    ]


def test_a_pass_drawn_for_audit_says_so():
    said = explain(evaluate(policy(rule("true", "pass"), audit_rate=1), facts(), context()))

    assert said[:4] == [
        "The decision may be carried out.",
        "R.",
        "It was drawn for an audit: a person looks at it afterwards.",
        'The case goes to the queue "credit" and takes 1 verdict.',
    ]
