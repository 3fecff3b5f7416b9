"""A past of many decisions, each evaluated as intake does it; without ledger entries, which the lab
does not read."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from benchmarks.ledger.watching import unwatched
from governance import policies
from governance.ids import uuid7
from governance.ledger.payloads import seal_payload
from governance.models import Payload
from governance.policies import Context, Level
from governance.services.subjects import subject_for
from reviews.models import Decision, Evaluation
from reviews.services.derivation import inputs_json
from reviews.services.evaluating import facts_of
from reviews.services.rulebook import rulebook_of
from tests.factories import World, policy_text

_AT_ONCE = 2_000
_RULE = """
  - id: rule-{n}
    title: Rule {n}
    when: income > {n}00000.0 && years < {n} || confidence > 2.0
    then: review
    reason: It is a large one.
"""
_LAST = """
  - id: sure
    title: Sure ones pass
    when: confidence >= {limit} && outcome == "grant" && years >= 1
    then: pass
    reason: The model is sure.
"""


def policy_of_ten(limit: float) -> str:
    """Nine rules that are looked at and seldom apply, and one that lets the sure ones pass."""
    rules = "".join(_RULE.format(n=n) for n in range(1, 10))
    return policy_text(rules=rules + _LAST.format(limit=limit), audit_rate=0.1)


def take_in(world: World, count: int, start: datetime, span: timedelta) -> None:
    """So many decisions, spread evenly over the span."""
    chance = random.Random(1)
    payload = seal_payload(
        kind=Payload.Kind.DECISION,
        subject=subject_for("somebody", now=start),
        content={"facts": {}, "input": {}},
        now=start,
    )
    with unwatched(True):
        for first in range(0, count, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, count))
            decisions = [
                _decision(world, payload, chance, start + span * number / count)
                for number in numbers
            ]
            with transaction.atomic():
                Decision.objects.bulk_create(decisions)
                Evaluation.objects.bulk_create([_evaluation(world, one) for one in decisions])


def _decision(world: World, payload: Payload, chance: random.Random, at: datetime) -> Decision:
    return Decision(
        system=world.system,
        decision_type=world.decision_type,
        model_version=world.version,
        external_id=str(uuid7()),
        occurred_at=at,
        received_at=at,
        outcome=chance.choice(["grant", "refuse"]),
        confidence=round(chance.random(), 3),
        facts={"income": round(chance.random() * 10_000, 2), "years": chance.randrange(20)},
        subject_id=payload.subject_id,
        payload=payload,
        submitted_by=world.client,
    )


def _evaluation(world: World, decision: Decision) -> Evaluation:
    rulebook = rulebook_of(world.policy_version, world.decision_type)
    assert rulebook is not None
    facts = facts_of(decision)
    context = _moment(str(decision.pk), rulebook)
    result = policies.evaluate(rulebook.rules, facts, context)
    return Evaluation(
        decision=decision,
        policy_version=world.policy_version,
        disposition=result.disposition.value,
        rule=result.rule or "",
        inputs=inputs_json(facts, context),
        result=result.to_json(),
        evaluated_at=decision.received_at,
    )


def _moment(seed: str, rulebook: Any) -> Context:
    return Context(
        mode=rulebook.rules.mode,
        level=Level.NORMAL,
        halts=(),
        mandate=None,
        version_in_service=True,
        policy_in_force=True,
        queue_available=True,
        sampling_seed=seed,
        monitors_fresh=True,
        confidence_required=True,
    )
