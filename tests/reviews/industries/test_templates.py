"""The templates of this release: sound, tried out, and classified as the questionnaire says."""

from __future__ import annotations

import pytest

from governance.policies import Disposition, Mode, VerdictWord, parse_policy
from models_registry.classification import classify
from reviews.industries import TemplateUnknown, names, template_named
from reviews.industries.reading import ROLES
from reviews.industries.trying import deviations, tried
from reviews.industries.words import examples_of, rules_of

INDUSTRIES = (
    "banking", "healthcare", "insurance", "legal", "logistics", "manufacturing", "retail",
)  # fmt: skip
SYSTEMS = [
    pytest.param(template_named(name), system, id=system.slug)
    for name in INDUSTRIES
    for system in template_named(name).systems
]


def test_there_is_one_for_each_industry():
    assert names() == INDUSTRIES


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(TemplateUnknown, match=r"'bnking'\. There are: banking, healthcare, "):
        template_named("bnking")


def test_slugs_stand_once_over_all_templates():
    templates = [template_named(name) for name in INDUSTRIES]
    slugs = {
        "queues": [queue.slug for one in templates for queue in one.queues],
        "systems": [system.slug for one in templates for system in one.systems],
        "types": [
            kind.slug
            for one in templates
            for system in one.systems
            for kind in system.decision_types
        ],
    }
    assert {what: len(found) for what, found in slugs.items()} == {
        what: len(set(found)) for what, found in slugs.items()
    }


@pytest.mark.parametrize(("template", "system"), SYSTEMS)
def test_the_policy_is_valid_for_each_of_its_types(template, system):
    queues = frozenset(queue.slug for queue in template.queues)
    for kind in system.decision_types:
        rules = parse_policy(system.policy_text, schema=kind.schema(queues, ROLES))
        assert rules == system.rules[kind.slug]


@pytest.mark.parametrize(("template", "system"), SYSTEMS)
def test_the_answers_lead_to_the_class_and_to_the_duties(template, system):
    outcome = classify(system.answers)
    switched_on = {key for keys in outcome.obligations.values() for key in keys}

    assert outcome.risk_class.value == system.risk_class
    assert outcome.not_asked == ()
    assert {duty.id for duty in system.obligations} <= switched_on
    assert not outcome.activation_blocked


def test_the_classes_of_the_seven_industries():
    classes = {
        system.slug: system.risk_class
        for name in INDUSTRIES
        for system in template_named(name).systems
    }
    assert classes == {
        "consumer-credit": "H3",
        "payment-fraud": "M",
        "chest-worklist": "H1",
        "life-cover": "H3",
        "dispute-proposals": "H3",
        "yard-runs": "H1B",
        "casting-inspection": "M",
        "shop-moderation": "M",
    }


@pytest.mark.parametrize(("template", "system"), SYSTEMS)
def test_each_example_goes_where_the_template_says(template, system):
    assert 8 <= len(system.examples) <= 15
    for example in system.examples:
        kind = system.kind(example.decision_type)
        found = tried(example, kind, system.rules[kind.slug])
        assert deviations(example.expect, found) == [], example.title


@pytest.mark.parametrize(("template", "system"), SYSTEMS)
def test_each_rule_and_trigger_is_come_to_and_each_disposition_too(template, system):
    come_to, dispositions = set(), set()
    for example in system.examples:
        kind = system.kind(example.decision_type)
        found = tried(example, kind, system.rules[kind.slug])
        come_to |= {trace.rule for trace in found.trace if trace.result}
        come_to |= {one.looked.rule for one in found.triggers if one.looked.result}
        dispositions.add(found.disposition)

    rules = system.any_rules
    assert come_to == {one.id for one in (*rules.rules, *rules.triggers)}
    # Before a body that decides disputes no proposal passes by itself.
    passes = set() if system.slug == "dispute-proposals" else {Disposition.PASS}
    assert dispositions == {Disposition.REVIEW, Disposition.BLOCK} | passes


@pytest.mark.parametrize(("template", "system"), SYSTEMS)
def test_each_verdict_has_reasons_and_no_reason_stands_idle(template, system):
    codes = system.any_rules.reason_codes
    assert {verdict for code in codes for verdict in code.verdicts} == set(VerdictWord)
    assert len({code.label for code in codes}) == len(codes)
    rights = {verdict for right in system.rights for verdict in right.verdicts}
    assert rights == {verdict.value for verdict in VerdictWord}


@pytest.mark.parametrize(("template", "system"), SYSTEMS)
def test_in_command_each_type_asks_for_a_mandate_and_elsewhere_none(template, system):
    asked = {kind.slug for kind in system.decision_types if kind.mandate is not None}
    if system.any_rules.mode is Mode.HIC:
        assert asked == {kind.slug for kind in system.decision_types}
    else:
        assert asked == set()


@pytest.mark.parametrize(("template", "system"), SYSTEMS)
def test_no_template_names_a_ground_that_lets_adverse_decisions_pass(template, system):
    assert system.any_rules.art_22_2_ground is None


@pytest.mark.parametrize(("template", "system"), SYSTEMS)
def test_every_queue_of_the_template_gets_cases(template, system):
    used = {
        queue
        for one in template.systems
        for rules in one.rules.values()
        for queue in (rules.defaults.queue, *(rule.queue for rule in rules.rules))
    }
    above = {queue.escalates_to for queue in template.queues}
    assert {queue.slug for queue in template.queues} <= used | above


def test_the_rules_are_told_in_the_words_of_their_facts():
    [system, _] = template_named("banking").systems
    told = {rule.title: rule.says for rule in rules_of(system)}
    assert told["The figures are too old"] == (
        "Where “Age of the oldest figure” is more than 90, it is not carried out."
    )
    assert told["A small, clear grant"] == (
        'Where “Outcome” is equal to "grant" and “Confidence” is at least 0.95 and “Impact” is at '
        "most 5000.0 and it does not hold that “Fewer than three entries in the credit history”, "
        "it may be carried out."
    )
    assert told["A large loan"] == (
        "Where “Impact” is more than 50000.0, a person rules in “credit-senior”, 2 people (quorum "
        "credit-board)."
    )


def test_an_example_is_told_with_its_route_and_the_evaluations_own_sentences():
    [system, _] = template_named("banking").systems
    told = {example.title: example for example in examples_of(system)}
    large = told["A loan of 80,000 EUR"]
    assert large.decision == "“Granted as asked for” with a confidence of 0.96, 80,000 EUR"
    assert large.route == (
        "goes to a person in “credit-senior”, 2 people (quorum credit-board): A large loan."
    )
    assert "A person must rule on the decision." in large.why
