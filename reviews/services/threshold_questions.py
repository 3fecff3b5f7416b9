"""A question to the threshold advisor, kept with its answer: who decides on a threshold later can
show what they were told, and from which costs."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
from django.db import transaction

from governance.errors import FieldError, InputInvalid, NotPermitted
from governance.ledger import record
from governance.ledger.leaf import instant
from governance.ledger.record import Event
from governance.models import Actor, ApiClient, User
from reviews.lab.thresholds import NONE_PASSES, STEPS, Advice, Costs
from reviews.models import ThresholdQuestion
from reviews.selectors.known_outcomes import Asked
from reviews.selectors.simulations import READ
from reviews.services.advising import Advised, Segment, advise_on, segments_of
from reviews.services.simulating import faults_of_period


@transaction.atomic
def ask_for_threshold(
    *, asked: Asked, costs: Costs, minutes: float | None, by: User | ApiClient, now: datetime
) -> ThresholdQuestion:
    """Reckon what each threshold would have cost, and keep question and answer. Changes nothing
    that decides.

    Raises NotPermitted, and InputInvalid naming each faulty field: a period that is empty, not over
    yet or longer than a year, an outcome or segment that the decision type does not have, a
    program's question about another's system.
    """
    if isinstance(by, User) and not by.has_perm(READ):
        raise NotPermitted("Asking the advisor takes the right to read every decision")
    faults = [*faults_of_period(asked.start, asked.end, now), *_faults(asked, by)]
    if faults:
        raise InputInvalid("The question cannot be answered", errors=faults)
    answer = answer_of(advise_on(asked, costs, now=now, minutes=minutes))
    question = ThresholdQuestion.objects.create(
        decision_type=asked.kind,
        asked_at=now,
        asked_by=by if isinstance(by, User) else None,
        asked_by_client=None if isinstance(by, User) else by,
        period_start=asked.start.astimezone(UTC),
        period_end=asked.end.astimezone(UTC),
        outcome=asked.outcome,
        segment=asked.segment,
        **costs._asdict(),
        minutes=minutes,
        answer=answer,
    )
    body = {
        "decision_type": asked.kind.slug,
        "period_start": instant(question.period_start),
        "period_end": instant(question.period_end),
        "outcome": asked.outcome,
        "segment": asked.segment,
        **{name: str(cost) for name, cost in costs._asdict().items()},
        "answer_sha256": sha256(orjson.dumps(answer, option=orjson.OPT_SORT_KEYS)).hexdigest(),
    }
    actor = Actor.of(by) if isinstance(by, User) else Actor.client(by)
    record.append_all(
        [Event("reviews.thresholdquestion.asked", question, body)],
        actor=actor,
        at=now,
        all_new=True,
    )
    return question


def answer_of(advised: Advised) -> dict[str, Any]:
    """The advice as JSON. A threshold of null: nothing passes."""
    measured = advised.measured
    return {
        "review": {
            **measured.reviewing._asdict(),
            "cases": measured.cases,
            "known_wrong": measured.errors,
            "known_right": measured.correct,
        },
        "segments": [_segment(segment) for segment in advised.segments],
        "hidden_segments": advised.hidden,
    }


def _segment(segment: Segment) -> dict[str, Any]:
    found, present = segment.advice, segment.present
    told: dict[str, Any] = {
        "told_by": segment.told_by,
        "name": segment.name,
        "decisions": found.decisions,
        "known": found.known,
        "wrong": found.wrong,
        "present": None
        if present is None
        else {"threshold": present.value, "stated_by": present.source.value},
        "curve": None,
    }
    if isinstance(found, Advice):
        told["curve"] = {
            "best": _threshold(found.best),
            "best_from": _threshold(found.best_from),
            "best_to": _threshold(found.best_to),
            "saving": None if found.saving is None else found.saving._asdict(),
            "left_out": found.left_out,
            "points": [
                {
                    "threshold": _threshold(point.step),
                    "cost": point.cost,
                    "low": point.low,
                    "high": point.high,
                    "passes": point.passes,
                }
                for point in found.points
            ],
        }
    return told


def _threshold(step: int) -> float | None:
    return None if step == NONE_PASSES else step / STEPS


def _faults(asked: Asked, by: User | ApiClient) -> list[FieldError]:
    kind, faults = asked.kind, []
    if isinstance(by, ApiClient) and kind.system.slug not in by.systems:
        faults.append(FieldError("/decision_type", f"Unknown: {kind.slug!r}.", "unknown"))
    if asked.outcome and asked.outcome not in kind.outcome_specs:
        known = ", ".join(kind.outcome_specs)
        faults.append(FieldError("/outcome", f"Must be one of {known}.", "unknown"))
    if asked.segment and asked.segment not in segments_of(kind):
        known = ", ".join(segments_of(kind))
        faults.append(FieldError("/segment", f"Must be one of {known}.", "unknown"))
    return faults
