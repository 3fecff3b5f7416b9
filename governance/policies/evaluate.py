"""What becomes of one decision: a pure function of policy, facts and context.

Everything that has a say makes a demand: a condition of the moment, the first rule that applies,
or else the mode's default. The strictest demand wins: block over review over pass.

Rules are tried in order up to the first that applies; the ones after it have no say. A rule
whose condition is unknown might have been that first one, so that a person must look; but the
search goes on, and where the first rule that does apply says block, the decision is blocked,
unknown or not. An unknown rule never blocks: that something is missing is for a person to judge.

How many people must rule is settled likewise: every rule that applies or might, and every trigger
that applies or might, asks for a quorum, and the strictest holds.

Sources: Regulation (EU) 2024/1689 Art. 14(4); Regulation (EU) 2016/679 Art. 22.
"""

from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from governance.policies.evaluation import (
    Evaluation,
    Reason,
    RuleTrace,
    TriggerTrace,
    traced,
)
from governance.policies.expression.clauses import ClauseResult
from governance.policies.expression.values import Unknown
from governance.policies.facts import Context, Facts, MandateState
from governance.policies.rules import Rule, Rules, Trigger
from governance.policies.vocabulary import Disposition, Effect, Level, Mode, ReviewerSees
from governance.quorum import QuorumRule, strictest

SAMPLED_EXTRA = 0.25
"""At level `sampled`, the share of the passes left out by the rate that holds that is audited
as well: rate + (1 - rate) * SAMPLED_EXTRA."""

_EXACT_BELOW = 10**11

PASS, REVIEW, BLOCK = Disposition.PASS, Disposition.REVIEW, Disposition.BLOCK
HITL, HOTL, HIC = Mode.HITL, Mode.HOTL, Mode.HIC
SAMPLED, ALL_HUMAN, HALTED = Level.SAMPLED, Level.ALL_HUMAN, Level.HALTED
NO_EFFECT = Effect.NONE
STRICTNESS = {PASS: 0, REVIEW: 1, BLOCK: 2}


class Demand(NamedTuple):
    """At least `disposition`, for this reason. `rule`: whose demand it is, if a rule's."""

    disposition: Disposition
    code: str
    sentence: str
    rule: Rule | None = None


def evaluate(rules: Rules, facts: Facts, context: Context) -> Evaluation:
    """The disposition of one decision, with its reasons and the trace of its rules.

    Raises nothing: whatever cannot be known leads to a person, and where none can be reached,
    to a block.
    """
    trace, of_rules = _try_rules(rules, facts, context)
    demands = [*_standing_demands(rules, facts, context), *of_rules]
    disposition = _strictest(demands)
    needs_queue = disposition is REVIEW or (disposition is PASS and context.queue_needed)
    if needs_queue and not context.queue_available:
        demands.append(_no_queue(disposition))
        disposition = BLOCK
    told = demands if len(demands) == 1 else _told(demands, disposition)
    audited = disposition is PASS and _audited(rules, context)
    looked_at = disposition is REVIEW or audited
    triggers: tuple[TriggerTrace, ...] = ()
    if looked_at and rules.triggers:
        triggers = tuple(_try(trigger, facts) for trigger in rules.triggers)
    quorum = _quorum(rules, of_rules, triggers) if looked_at else None
    return Evaluation(
        policy_sha256=rules.sha256,
        mode=context.mode,
        level=context.level,
        disposition=disposition,
        rule=_deciding(of_rules, disposition),
        queue=_queue(rules, of_rules) if looked_at else None,
        verdicts=0 if quorum is None else quorum.people,
        due_within=rules.defaults.due_within,
        reasons=tuple([Reason(demand.code, demand.sentence) for demand in told]),
        trace=trace,
        audit_sampled=audited,
        blind_first=looked_at and _blind_first(rules, context),
        quorum=quorum,
        triggers=triggers,
        ladder=_ladder(rules, of_rules) if looked_at else None,
    )


def _strictest(demands: list[Demand]) -> Disposition:
    if len(demands) == 1:
        return demands[0].disposition
    found = [demand.disposition for demand in demands]
    return BLOCK if BLOCK in found else REVIEW if REVIEW in found else PASS


def _no_queue(disposition: Disposition) -> Demand:
    """Where nobody can be asked nothing passes: neither what a person must rule on, nor what would
    pass under a policy by which nobody oversees anything."""
    sentence = "No queue can take the case."
    if disposition is PASS:
        sentence = "The policy's queue takes no cases, so that nobody oversees what passes."
    return Demand(BLOCK, "no_queue", sentence)


def _told(demands: list[Demand], disposition: Disposition) -> list[Demand]:
    """The strictest first. Where the decision does not pass, it would only confuse to say why it
    might have."""
    told = [d for d in demands if disposition is PASS or d.disposition is not PASS]
    told.sort(key=lambda demand: -STRICTNESS[demand.disposition])
    return told


def _deciding(of_rules: list[Demand], disposition: Disposition) -> str | None:
    """The first rule that demands what came out."""
    for demand in of_rules:
        if demand.rule is not None and demand.disposition is disposition:
            return demand.rule.id
    return None


def _try_rules(
    rules: Rules, facts: Facts, context: Context
) -> tuple[tuple[RuleTrace, ...], list[Demand]]:
    """The trace of the rules looked at and what they demand; at least one demand comes back."""
    given = facts.given
    trace: list[RuleTrace] = []
    demands: list[Demand] = []
    for rule in rules.rules:
        when = rule.when
        looked: list[ClauseResult] = []
        # As `Expression.evaluate` does it, without the call.
        result = when.judge(given, looked)
        seen = tuple(looked)
        if result is False or result is True:
            trace.append(traced((rule.id, result, None, seen, when.clauses)))
            if result:
                reason = rule.reason if rule.template is None else rule.template.filled(given)
                demands.append(Demand(rule.then, "rule", reason, rule))
                return tuple(trace), demands
            continue
        trace.append(traced((rule.id, None, result.reason, seen, when.clauses)))
        sentence = f'Whether rule "{rule.title}" applies is unknown: {result.reason}.'
        demands.append(Demand(REVIEW, "rule_unknown", sentence, rule))
    if context.mode is HOTL:
        demands.append(Demand(PASS, "default", "No rule applies; on the loop it then passes."))
    else:
        demands.append(Demand(REVIEW, "default", "No rule applies; a person then rules."))
    return tuple(trace), demands


def _try(trigger: Trigger, facts: Facts) -> TriggerTrace:
    result, seen = trigger.when.evaluate(facts.given)
    why = result.reason if isinstance(result, Unknown) else None
    known = None if isinstance(result, Unknown) else result
    looked = RuleTrace(trigger.id, known, why, seen, trigger.when.clauses)
    return TriggerTrace(trigger.title, trigger.quorum, looked)


def _standing_demands(rules: Rules, facts: Facts, context: Context) -> Iterator[Demand]:
    """What the moment demands, whatever the rules say."""
    mode, level = context.mode, context.level
    if context.halts or level is HALTED:
        said = "; ".join(context.halts) or "the intervention level is halted"
        yield Demand(BLOCK, "halted", f"A halt is in force: {said}.")
    if mode is HIC:
        yield from _in_command(facts, context.mandate)
    if facts.adverse and facts.effect is not NO_EFFECT:
        yield _adverse(rules, facts, context)
    if level is ALL_HUMAN:
        yield Demand(REVIEW, "all_human", "At this intervention level a person rules on each one.")
    if mode is HOTL and not context.monitors_fresh:
        yield Demand(REVIEW, "monitors_stale", "What watches the outcomes has not reported.")
    if context.confidence_required and facts.confidence is None:
        yield Demand(REVIEW, "confidence_missing", "The AI system gave no confidence.")
    if not context.version_in_service:
        yield Demand(REVIEW, "version_not_in_service", "The model version is not in service.")
    if not context.policy_in_force:
        yield Demand(REVIEW, "policy_not_in_force", "The policy is not in force.")
    if mode is not rules.mode:
        sentence = f"The policy was written for {rules.mode}, and the mode is {mode}."
        yield Demand(REVIEW, "other_mode", sentence)


def _in_command(facts: Facts, mandate: MandateState | None) -> Iterator[Demand]:
    """Human in command: without a mandate nothing happens, outside of it a person rules."""
    if facts.critical:
        yield Demand(REVIEW, "critical", "The decision type marks this decision as critical.")
    if mandate is None:
        yield Demand(BLOCK, "no_mandate", "No mandate covers this AI system.")
        return
    if not mandate.valid:
        yield Demand(BLOCK, "mandate_lapsed", "The mandate is no longer valid.")
    if mandate.remaining is not None and mandate.remaining <= 0:
        yield Demand(BLOCK, "mandate_used_up", "The mandate's limit is reached.")
    if mandate.remaining_in_period is not None and mandate.remaining_in_period <= 0:
        sentence = "The mandate's limit of decisions in this period is reached."
        yield Demand(BLOCK, "mandate_period_used_up", sentence)
    yield from _impact_left(facts, mandate)
    if mandate.max_impact is not None:
        within = facts.impact is not None and facts.impact <= mandate.max_impact
        if not within:
            yield Demand(REVIEW, "outside_mandate", "The impact is not within the mandate.")
    if mandate.allowed_outcomes is not None and facts.outcome not in mandate.allowed_outcomes:
        yield Demand(REVIEW, "outside_mandate", "The outcome is not among the mandate's.")
    for name, covered in mandate.segments.items():
        given = facts.given.get(name)
        # True is no 1 here, though Python takes it for one.
        if not any(type(given) is type(value) and given == value for value in covered):
            sentence = f"The mandate does not cover this segment, by the fact {name}."
            yield Demand(REVIEW, "outside_mandate", sentence)


def _impact_left(facts: Facts, mandate: MandateState) -> Iterator[Demand]:
    limits = (
        (mandate.remaining_impact, "mandate_used_up", "in all"),
        (mandate.remaining_impact_in_period, "mandate_period_used_up", "in this period"),
    )
    for left, code, where in limits:
        if left is None:
            continue
        if facts.impact is None:
            sentence = f"The mandate limits the impact {where}, and this one is unknown."
            yield Demand(REVIEW, "outside_mandate", sentence)
        elif _exactly(facts.impact) > left:
            yield Demand(BLOCK, code, f"The mandate's limit of impact {where} would be passed.")


def _exactly(impact: float) -> Decimal:
    """The impact that the caller sent: four places, which a float below 10^11 still tells. What is
    larger is over every limit there can be, however it is rounded."""
    sent = Decimal(repr(impact))
    return round(sent, 4) if impact < _EXACT_BELOW else sent


def _adverse(rules: Rules, facts: Facts, context: Context) -> Demand:
    """GDPR Art. 22(1): nobody is subject to a solely automated decision of this weight.

    Art. 22(2) has exceptions, which a policy may name; in command none of them counts.
    """
    weight = f"The outcome is adverse and its effect on the person is {facts.effect}"
    if rules.art_22_2_ground is None or context.mode is HIC:
        return Demand(REVIEW, "adverse_outcome", f"{weight}.")
    ground = rules.art_22_2_ground.replace("_", " ")
    sentence = f"{weight}; the policy names the ground of GDPR Art. 22(2): {ground}."
    return Demand(PASS, "art_22_2_ground", sentence)


def _audited(rules: Rules, context: Context) -> bool:
    rate = rules.audit_rate if rules.audit is None else rules.audit.rate(context.audit_rate)
    if context.level is SAMPLED:
        rate += (1 - rate) * SAMPLED_EXTRA
    return rate > 0 and _draw(rules, context, "audit") < rate


def _blind_first(rules: Rules, context: Context) -> bool:
    if context.mode is not HITL:
        return context.mode is HIC
    return (
        rules.reviewer_sees is ReviewerSees.BLIND_FIRST
        # No number drawn is below zero.
        or (
            rules.blind_first_share > 0
            and _draw(rules, context, "blind_first") < rules.blind_first_share
        )
    )


def _draw(rules: Rules, context: Context, name: str) -> float:
    """A number of [0, 1) that seed, policy and name settle for ever, uniform over the seeds."""
    # The digest has a fixed length and the name no colon, so that no two inputs look alike.
    text = f"{rules.sha256}:{name}:{context.sampling_seed}"
    digest = sha256(text.encode("utf-8", "surrogatepass")).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53


def _queue(rules: Rules, demands: list[Demand]) -> str:
    """The queue of the first rule, known to apply or not, that wants a review and names one."""
    for demand in demands:
        if demand.rule is not None and demand.rule.queue is not None:
            return demand.rule.queue
    return rules.defaults.queue


def _ladder(rules: Rules, demands: list[Demand]) -> str | None:
    """Chosen as the queue is; None where neither rule nor policy names one."""
    for demand in demands:
        if demand.rule is not None and demand.rule.ladder is not None:
            return demand.rule.ladder
    return rules.defaults.ladder


def _quorum(rules: Rules, demands: list[Demand], triggers: tuple[TriggerTrace, ...]) -> QuorumRule:
    """The strictest that any rule wants which applies or might, silence being the policy's own,
    and that any trigger asks for."""
    ours = rules.defaults.quorum
    if not triggers and len(demands) == 1 and demands[0].rule is None:
        return ours
    asked = [ours if d.rule is None or d.rule.quorum is None else d.rule.quorum for d in demands]
    if triggers:
        asked += [trigger.quorum for trigger in triggers if trigger.asks]
    return asked[0] if len(asked) == 1 else strictest(asked)
