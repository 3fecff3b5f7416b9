"""What happened to decisions in a time, and what moved up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, Window

from governance.models import User
from reviews.models import Case, Escalation, Evaluation, Execution, Queue, Verdict, VerdictKind
from reviews.selectors.recent import since


@dataclass(frozen=True, slots=True)
class Flow:
    """How many decisions: came in (`received` = `passed` + `to_review` + `blocked`), were settled
    by people, were ruled otherwise than the AI system said, were carried out."""

    passed: int
    to_review: int
    blocked: int
    settled: int
    overridden: int
    executed: int

    @property
    def received(self) -> int:
        return self.passed + self.to_review + self.blocked


def flow_since(person: User, at: datetime) -> Flow:
    """What happened since `at` within what `person` may see. One query, bound to the period."""
    evaluations = Evaluation.objects.filter(since(at, "evaluated_at"))
    verdicts = Verdict.objects.filter(since(at, "ruled_at"))
    executions = Execution.objects.filter(since(at, "recorded_at"), kind=Execution.Kind.CARRIED_OUT)
    if not person.has_perm("reviews.view_every_decision"):
        theirs = Case.objects.readable_by(person)
        of_their_cases = Exists(theirs.filter(decision=OuterRef("decision")))
        evaluations = evaluations.filter(of_their_cases)
        executions = executions.filter(of_their_cases)
        verdicts = verdicts.filter(Exists(theirs.filter(pk=OuterRef("case"))))
    settled = Q(case__state=Case.State.DECIDED)
    against = Q(kind__in=[VerdictKind.OVERRIDE, VerdictKind.REVERSE])
    counted = (
        evaluations.values(what=F("disposition"))
        .annotate(n=Count("pk"))
        .union(
            _one(verdicts.filter(settled), "settled"),
            _one(verdicts.filter(settled & against), "overridden"),
            _one(executions, "executed"),
            all=True,
        )
    )
    counts = {row["what"]: row["n"] for row in counted}
    return Flow(
        passed=counts.get("pass", 0),
        to_review=counts.get("review", 0),
        blocked=counts.get("block", 0),
        settled=counts.get("settled", 0),
        overridden=counts.get("overridden", 0),
        executed=counts.get("executed", 0),
    )


def escalations_since(person: User, at: datetime, most: int) -> tuple[int, list[Escalation]]:
    """How many cases moved up since `at`, and the newest `most` of them."""
    moved = Escalation.objects.filter(since(at, "escalated_at"))
    if not person.has_perm("reviews.view_every_queue"):
        theirs = Queue.objects.reviewed_by(person)
        moved = moved.filter(Q(to_queue__in=theirs) | Q(from_queue__in=theirs))
    newest: list[Any] = list(
        moved.annotate(in_all=Window(Count("pk")))
        .select_related("case__decision__decision_type", "from_queue", "to_queue")
        .order_by("-id")[:most]
    )
    return (newest[0].in_all if newest else 0), newest


def _one(rows: QuerySet[Any], what: str) -> QuerySet[Any]:
    """A row {what, n}: how many decisions the rows are about."""
    decision = "case__decision" if rows.model is Verdict else "decision"
    named: QuerySet[Any] = rows.order_by().values(what=Value(what, output_field=CharField()))
    counted: QuerySet[Any] = named.annotate(n=Count(decision, distinct=True))
    return counted
