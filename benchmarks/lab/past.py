"""A past of many decisions, each evaluated as intake does it; without ledger entries, which the lab
does not read."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

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
_DISTINCT = 5_000
_COPY = """
    WITH copies AS (
        SELECT evaluation.id AS old, md5(decision.id || %(number)s)::uuid AS id
        FROM reviews_decision AS decision
        JOIN reviews_evaluation AS evaluation ON evaluation.decision_id = decision.id
        WHERE decision.external_id NOT LIKE 'copy %%'
    ), decisions AS (
        INSERT INTO reviews_decision (
            id, system_id, decision_type_id, model_version_id, external_id, occurred_at,
            received_at, outcome, confidence, impact, facts, subject_id, payload_id,
            submitted_by_id, request_id
        )
        SELECT copies.id, system_id, decision_type_id, model_version_id, 'copy ' || copies.id,
            occurred_at + %(later)s * interval '1 second',
            received_at + %(later)s * interval '1 second', outcome, confidence, impact, facts,
            subject_id, payload_id, submitted_by_id, request_id
        FROM copies
        JOIN reviews_evaluation AS evaluation ON evaluation.id = copies.old
        JOIN reviews_decision AS decision ON decision.id = evaluation.decision_id
    )
    INSERT INTO reviews_evaluation (
        id, decision_id, policy_version_id, disposition, rule, inputs, result, evaluated_at
    )
    SELECT copies.id, copies.id, policy_version_id, disposition, rule, inputs, result,
        evaluated_at + %(later)s * interval '1 second'
    FROM copies JOIN reviews_evaluation AS evaluation ON evaluation.id = copies.old
"""
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
    """So many decisions, spread evenly over the span: some thousand, and copies of each with their
    evaluations, whose draws hang on what was stored and not on the id."""
    step = span / (count // _DISTINCT)
    _take_in(world, _DISTINCT, start, step)
    with unwatched(True), connection.cursor() as cursor:
        for number in range(1, count // _DISTINCT):
            cursor.execute(_COPY, {"number": str(number), "later": (step * number).total_seconds()})


def _take_in(world: World, count: int, start: datetime, span: timedelta) -> None:
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
