"""Asking the policy: gathering facts and context, and keeping what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from governance import policies
from governance.policies import Context, Disposition, Effect, Facts, Level, Mode
from governance.policies.facts import MandateState
from models_registry.models import AISystem, Halt, Mandate, ModelVersion
from models_registry.services.mandates import locked_mandate, mandate_state
from reviews.models import Decision, Evaluation, Queue
from reviews.selectors.monitors import are_fresh
from reviews.services.audit_rates import audit_rate_for
from reviews.services.derivation import inputs_json
from reviews.services.halt_turns import make_halts_wait
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
    state = mandate_state(mandate, now, now if mandate is None else moment_of(now))
    rate = audit_rate_for(rulebook=rulebook, decision_type=decision.decision_type, facts=facts)
    context = _context(decision, rulebook, state, queue, rate, now)
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


def moment_of(now: datetime) -> datetime:
    """`now`, moved on by the time that the transaction has taken since: a mandate may have run out
    while its row was waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - transaction_timestamp()")
        [(taken,)] = cursor.fetchall()
    moved: datetime = now + taken
    return moved


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
    """The oldest first."""
    covering = Halt.objects.covering(decision.decision_type, decision.model_version)
    return list(covering.in_force().order_by("placed_at"))


def _context(
    decision: Decision,
    rulebook: Rulebook,
    mandate: MandateState | None,
    queue: Queue | None,
    audit_rate: float | None,
    now: datetime,
) -> Context:
    kind, halts = decision.decision_type, halts_in_force(decision)
    return Context(
        mode=rulebook.rules.mode,
        level=Level(kind.level),
        halts=tuple(halt.reason for halt in halts),
        halt_ids=tuple(str(halt.pk) for halt in halts),
        mandate=mandate,
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
        audit_rate=audit_rate,
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
