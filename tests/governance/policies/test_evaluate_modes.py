"""The table of oversight modes, row by row, and everything that fails closed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from governance.policies import Effect, Evaluation, Level, Mode, evaluate
from tests.governance.policies.builders import MANDATE, context, facts, policy, rule

HITL, HOTL, HIC = Mode.HITL, Mode.HOTL, Mode.HIC
ALL_MODES = (HITL, HOTL, HIC)
PASSING = rule("true", "pass")
NO_CONFIDENCE = {"confidence": None}
REASONED = {"art_22_2_ground": "contract", "art_22_2_reasoning": "Needed for the contract."}


def run(*rules, mode=HITL, more=None, about=None, **moment) -> Evaluation:
    """`more`: fields of the policy; `about`: of the facts; `moment`: of the context."""
    read = policy(*rules, mode=mode.value, **(more or {}))
    return evaluate(read, facts(**(about or {})), context(mode=mode, **moment))


def codes(evaluation):
    return [reason.code for reason in evaluation.reasons]


@pytest.mark.parametrize(("mode", "outcome"), [(HITL, "review"), (HOTL, "pass"), (HIC, "review")])
def test_what_no_rule_speaks_of_goes_the_modes_way(mode, outcome):
    result = run(mode=mode)

    assert (result.disposition, result.rule, codes(result)) == (outcome, None, ["default"])


@pytest.mark.parametrize("mode", ALL_MODES)
@pytest.mark.parametrize("then", ["pass", "review", "block"])
def test_a_rule_that_applies_has_its_way_in_every_mode(mode, then):
    result = run(rule("is_new == false", then), mode=mode)

    assert (result.disposition, result.rule, codes(result)) == (then, f"{then}-it", ["rule"])


def test_the_first_rule_that_applies_wins():
    result = run(
        rule("is_new", "block"), rule("count == 3", "pass"), rule("count > 0", "block", id="later")
    )

    assert (result.disposition, result.rule) == ("pass", "pass-it")
    assert [trace.rule for trace in result.trace] == ["block-it", "pass-it"]


@pytest.mark.parametrize(
    ("mode", "effect", "ground", "outcome"),
    [
        (HITL, Effect.NONE, False, "pass"),
        (HITL, Effect.SIMILAR, False, "review"),
        (HITL, Effect.LEGAL, False, "review"),
        (HITL, Effect.SIMILAR, True, "pass"),
        (HITL, Effect.LEGAL, True, "pass"),
        (HOTL, Effect.NONE, False, "pass"),
        (HOTL, Effect.SIMILAR, False, "review"),
        (HOTL, Effect.LEGAL, False, "review"),
        (HOTL, Effect.LEGAL, True, "pass"),
        (HIC, Effect.NONE, False, "pass"),
        (HIC, Effect.SIMILAR, False, "review"),
        (HIC, Effect.SIMILAR, True, "review"),
        (HIC, Effect.LEGAL, True, "review"),
    ],
)
def test_an_adverse_outcome_of_weight_needs_a_person_or_a_ground(mode, effect, ground, outcome):
    about = {"adverse": True, "outcome": "deny", "effect": effect}
    result = run(rule("true", "pass"), mode=mode, more=REASONED if ground else {}, about=about)

    assert result.disposition == outcome
    assert ("adverse_outcome" in codes(result)) == (outcome == "review")
    assert ("art_22_2_ground" in codes(result)) == (outcome == "pass" and effect is not Effect.NONE)


def test_a_favourable_outcome_of_weight_may_pass():
    assert run(rule("true", "pass"), about={"effect": Effect.LEGAL}).disposition == "pass"


def test_naming_a_ground_lets_nothing_pass_by_itself():
    about = {"adverse": True, "outcome": "deny", "effect": Effect.LEGAL}

    assert run(more=REASONED, about=about).disposition == "review"


@pytest.mark.parametrize(
    ("mode", "moment", "outcome", "code"),
    [
        *((mode, {"halts": ("drill",)}, "block", "halted") for mode in ALL_MODES),
        *((mode, {"level": Level.HALTED}, "block", "halted") for mode in ALL_MODES),
        *((mode, {"level": Level.ALL_HUMAN}, "review", "all_human") for mode in ALL_MODES),
        *((mode, {"version_in_service": False}, "review", "version_not_in_service")
          for mode in ALL_MODES),
        *((mode, {"policy_in_force": False}, "review", "policy_not_in_force")
          for mode in ALL_MODES),
        *((mode, {"confidence_required": True, "about": NO_CONFIDENCE}, "review",
           "confidence_missing") for mode in ALL_MODES),
        (HOTL, {"monitors_fresh": False}, "review", "monitors_stale"),
        (HITL, {"monitors_fresh": False}, "pass", "rule"),
        (HIC, {"monitors_fresh": False}, "pass", "rule"),
        (HITL, {"level": Level.SAMPLED}, "pass", "rule"),
        (HIC, {"mandate": None}, "block", "no_mandate"),
        (HIC, {"mandate": {"valid": False}}, "block", "mandate_lapsed"),
        (HIC, {"mandate": {"remaining": 0}}, "block", "mandate_used_up"),
        (HIC, {"mandate": {"remaining": 1}}, "pass", "rule"),
        (HIC, {"mandate": {"remaining": None}}, "pass", "rule"),
        (HIC, {"mandate": {"remaining_in_period": 0}}, "block", "mandate_period_used_up"),
        (HIC, {"mandate": {"remaining_impact": Decimal(100)}}, "pass", "rule"),
        (HIC, {"mandate": {"remaining_impact": Decimal("99.9999")}}, "block", "mandate_used_up"),
        (HIC, {"mandate": {"remaining_impact_in_period": Decimal("99.9999")}}, "block",
         "mandate_period_used_up"),
        (HIC, {"mandate": {"remaining_impact": Decimal(9)}, "about": {"impact": 1e300}}, "block",
         "mandate_used_up"),
        (HIC, {"mandate": {"remaining_impact": Decimal(100)}, "about": {"impact": None}},
         "review", "outside_mandate"),
        (HIC, {"mandate": {"segments": {"segment": ("b",)}}}, "review", "outside_mandate"),
        (HIC, {"mandate": {"max_impact": 100.0}}, "pass", "rule"),
        (HIC, {"mandate": {"max_impact": 99.9}}, "review", "outside_mandate"),
        (HIC, {"mandate": {"max_impact": 99.9}, "about": {"impact": None}}, "review",
         "outside_mandate"),
        (HIC, {"mandate": {"allowed_outcomes": frozenset({"deny"})}}, "review", "outside_mandate"),
        (HIC, {"mandate": {"allowed_outcomes": frozenset({"approve"})}}, "pass", "rule"),
        (HIC, {"about": {"critical": True}}, "review", "critical"),
        (HITL, {"about": {"critical": True}}, "pass", "rule"),
        (HITL, {"mandate": None}, "pass", "rule"),
        (HOTL, {"mandate": None}, "pass", "rule"),
    ],
)  # fmt: skip
def test_a_rule_cannot_let_pass_what_the_moment_forbids(mode, moment, outcome, code):
    changes = dict(moment)
    if isinstance(changes.get("mandate"), dict):
        changes["mandate"] = replace(MANDATE, **changes["mandate"])
    result = run(PASSING, mode=mode, **changes)

    assert (result.disposition, codes(result)) == (outcome, [code])


def test_a_policy_of_another_mode_lets_nothing_pass():
    result = evaluate(policy(PASSING, mode="hotl"), facts(), context(mode=HITL))

    assert (result.disposition, codes(result)) == ("review", ["other_mode"])


@pytest.mark.parametrize("mode", ALL_MODES)
def test_a_review_that_no_queue_can_take_is_a_block(mode):
    result = run(rule("true", "review"), mode=mode, queue_available=False)

    assert result.disposition == "block"
    assert codes(result) == ["no_queue", "rule"]
    assert (result.rule, result.queue, result.verdicts, result.blind_first) == (
        None,
        None,
        0,
        False,
    )


def test_a_pass_needs_no_queue():
    assert run(PASSING, queue_available=False).disposition == "block"
    before = run(PASSING, queue_available=False, queue_needed=False)
    assert before.disposition == "pass"


def test_reasons_come_strictest_first_and_none_that_would_have_let_it_pass():
    result = run(PASSING, level=Level.ALL_HUMAN, halts=("model drift", "drill"))

    assert codes(result) == ["halted", "all_human"]
    assert result.reasons[0].sentence == "A halt is in force: model drift; drill."


def test_a_block_of_a_rule_stays_a_block_where_the_moment_asks_for_a_person():
    result = run(rule("true", "block"), level=Level.ALL_HUMAN)

    assert (result.disposition, result.rule) == ("block", "block-it")
    assert codes(result) == ["rule", "all_human"]


UNKNOWN = rule("confidence > 0.5", "pass", id="unsure")


@pytest.mark.parametrize("mode", ALL_MODES)
@pytest.mark.parametrize("then", ["pass", "review", "block"])
def test_an_unknown_rule_leads_to_a_person_whatever_it_would_do(mode, then):
    result = run(rule("confidence > 0.5", then), mode=mode, about=NO_CONFIDENCE)

    assert (result.disposition, result.rule) == ("review", f"{then}-it")
    assert "rule_unknown" in codes(result)
    assert "confidence is missing" in result.reasons[0].sentence


@pytest.mark.parametrize(
    ("then", "outcome", "by"),
    [("pass", "review", "unsure"), ("review", "review", "unsure"), ("block", "block", "block-it")],
)
def test_after_an_unknown_rule_only_a_block_still_counts(then, outcome, by):
    result = run(UNKNOWN, rule("true", then), about=NO_CONFIDENCE)

    assert (result.disposition, result.rule) == (outcome, by)


def test_a_block_behind_the_first_rule_that_applies_has_no_say_even_after_an_unknown_one():
    rules = [UNKNOWN, rule("count == 3", "pass"), rule("count > 0", "block")]

    assert run(*rules, about=NO_CONFIDENCE).disposition == "review"


def test_an_unknown_rule_behind_the_one_that_applies_has_no_say():
    assert (
        run(
            rule("count == 3", "pass"), {**UNKNOWN, "then": "block"}, about=NO_CONFIDENCE
        ).disposition
        == "pass"
    )


def test_a_missing_confidence_that_no_rule_needs_does_not_matter_unless_required():
    assert run(PASSING, about=NO_CONFIDENCE).disposition == "pass"


def unsure(**more):
    return {**UNKNOWN, "then": "review", **more}


@pytest.mark.parametrize(
    ("rules", "about", "queue", "verdicts"),
    [
        ([], {}, "credit", 2),
        ([rule("true", "review")], {}, "credit", 2),
        ([rule("true", "review", queue="senior")], {}, "senior", 2),
        ([rule("true", "review", verdicts=1)], {}, "credit", 1),
        ([rule("true", "review", verdicts=3, queue="fraud")], {}, "fraud", 3),
        ([unsure(queue="fraud", verdicts=1)], NO_CONFIDENCE, "fraud", 2),
        ([unsure(verdicts=3), rule("true", "review", queue="senior")], NO_CONFIDENCE, "senior", 3),
        ([unsure(queue="fraud"), rule("true", "review", queue="senior", verdicts=1)],
         NO_CONFIDENCE, "fraud", 2),
        ([rule("false", "review", queue="fraud", verdicts=5)], {}, "credit", 2),
    ],
)  # fmt: skip
def test_queue_and_verdicts_come_from_the_rules_that_apply_or_might(rules, about, queue, verdicts):
    defaults = {"queue": "credit", "due_within": "PT4H", "verdicts": 2}
    result = run(*rules, about=about, more={"defaults": defaults})

    assert (result.queue, result.verdicts) == (queue, verdicts)
    assert result.due_within == timedelta(hours=4)


@pytest.mark.parametrize(
    ("mode", "more", "blind"),
    [
        (HITL, {}, False),
        (HITL, {"reviewer_sees": "blind_first"}, True),
        (HITL, {"blind_first_share": 1}, True),
        (HOTL, {}, False),
        (HIC, {}, True),
    ],
)
def test_who_judges_before_seeing_what_the_ai_said(mode, more, blind):
    result = run(rule("true", "review"), mode=mode, more=more)

    assert result.blind_first is blind


@pytest.mark.parametrize("mode", ALL_MODES)
@pytest.mark.parametrize(("rate", "audited"), [(0, False), (1, True)])
def test_a_pass_is_audited_at_the_policys_rate(mode, rate, audited):
    result = run(PASSING, mode=mode, more={"audit_rate": rate})

    assert result.audit_sampled is audited
    assert (result.queue, result.verdicts) == (("credit", 1) if audited else (None, 0))


def test_only_a_pass_is_audited():
    assert not run(rule("true", "review"), more={"audit_rate": 1}).audit_sampled
    assert not run(rule("true", "block"), more={"audit_rate": 1}).audit_sampled


@pytest.mark.parametrize(
    ("level", "rate", "expected"),
    [(Level.NORMAL, 0.2, 0.2), (Level.SAMPLED, 0.2, 0.4), (Level.SAMPLED, 0, 0.25)],
)
def test_the_share_of_audits_over_many_seeds_is_the_rate_raised_by_the_level(level, rate, expected):
    rules = policy(PASSING, audit_rate=rate)
    drawn = [
        evaluate(rules, facts(), context(level=level, sampling_seed=f"decision-{i}")).audit_sampled
        for i in range(4_000)
    ]

    assert sum(drawn) / len(drawn) == pytest.approx(expected, abs=0.025)


def test_audit_and_blind_first_are_drawn_apart_and_by_the_policy():
    one = policy(PASSING, audit_rate=0.5, blind_first_share=0.5)
    two = policy(PASSING, audit_rate=0.5, blind_first_share=0.5, title="Other")
    seeds = [context(sampling_seed=str(i)) for i in range(200)]
    of_one = [evaluate(one, facts(), seed) for seed in seeds]
    of_two = [evaluate(two, facts(), seed) for seed in seeds]

    audited = [e for e in of_one if e.audit_sampled]
    assert 0 < sum(e.blind_first for e in audited) < len(audited)
    assert [e.audit_sampled for e in of_one] != [e.audit_sampled for e in of_two]


def test_a_draw_is_the_same_in_every_release():
    """Half of the draws begin with a zero bit of SHA-256 over `policy:audit:seed`."""
    rules = replace(policy(PASSING, audit_rate=0.5), sha256="0" * 64)
    drawn = [
        evaluate(rules, facts(), context(sampling_seed=f"decision-{i}")).audit_sampled
        for i in range(16)
    ]

    assert "".join("x" if audited else "." for audited in drawn) == "....xxxxxxx..xxx"
