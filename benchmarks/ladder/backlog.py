"""A backlog of late cases, each with its history and its ledger entry, as intake leaves it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from benchmarks.ledger.watching import unwatched
from governance.ids import uuid7
from governance.ledger import record
from governance.ledger.payloads import seal_payload
from governance.ledger.record import Event
from governance.models import Actor, Payload
from governance.models.saving import save_all_by
from governance.quorum import plain
from governance.services.subjects import subject_for
from reviews.models import Case, Decision, LadderVersion
from reviews.services.routing import snapshot_of

_AT_ONCE = 1_000
_ACTOR = Actor.system("benchmark")


def make_backlog(world: Any, ladder: LadderVersion, count: int, now: datetime) -> None:
    """So many open cases on `ladder`, all late by now, one a millisecond."""
    payload = seal_payload(
        kind=Payload.Kind.DECISION,
        subject=subject_for("somebody", now=now),
        content={"facts": {}, "input": {}},
        now=now,
    )
    for first in range(0, count, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, count))
        decisions = [_decision(world, payload, now) for _ in numbers]
        # The decisions are not what is measured; the cases are as they would be.
        with unwatched(True):
            Decision.objects.bulk_create(decisions)
        cases = [
            _case(world, ladder, decision, now - timedelta(milliseconds=number + 1))
            for number, decision in zip(numbers, decisions, strict=True)
        ]
        with transaction.atomic():
            save_all_by(cases, _ACTOR)
            events = [Event("reviews.case.opened", case, {"kind": case.kind}) for case in cases]
            record.append_all(events, actor=_ACTOR, at=now, all_new=True)


def _decision(world: Any, payload: Payload, at: datetime) -> Decision:
    return Decision(
        system=world.system,
        decision_type=world.decision_type,
        model_version=world.version,
        external_id=str(uuid7()),
        occurred_at=at,
        received_at=at,
        outcome="refuse",
        confidence=0.7,
        facts={"income": 1200.5, "years": 3},
        subject_id=payload.subject_id,
        payload=payload,
        submitted_by=world.client,
    )


def _case(world: Any, ladder: LadderVersion, decision: Decision, due_at: datetime) -> Case:
    return Case(
        decision=decision,
        queue=world.first_line,
        ladder=ladder,
        priority=50.0,
        opened_at=due_at - timedelta(hours=4),
        due_at=due_at,
        fail_safe=Case.FailSafe.HOLD,
        **snapshot_of(plain(1)),
    )
