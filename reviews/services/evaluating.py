"""Asking the policy: gathering facts and context, and keeping what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from governance import policies
from governance.policies import Context, Disposition, Effect, Facts, Level, Mode
from models_registry.models import AISystem, Halt, Mandate, ModelVersion
from models_registry.services.mandates import locked_mandate, mandate_state
from reviews.models import Decision, Evaluation, Queue
from reviews.selectors.monitors import are_fresh
from reviews.services.derivation import inputs_json
from reviews.services.permits import make_halts_wait
from reviews.services.routing import open_queue
from reviews.services.rulebook import Rulebook, rulebook_for


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A stored evaluation, with the live objects that routing needs. Without a rulebook the
    decision is blocked: nobody said what may pass or where a case should go."""

    row: Evaluation
    facts: Facts
    rulebook: Rulebook | None
    result: policies.Evaluation | None
    mandate: Mandate | None
    default_queue: Queue | None


def evaluate_decision(decision: Decision, now: datetime) -> Evaluated:
    """Evaluate a decision that was just inserted, and store the result (a step).

    From here on `halting.place_halt` waits. So the halts read here are either all there are, or
    the halt will find what we issue.
    """
    make_halts_wait(decision.system_id)
    rulebook = rulebook_for(decision.decision_type, now)
    facts = facts_of(decision)
    if rulebook is None:
        return Evaluated(_store_blocked(decision, facts, now), facts, None, None, None, None)
    mandate = (
        locked_mandate(decision.decision_type, now) if rulebook.rules.mode is Mode.HIC else None
    )
    queue = open_queue(rulebook.rules.defaults.queue)
    context = _context(decision, rulebook, mandate, queue, now)
    result = policies.evaluate(rulebook.rules, facts, context)
    row = Evaluation.objects.create(
        decision=decision,
        policy_version=rulebook.version,
        disposition=result.disposition.value,
        rule=result.rule or "",
        inputs=inputs_json(facts, context),
        result=result.to_json(),
        evaluated_at=now,
    )
    return Evaluated(row, facts, rulebook, result, mandate, queue)


def facts_of(decision: Decision) -> Facts:
    """What a policy sees of a decision."""
    kind = decision.decision_type
    return Facts(
        decision_type=kind.slug,
        model_version=decision.model_version.version,
        outcome=decision.outcome,
        adverse=kind.is_adverse(decision.outcome),
        effect=Effect(kind.effect),
        reversible=kind.reversible,
        critical=kind.critical,
        confidence=decision.confidence,
        impact=None if decision.impact is None else float(decision.impact),
        values=decision.facts,
    )


def halts_in_force(decision: Decision) -> Sequence[Halt]:
    return list(Halt.objects.in_force().covering(decision.decision_type).order_by("placed_at"))


def _context(
    decision: Decision,
    rulebook: Rulebook,
    mandate: Mandate | None,
    queue: Queue | None,
    now: datetime,
) -> Context:
    kind = decision.decision_type
    return Context(
        mode=rulebook.rules.mode,
        level=Level(kind.level),
        halts=tuple(halt.reason for halt in halts_in_force(decision)),
        mandate=mandate_state(mandate),
        version_in_service=(
            kind.system.status == AISystem.Status.IN_SERVICE
            and decision.model_version.status == ModelVersion.Status.IN_SERVICE
        ),
        policy_in_force=rulebook.rules.in_force(now),
        queue_available=queue is not None,
        sampling_seed=str(decision.pk),
        monitors_fresh=(
            rulebook.rules.mode is not Mode.HOTL or are_fresh(kind, rulebook.rules.monitors, now)
        ),
        confidence_required=kind.confidence_required,
    )


def _store_blocked(decision: Decision, facts: Facts, now: datetime) -> Evaluation:
    sentence = "No published policy fits this decision type, so nothing may pass."
    return Evaluation.objects.create(
        decision=decision,
        policy_version=None,
        disposition=Disposition.BLOCK.value,
        inputs=inputs_json(facts, None),
        result={"reasons": [{"code": "no_policy", "sentence": sentence}]},
        evaluated_at=now,
    )
