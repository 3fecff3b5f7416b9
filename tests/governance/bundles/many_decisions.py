"""Many decisions at once, entered as intake enters them; made in bulk, for only their number
counts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from governance.ids import uuid7
from governance.ledger import record
from governance.ledger.payloads import seal_payload
from governance.models import Actor, Payload, SubjectKey
from governance.services.subjects import subject_for
from reviews.models import Decision, Evaluation, GroundTruth
from tests.factories import World

ENTRIES_EACH = 3
_AT_ONCE = 500


def take_in(world: World, count: int, now: datetime) -> None:
    """So many decisions, each received and evaluated, its true outcome recorded."""
    subject = subject_for("somebody", now=now)
    for start in range(0, count, _AT_ONCE):
        with transaction.atomic():
            _take_in_some(world, min(_AT_ONCE, count - start), subject, now)


def _take_in_some(world: World, count: int, subject: SubjectKey, now: datetime) -> None:
    payloads = [
        seal_payload(
            kind=Payload.Kind.DECISION,
            subject=subject,
            content={"facts": {"income": 1200.5}, "input": {"letter": "I would like a loan."}},
            now=now,
        )
        for _ in range(count)
    ]
    decisions = Decision.objects.bulk_create(
        Decision(
            system=world.system,
            decision_type=world.decision_type,
            model_version=world.version,
            external_id=str(uuid7()),
            occurred_at=now,
            received_at=now,
            outcome="refuse",
            confidence=0.8,
            facts={"income": 1200.5, "years": 3},
            subject=subject,
            payload=payload,
            submitted_by=world.client,
        )
        for payload in payloads
    )
    evaluations = Evaluation.objects.bulk_create(
        Evaluation(
            decision=decision,
            policy_version=world.policy_version,
            disposition="review",
            inputs={"facts": decision.facts},
            result={"reasons": []},
            evaluated_at=now,
        )
        for decision in decisions
    )
    truths = GroundTruth.objects.bulk_create(
        GroundTruth(
            decision=decision,
            outcome="grant",
            source="the register",
            observed_at=now,
            recorded_at=now,
            recorded_by=world.client,
        )
        for decision in decisions
    )
    events = [
        record.Event("reviews.decision.received", decision, {"outcome": "refuse"}, payload)
        for decision, payload in zip(decisions, payloads, strict=True)
    ]
    events += [record.Event("reviews.decision.evaluated", one, {}) for one in evaluations]
    events += [record.Event("reviews.truth.recorded", one, {}) for one in truths]
    record.append_all(events, actor=Actor.client(world.client), at=now, all_new=True)
