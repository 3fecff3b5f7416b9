"""The demo's policies: valid, and no bolder than the models' own figures allow."""

from functools import cache

import pytest

from governance.policies import (
    Context,
    Disposition,
    Effect,
    Facts,
    Level,
    MandateState,
    Mode,
    parse_policy,
)
from governance.policies import evaluate as evaluate_rules
from models_registry.classification import classify
from models_registry.models import DecisionType
from reviews.demo.catalogue import DIAGNOSIS, DIGITS, SYSTEMS, TRIAGE
from reviews.demo.watching import bolder_draft
from tests.reviews.demo.trained import model_of


def rules_of(spec):
    return _rules(spec.slug)


@cache
def _rules(slug):
    [spec] = [spec for spec in SYSTEMS if spec.slug == slug]
    kind = DecisionType(outcomes=list(spec.outcomes), fact_schema=dict(spec.facts))
    queues = frozenset({spec.queues.slug, spec.queues.senior_slug})
    return parse_policy(spec.policy_text(), schema=kind.policy_schema(queues))


def evaluate(spec, proposal):
    """What the policy makes of a proposal in an untroubled moment."""
    rules = rules_of(spec)
    adverse = {outcome["key"] for outcome in spec.outcomes if outcome["adverse"]}
    facts = Facts(
        decision_type=spec.type_slug,
        model_version="1",
        outcome=proposal.outcome,
        adverse=proposal.outcome in adverse,
        effect=spec.effect,
        reversible=spec.reversible,
        critical=False,
        confidence=proposal.confidence,
        values={
            name: value
            for name, value in proposal.facts.items()
            if not spec.facts[name].get("personal")
        },
    )
    mandate = None
    if spec.mandate is not None:
        allowed = frozenset(spec.mandate.allowed_outcomes)
        mandate = MandateState("m", True, remaining=1, allowed_outcomes=allowed)
    context = Context(
        mode=rules.mode,
        level=Level.NORMAL,
        halts=(),
        mandate=mandate,
        version_in_service=True,
        policy_in_force=True,
        queue_available=True,
        sampling_seed=proposal.external_id,
        monitors_fresh=True,
        confidence_required=True,
    )
    return evaluate_rules(rules, facts, context)


def passed(spec):
    return [
        proposal
        for proposal in model_of(spec).proposals
        if evaluate(spec, proposal).disposition is Disposition.PASS
    ]


@pytest.mark.parametrize(
    ("spec", "mode"), [(DIAGNOSIS, Mode.HITL), (DIGITS, Mode.HOTL), (TRIAGE, Mode.HIC)]
)
def test_each_system_has_a_valid_policy_of_its_mode(spec, mode):
    assert rules_of(spec).mode is mode


@pytest.mark.parametrize("spec", SYSTEMS, ids=lambda spec: spec.slug)
def test_no_adverse_outcome_with_an_effect_on_a_person_passes(spec):
    adverse = {outcome["key"] for outcome in spec.outcomes if outcome["adverse"]}

    assert not adverse or spec.effect is not Effect.NONE
    assert not {proposal.outcome for proposal in passed(spec)} & adverse


def test_the_text_with_monitors_rules_as_the_first_one():
    kind = DecisionType(outcomes=list(DIGITS.outcomes), fact_schema=dict(DIGITS.facts))
    first = rules_of(DIGITS)
    watched = parse_policy(DIGITS.watched_text(), schema=kind.policy_schema())

    assert not first.monitors
    assert {monitor.watches for monitor in watched.monitors} == {"calibration", "silence"}
    assert [rule.id for rule in watched.rules] == [rule.id for rule in first.rules]


def test_the_draft_that_is_tried_is_another_text_than_the_live_one():
    kind = DecisionType(outcomes=list(DIAGNOSIS.outcomes), fact_schema=dict(DIAGNOSIS.facts))

    assert bolder_draft() != DIAGNOSIS.policy_text()
    assert parse_policy(bolder_draft(), schema=kind.policy_schema())


def test_every_kind_of_verdict_has_a_reason_in_every_policy():
    for spec in SYSTEMS:
        offered = {verdict for code in rules_of(spec).reason_codes for verdict in code.verdicts}
        assert {verdict.value for verdict in offered} == {
            "uphold",
            "override",
            "reverse",
            "abstain",
        }


def test_the_clearly_benign_are_as_many_and_as_harmless_as_the_policy_says():
    clear = passed(DIAGNOSIS)
    [rule] = [rule for rule in rules_of(DIAGNOSIS).rules if rule.id == "clearly-benign"]
    # With no event in n trials the one-sided 95 % bound p solves (1 - p) ** n = 0.05.
    bound = 1 - 0.05 ** (1 / len(clear))

    assert {proposal.truth for proposal in clear} == {"benign"}
    assert f"None of the {len(clear)} biopsies" in rule.reason
    assert f"still allows for {bound:.1%}".replace("%", " %") in rule.reason.replace("\n", " ")


def test_one_doubtful_digit_in_five_is_wrong_as_the_policy_says():
    doubtful = [one for one in model_of(DIGITS).proposals if one.confidence < 0.8]
    wrong = sum(proposal.outcome != proposal.truth for proposal in doubtful)

    assert wrong / len(doubtful) == pytest.approx(0.2, abs=0.02)


def test_the_limits_of_the_triage_are_as_it_declares_them():
    proposals = model_of(TRIAGE).proposals
    wrong = [proposal for proposal in proposals if proposal.outcome != proposal.truth]
    far_off = [one for one in wrong if {one.outcome, one.truth} == {"routine", "urgent"}]

    assert len(wrong) / len(proposals) == pytest.approx(0.4, abs=0.03)
    assert len(far_off) / len(proposals) < 0.04


def test_the_mandate_covers_what_is_sent():
    sent = model_of(TRIAGE).proposals[: TRIAGE.sent]
    under_it = [one for one in sent if evaluate(TRIAGE, one).disposition is Disposition.PASS]

    assert {proposal.outcome for proposal in under_it} == {"urgent"}
    assert TRIAGE.mandate is not None
    assert 20 < len(under_it) < TRIAGE.mandate.max_decisions


@pytest.mark.parametrize("spec", SYSTEMS, ids=lambda spec: spec.slug)
def test_the_questionnaire_is_answered_in_full_and_nothing_beyond_it(spec):
    outcome = classify(spec.answers)

    assert outcome.not_asked == ()
    assert not outcome.activation_blocked
