"""What a template's policy makes of its example decisions, by the same pure evaluation that rules
live decisions."""

from __future__ import annotations

from governance.policies import (
    Context,
    Disposition,
    Evaluation,
    Facts,
    MandateState,
    Mode,
    Rules,
    evaluate,
)
from reviews.industries.template import Example, KindPart, Route

# An example's audit is drawn like any other's; its route does not hang on the draw.
_SEED = "example"


def tried(example: Example, kind: KindPart, rules: Rules) -> Evaluation:
    """The evaluation of an example in its moment, all else being in order."""
    return evaluate(rules, facts_of(example, kind), context_of(example, kind, rules))


def facts_of(example: Example, kind: KindPart) -> Facts:
    """What the policy sees of an example: its personal facts are left out."""
    return Facts(
        decision_type=kind.slug,
        model_version="example",
        outcome=example.outcome,
        adverse=kind.adverse(example.outcome),
        effect=kind.effect,
        reversible=kind.reversible,
        critical=kind.critical,
        confidence=example.confidence,
        impact=example.impact,
        values={
            name: value
            for name, value in example.facts.items()
            if not kind.facts[name].get("personal", False)
        },
    )


def context_of(example: Example, kind: KindPart, rules: Rules) -> Context:
    moment = example.moment
    return Context(
        mode=rules.mode,
        level=moment.level,
        halts=(moment.halt,) if moment.halt else (),
        mandate=mandate_of(kind, moment.mandate) if rules.mode is Mode.HIC else None,
        version_in_service=True,
        policy_in_force=True,
        queue_available=True,
        sampling_seed=_SEED,
        monitors_fresh=moment.monitors_fresh,
        confidence_required=kind.confidence_required,
    )


def mandate_of(kind: KindPart, standing: str = "") -> MandateState | None:
    """The mandate of a type as a policy sees it; `standing`: none, used_up, lapsed, or in force."""
    given = kind.mandate
    if given is None or standing == "none":
        return None
    return MandateState(
        id="example",
        valid=standing != "lapsed",
        remaining=0 if standing == "used_up" else given.max_decisions,
        max_impact=None if given.max_impact is None else float(given.max_impact),
        allowed_outcomes=frozenset(given.allowed_outcomes) or None,
    )


def deviations(expected: Route, found: Evaluation) -> list[str]:
    """In what the route differs from the one that the template states; a sentence's worth each."""
    looked_at = found.disposition is Disposition.REVIEW
    quorum = found.quorum.preset if looked_at and found.quorum is not None else ""
    pairs = [
        ("the disposition", expected.disposition.value, found.disposition.value),
        ("the rule", expected.rule, found.rule),
        ("the queue", expected.queue, found.queue if looked_at else None),
        ("the number of people", expected.people, found.verdicts if looked_at else None),
        ("the quorum", expected.quorum, quorum),
    ]
    said = [f"{what} is {is_!r}, not {wanted!r}" for what, wanted, is_ in pairs if wanted != is_]
    codes = [reason.code for reason in found.reasons]
    if expected.because and expected.because not in codes:
        said.append(f"the reasons are {', '.join(codes)}, and {expected.because} is not among them")
    return said
