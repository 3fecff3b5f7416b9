"""Where a decision goes after its evaluation: a case in a queue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from governance.ledger.record import Event
from governance.models import Actor
from governance.policies import Effect, Evaluation, Facts, Rules
from governance.quorum import QuorumRule
from reviews.models import Case, Decision, Queue
from reviews.services.ladders import deadline, end_of, ladder_for

MOST_URGENT = 100.0
_WEIGHT_OF_EFFECT = {Effect.NONE: 0.0, Effect.SIMILAR: 25.0, Effect.LEGAL: 35.0}
_WEIGHT_OF_ADVERSE = 20.0
_WEIGHT_OF_CRITICAL = 15.0
_WEIGHT_OF_UNCERTAINTY = 30.0
_SHARE_OF_AUDITS = 0.5


def open_queue(slug: str | None) -> Queue | None:
    """The queue of that name, if it takes cases."""
    return None if slug is None else Queue.objects.filter(slug=slug, is_open=True).first()


def open_case(
    *,
    decision: Decision,
    kind: Case.Kind,
    queue: Queue,
    facts: Facts,
    evaluation: Evaluation,
    rules: Rules,
    actor: Actor,
    now: datetime,
) -> tuple[Case, Event]:
    """Put a decision before a person (a step). The quorum, the fail-safe outcome and the deadline
    are fixed now, and so is the ladder: later changes of policy, roles or ladders do not touch an
    open case."""
    ladder = ladder_for(evaluation.ladder, queue)
    case = Case(
        decision=decision,
        kind=kind,
        queue=queue,
        priority=priority(facts, kind, rules.defaults.priority),
        opened_at=now,
        due_at=deadline(ladder, now, evaluation.due_within),
        ladder=ladder,
        **snapshot_of(evaluation.quorum or rules.defaults.quorum),
        blind_first=evaluation.blind_first and kind is Case.Kind.REVIEW,
        fail_safe=end_of(ladder, rules.fail_safe),
    )
    case.save_by(actor)
    body = {
        "decision": str(decision.pk),
        "kind": kind.value,
        "queue": queue.slug,
        "verdicts_required": case.verdicts_required,
        "quorum": case.quorum,
        **({} if ladder is None else {"ladder": ladder.ladder.slug, "version": ladder.number}),
    }
    return case, Event("reviews.case.opened", case, body)


def snapshot_of(quorum: QuorumRule) -> dict[str, Any]:
    """The columns of a case that keep what its quorum asks, as it is when the case opens."""
    return {
        "verdicts_required": quorum.people,
        "quorum": quorum.to_json(),
        "stage_roles": list(quorum.stages[0].roles),
    }


def priority(facts: Facts, kind: Case.Kind, least: int | None) -> float:
    """0 to 100: effect on the person, adverse outcome, criticality and the model's doubt.

    An unknown confidence counts as full doubt. `least`: the policy's own floor. An audit of what
    already passed is half as urgent as a decision that waits.
    """
    doubt = 1.0 if facts.confidence is None else 1.0 - facts.confidence
    urgency = (
        _WEIGHT_OF_EFFECT[facts.effect]
        + _WEIGHT_OF_ADVERSE * facts.adverse
        + _WEIGHT_OF_CRITICAL * facts.critical
        + _WEIGHT_OF_UNCERTAINTY * doubt
    )
    urgency = min(MOST_URGENT, max(urgency, float(least or 0)))
    return urgency * _SHARE_OF_AUDITS if kind is Case.Kind.AUDIT else urgency
