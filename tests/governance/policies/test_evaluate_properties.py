"""What holds of every evaluation, whatever the policy, the facts and the moment."""

from dataclasses import replace
from decimal import Decimal

import orjson
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.policies import (
    Context,
    Effect,
    Evaluation,
    Facts,
    Level,
    MandateState,
    Mode,
    context_from_json,
    context_to_json,
    evaluate,
    explain,
    facts_from_json,
    facts_to_json,
)
from governance.quorum import QuorumRule
from tests.governance.policies.builders import policy, rule, trigger

STRICTNESS = {"pass": 0, "review": 1, "block": 2}
CONDITIONS = [
    "confidence > 0.8",
    "confidence < 0.5 || adverse",
    "impact > 1000.0 && reversible",
    "is_new",
    "amount / 2.0 > impact",
    "count + 1 > 0",
    "count % count == 0",
    'segment in ["a", segment]',
    '"x" in flags && size(flags) < 2',
    "has(confidence) ? confidence > 0.3 : is_new",
    'applied_at < timestamp("2026-01-01T00:00:00Z")',
    'outcome == "deny"',
    "false",
]

BOARD = {
    "stages": [
        {"name": "first", "required": 2, "panel": 3},
        {"name": "last", "required": 1, "roles": ["senior-reviewer"], "veto": True},
    ]
}
QUORUMS = ["single", "article_14_5", "two_of_three", "board"]
RULE_LISTS = st.lists(
    st.tuples(st.sampled_from(CONDITIONS), st.sampled_from(["pass", "review", "block"])), max_size=4
)


@st.composite
def policies(draw, mode=None):
    rules = [rule(when, then, id=f"r{i}") for i, (when, then) in enumerate(draw(RULE_LISTS))]
    more = {}
    if draw(st.booleans()):
        more = {"art_22_2_ground": "law", "art_22_2_reasoning": "The law says so."}
    for each in rules:
        if each["then"] == "review" and draw(st.booleans()):
            each["quorum"] = draw(st.sampled_from(QUORUMS))
    asking = draw(
        st.lists(st.tuples(st.sampled_from(CONDITIONS), st.sampled_from(QUORUMS)), max_size=3)
    )
    if asking:
        more["quorum_triggers"] = [
            trigger(when, quorum, id=f"t{i}") for i, (when, quorum) in enumerate(asking)
        ]
    more["quorums"] = {"board": BOARD}
    rate = draw(st.sampled_from([0, 0.3, 1]))
    chosen = mode or draw(st.sampled_from(list(Mode)))
    return policy(*rules, mode=chosen.value, audit_rate=rate, **more)


def maybe(values):
    return st.none() | values


ODD = st.sampled_from([float("nan"), "text", True, 2**70, ["x"]])
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "amount": maybe(st.floats(0, 1e4) | ODD),
        "count": maybe(st.integers(-2, 2) | st.just(2**63 - 1) | ODD),
        "segment": maybe(st.sampled_from("ab") | ODD),
        "flags": maybe(st.lists(st.sampled_from("xy"), max_size=3) | ODD),
        "is_new": maybe(st.booleans() | ODD),
        "applied_at": maybe(st.sampled_from(["2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "?"])),
    },
)
VALUE_NAMES = {"amount", "count", "segment", "flags", "is_new", "applied_at"}
FACTS = st.builds(
    Facts,
    decision_type=st.just("loan"),
    model_version=st.just("v1"),
    outcome=st.sampled_from(["approve", "deny"]),
    adverse=st.booleans(),
    effect=st.sampled_from(list(Effect)),
    reversible=st.booleans(),
    critical=st.booleans(),
    confidence=maybe(st.floats(0, 1)),
    impact=maybe(st.floats(0, 1e6) | st.just(1e300)),
    values=VALUES,
)
LEFT = st.decimals(0, 10**6, places=4)
MANDATES = st.builds(
    MandateState,
    id=st.just("m"),
    valid=st.booleans(),
    remaining=maybe(st.integers(0, 2)),
    max_impact=maybe(st.floats(0, 1e6)),
    allowed_outcomes=maybe(st.just(frozenset({"approve"}))),
    remaining_in_period=maybe(st.integers(0, 2)),
    remaining_impact=maybe(LEFT),
    remaining_impact_in_period=maybe(LEFT),
    segments=st.just({}) | st.just({"count": (0, 1)}) | st.just({"is_new": (True,)}),
)
CONTEXTS = st.builds(
    Context,
    mode=st.sampled_from(list(Mode)),
    level=st.sampled_from(list(Level)),
    halts=st.lists(st.just("a halt"), max_size=1).map(tuple),
    mandate=maybe(MANDATES),
    version_in_service=st.booleans(),
    policy_in_force=st.booleans(),
    queue_available=st.booleans(),
    sampling_seed=st.text(max_size=4),
    monitors_fresh=st.booleans(),
    confidence_required=st.booleans(),
)
CALM = Context(
    mode=Mode.HITL,
    level=Level.NORMAL,
    halts=(),
    mandate=MandateState(id="m", valid=True),
    version_in_service=True,
    policy_in_force=True,
    queue_available=True,
    sampling_seed="s",
    monitors_fresh=True,
    confidence_required=False,
)
LEVELS = [Level.NORMAL, Level.SAMPLED, Level.ALL_HUMAN, Level.HALTED]
many = settings(max_examples=200, deadline=None)


def strictness(evaluation):
    return STRICTNESS[evaluation.disposition]


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS)
def test_the_same_inputs_have_the_same_evaluation(rules, about, moment):
    assert evaluate(rules, about, moment) == evaluate(rules, about, moment)


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS)
def test_an_evaluation_survives_json_of_the_ledgers_kind(rules, about, moment):
    evaluation = evaluate(rules, about, moment)
    data = evaluation.to_json()

    assert Evaluation.from_json(orjson.loads(orjson.dumps(data))) == evaluation
    assert orjson.dumps(data, option=orjson.OPT_SORT_KEYS) == rfc8785.dumps(data)
    assert floats_in(data) == []


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS)
def test_an_evaluation_is_derived_again_from_what_was_stored(rules, about, moment):
    stored = orjson.dumps([facts_to_json(about), context_to_json(moment)])
    facts_again, moment_again = orjson.loads(stored)

    assert floats_in(orjson.loads(stored)) == []
    again = evaluate(rules, facts_from_json(facts_again), context_from_json(moment_again))
    assert again == evaluate(rules, about, moment)


def floats_in(data):
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        return [found for member in data for found in floats_in(member)]
    return [data] if isinstance(data, float) else []


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS)
def test_what_passes_had_no_unknown_rule_and_nothing_against_it(rules, about, moment):
    evaluation = evaluate(rules, about, moment)
    if evaluation.disposition != "pass":
        return
    assert all(trace.result is not None for trace in evaluation.trace)
    assert not moment.halts
    assert moment.level in (Level.NORMAL, Level.SAMPLED)
    assert moment.version_in_service
    assert moment.policy_in_force
    assert moment.mode is rules.mode
    assert about.confidence is not None or not moment.confidence_required
    if moment.mode is Mode.HIC:
        assert moment.mandate is not None
        assert moment.mandate.valid
        assert moment.mandate.remaining != 0
        assert moment.mandate.remaining_in_period != 0
        for left in (moment.mandate.remaining_impact, moment.mandate.remaining_impact_in_period):
            assert left is None or round(Decimal(about.impact), 4) <= left
        for name, covered in moment.mandate.segments.items():
            assert about.values[name] in covered
            assert type(about.values[name]) is type(covered[0])
        assert not about.critical
    if moment.mode is Mode.HOTL:
        assert moment.monitors_fresh
    else:
        assert evaluation.rule is not None
    if about.adverse and about.effect is not Effect.NONE:
        assert rules.art_22_2_ground is not None
        assert moment.mode is not Mode.HIC


def _tighter(mandate):
    if mandate is None:
        return []
    tight = [
        {"valid": False},
        {"remaining": 0},
        {"remaining_in_period": 0},
        {"remaining_impact": Decimal(0)},
        {"remaining_impact_in_period": Decimal(0)},
        {"segments": {**mandate.segments, "segment": ("a",)}},
    ]
    return [replace(mandate, **change) for change in tight]


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS, data=st.data())
def test_a_worse_moment_never_loosens(rules, about, moment, data):
    higher = [level for level in Level if LEVELS.index(level) >= LEVELS.index(moment.level)]
    worse = data.draw(
        st.sampled_from(
            [
                *({"level": level} for level in higher),
                {"halts": (*moment.halts, "another")},
                {"mandate": None},
                *({"mandate": tighter} for tighter in _tighter(moment.mandate)),
                {"version_in_service": False},
                {"policy_in_force": False},
                {"queue_available": False},
                {"monitors_fresh": False},
                {"confidence_required": True},
            ]
        )
    )  # fmt: skip
    before, after = evaluate(rules, about, moment), evaluate(rules, about, replace(moment, **worse))

    assert strictness(after) >= strictness(before)
    if after.disposition == "pass":
        assert after.audit_sampled >= before.audit_sampled


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS, data=st.data())
def test_forgetting_a_fact_never_lets_pass_what_did_not(rules, about, moment, data):
    forgotten = data.draw(st.sets(st.sampled_from(sorted(VALUE_NAMES))))
    without = replace(about, values={k: v for k, v in about.values.items() if k not in forgotten})

    if evaluate(rules, about, moment).disposition != "pass":
        assert evaluate(rules, without, moment).disposition != "pass"


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS)
def test_whoever_looks_has_a_queue_and_nobody_else_has(rules, about, moment):
    evaluation = evaluate(rules, about, moment)
    looked_at = evaluation.disposition == "review" or evaluation.audit_sampled

    assert (evaluation.queue is not None) is looked_at
    assert (evaluation.verdicts >= 1) is looked_at
    assert (evaluation.quorum is not None) is looked_at
    assert evaluation.verdicts == (evaluation.quorum.people if looked_at else 0)
    assert looked_at or not evaluation.triggers
    assert evaluation.reasons
    assert not (evaluation.audit_sampled and evaluation.disposition != "pass")


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS)
def test_every_evaluation_can_be_told_in_sentences(rules, about, moment):
    said = explain(evaluate(rules, about, moment))

    assert all(sentence.endswith(".") for sentence in said)
    assert len(said) >= 2


@many
@given(rules=policies(mode=Mode.HITL), about=FACTS)
def test_the_rules_alone_decide_as_a_plain_reading_of_them_would(rules, about):
    """A second, slower reading: every way in which the unknown rules could turn out."""
    calm = replace(about, adverse=False)
    evaluation = evaluate(rules, calm, CALM)
    possible, unknown = set(), False
    for each in rules.rules:
        result, _ = each.when.evaluate(calm.given)
        if result is True:
            possible.add(each.then.value)
            break
        unknown = unknown or result is not False
    else:
        possible.add("review")

    expected = max(possible | ({"review"} if unknown else set()), key=STRICTNESS.__getitem__)
    assert evaluation.disposition == expected


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS)
def test_a_trigger_never_loosens_nor_sends_anything_to_anybody_else(rules, about, moment):
    with_them = evaluate(rules, about, moment)
    without = evaluate(replace(rules, triggers=()), about, moment)

    assert (with_them.disposition, with_them.queue) == (without.disposition, without.queue)
    assert with_them.reasons == without.reasons
    if without.quorum is not None:
        assert with_them.quorum.strictness >= without.quorum.strictness
        asked = [one.quorum for one in with_them.triggers if one.asks]
        assert with_them.quorum in [without.quorum, *asked]
        assert all(with_them.quorum.strictness >= one.strictness for one in asked)


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS, data=st.data())
def test_a_forgotten_fact_never_lets_a_trigger_fall_silent(rules, about, moment, data):
    forgotten = data.draw(st.sets(st.sampled_from(sorted(VALUE_NAMES)), min_size=1))
    without = replace(about, values={k: v for k, v in about.values.items() if k not in forgotten})
    before, after = evaluate(rules, about, moment), evaluate(rules, without, moment)

    told = {one.looked.rule: one for one in after.triggers}
    for one in before.triggers:
        if one.looked.rule in told and told[one.looked.rule].looked.result is None:
            assert told[one.looked.rule].asks


@many
@given(rules=policies(), about=FACTS, moment=CONTEXTS)
def test_a_quorum_survives_json(rules, about, moment):
    quorum = evaluate(rules, about, moment).quorum
    if quorum is not None:
        assert QuorumRule.from_json(orjson.loads(orjson.dumps(quorum.to_json()))) == quorum
