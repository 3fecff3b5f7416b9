"""Whatever comes in under a template's policy, and whatever the moment: nothing passes that no
designated clause allows."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from governance.policies import (
    Context,
    Disposition,
    Effect,
    Evaluation,
    Facts,
    FactType,
    Level,
    MandateState,
    Mode,
    Rules,
    evaluate,
)
from reviews.industries import KindPart, SystemPart, names, template_named
from reviews.industries.trying import context_of, facts_of

KINDS = [
    (system, kind)
    for name in names()
    for system in template_named(name).systems
    for kind in system.decision_types
]
# Near the limits that the templates' rules draw, beside whatever else there is.
WORDS = ["none", "minors", "health", "weapons", "A"]
VALUES: dict[FactType, st.SearchStrategy[Any]] = {
    FactType.BOOL: st.booleans(),
    FactType.INT: st.integers(0, 8) | st.integers(-(2**40), 2**40) | st.integers(85, 95),
    FactType.DOUBLE: st.floats(0, 60) | st.floats(allow_nan=False, allow_infinity=False),
    FactType.STRING: st.sampled_from(WORDS) | st.text(max_size=8),
    FactType.STRING_LIST: st.lists(st.text(max_size=4), max_size=3),
}
SHARES = st.floats(0, 1) | st.sampled_from([0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99, 1.0])
IMPACTS = st.floats(0, 1e6) | st.sampled_from([0.0, 5000.0, 10000.0, 20000.0, 50000.0, 100000.0])


@st.composite
def decisions(draw: st.DrawFn) -> tuple[SystemPart, KindPart, Facts]:
    """A decision of some template's type; any fact may be missing."""
    system, kind = draw(st.sampled_from(KINDS))
    values = {
        name: draw(VALUES[FactType(spec["type"])])
        for name, spec in kind.facts.items()
        if not spec.get("personal") and draw(st.integers(0, 9))
    }
    outcome = draw(st.sampled_from([one["key"] for one in kind.outcomes]))
    facts = Facts(
        decision_type=kind.slug,
        model_version="1",
        outcome=outcome,
        adverse=kind.adverse(outcome),
        effect=kind.effect,
        reversible=kind.reversible,
        critical=kind.critical,
        confidence=draw(st.none() | SHARES),
        impact=draw(st.none() | IMPACTS) if kind.impact_unit else None,
        values=values,
    )
    return system, kind, facts


@st.composite
def mandates(draw: st.DrawFn, kind: KindPart) -> MandateState | None:
    if draw(st.integers(0, 5)) == 0:
        return None
    keys = [one["key"] for one in kind.outcomes]
    return MandateState(
        id="m",
        valid=draw(st.integers(0, 5)) > 0,
        remaining=draw(st.none() | st.integers(0, 3)),
        max_impact=draw(st.none() | IMPACTS),
        allowed_outcomes=draw(st.none() | st.frozensets(st.sampled_from(keys), min_size=1)),
    )


@st.composite
def tried(draw: st.DrawFn) -> tuple[SystemPart, KindPart, Facts, Context, Evaluation]:
    """A decision in an ordinary moment or one that is out of the ordinary, and what came of it."""
    system, kind, facts = draw(decisions())
    rules = system.rules[kind.slug]
    # Mostly in order, so that passes are found too.
    seldom = st.integers(0, 11).map(lambda drawn: drawn == 0)
    context = Context(
        mode=rules.mode,
        level=draw(st.sampled_from([Level.NORMAL, Level.NORMAL, Level.NORMAL, *Level])),
        halts=("Stop.",) if draw(seldom) else (),
        mandate=draw(mandates(kind)),
        version_in_service=not draw(seldom),
        policy_in_force=not draw(seldom),
        queue_available=not draw(seldom),
        sampling_seed=draw(st.text(max_size=8)),
        monitors_fresh=not draw(seldom),
        confidence_required=kind.confidence_required,
    )
    return system, kind, facts, context, evaluate(rules, facts, context)


def passing_rule(rules: Rules, found: Evaluation) -> str | None:
    """The rule that let it pass: the last one looked at, if it applies and says so."""
    last = found.trace[-1] if found.trace else None
    if last is None or last.result is not True:
        return None
    rule = next(rule for rule in rules.rules if rule.id == last.rule)
    return rule.id if rule.then is Disposition.PASS else None


def check_pass(
    kind: KindPart, rules: Rules, facts: Facts, context: Context, found: Evaluation
) -> None:
    """Everything that a pass takes."""
    assert context.halts == ()
    assert context.level in (Level.NORMAL, Level.SAMPLED)
    assert context.version_in_service
    assert context.policy_in_force
    assert facts.confidence is not None or not kind.confidence_required
    # No template names a ground, so no adverse outcome of weight passes, in no mode.
    assert not facts.adverse or facts.effect is Effect.NONE
    assert all(trace.result is not None for trace in found.trace)
    if rules.mode is Mode.HOTL:
        assert context.monitors_fresh
        assert not any(trace.result for trace in found.trace)
        return
    assert passing_rule(rules, found) is not None
    if rules.mode is Mode.HIC:
        assert not facts.critical
        check_mandate(facts, context.mandate)


def check_mandate(facts: Facts, mandate: MandateState | None) -> None:
    assert mandate is not None
    assert mandate.valid
    assert mandate.remaining is None or mandate.remaining > 0
    assert mandate.allowed_outcomes is None or facts.outcome in mandate.allowed_outcomes
    if mandate.max_impact is not None:
        assert facts.impact is not None
        assert facts.impact <= mandate.max_impact


@settings(max_examples=600, deadline=None)
@given(tried())
def test_a_pass_has_everything_that_a_pass_takes(
    case: tuple[SystemPart, KindPart, Facts, Context, Evaluation],
) -> None:
    system, kind, facts, context, found = case
    if found.disposition is Disposition.PASS:
        check_pass(kind, system.rules[kind.slug], facts, context, found)


@settings(max_examples=200, deadline=None)
@given(tried())
def test_a_halt_blocks_and_all_human_never_passes(
    case: tuple[SystemPart, KindPart, Facts, Context, Evaluation],
) -> None:
    _, _, _, context, found = case
    assume(context.halts or context.level in (Level.HALTED, Level.ALL_HUMAN))
    if context.halts or context.level is Level.HALTED:
        assert found.disposition is Disposition.BLOCK
    else:
        assert found.disposition is not Disposition.PASS


@settings(max_examples=200, deadline=None)
@given(tried())
def test_a_review_names_a_queue_of_the_template_and_people_that_it_has(
    case: tuple[SystemPart, KindPart, Facts, Context, Evaluation],
) -> None:
    system, _, _, context, found = case
    if found.disposition is not Disposition.REVIEW:
        return
    [template] = [
        one for one in map(template_named, names()) if system.slug in {s.slug for s in one.systems}
    ]
    assert found.queue in {queue.slug for queue in template.queues}
    assert found.quorum is not None
    assert found.quorum.people >= 1
    if context.mode is Mode.HIC:
        assert found.blind_first


@settings(max_examples=100, deadline=None)
@given(tried())
def test_the_same_inputs_take_the_same_route(
    case: tuple[SystemPart, KindPart, Facts, Context, Evaluation],
) -> None:
    system, kind, facts, context, found = case
    assert evaluate(system.rules[kind.slug], facts, context) == found
    assert Evaluation.from_json(found.to_json()) == found


def test_the_examples_that_pass_have_it_too_and_each_mode_has_some() -> None:
    """Else the property above could hold of nothing."""
    modes = set()
    for system, kind in KINDS:
        rules = system.rules[kind.slug]
        for example in system.examples:
            if example.decision_type != kind.slug:
                continue
            facts, context = facts_of(example, kind), context_of(example, kind, rules)
            found = evaluate(rules, facts, context)
            if found.disposition is Disposition.PASS:
                check_pass(kind, rules, facts, context, found)
                modes.add(rules.mode)
    assert modes == set(Mode)
