"""Where a decision stands now: derived from its rows, stored nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reviews.models import Case, Decision, Execution, Permit

RELATED = (
    "system",
    "decision_type",
    "model_version",
    "evaluation__policy_version",
    "withdrawal",
    "permit_use",
    "reversal",
)
PREFETCHED = ("cases__queue", "permits__void", "executions")


class Standing(StrEnum):
    """What may be done with a decision."""

    IN_REVIEW = "in_review"
    PERMITTED = "permitted"
    PERMIT_LAPSED = "permit_lapsed"
    BEING_EXECUTED = "being_executed"
    EXECUTED = "executed"
    BLOCKED = "blocked"
    REFUSED = "refused"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    REVERSAL_ORDERED = "reversal_ordered"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class DecisionStanding:
    """Where one decision stands.

    `outcome`: what may be or was carried out; None where nothing may. `permit`: the unused one,
    if it holds at the moment. `case`: the newest live case, else the newest one.
    """

    decision: Decision
    standing: Standing
    outcome: str | None
    permit: Permit | None
    case: Case | None

    @property
    def is_final(self) -> bool:
        return self.standing is not Standing.IN_REVIEW


def standing_of(decision: Decision, at: datetime) -> DecisionStanding:
    """Where `decision` stands at `at`. Reads no rows if RELATED and PREFETCHED were loaded."""
    cases = sorted(decision.cases.all(), key=lambda case: (case.state in Case.LIVE, case.pk))
    case = cases[-1] if cases else None
    standing, outcome = _closed(decision) or _open(decision, cases, at)
    permit = _outstanding(decision, at) if standing is Standing.PERMITTED else None
    return DecisionStanding(decision, standing, outcome, permit, case)


def standing_on_arrival(
    decision: Decision, permit: Permit | None, case: Case | None
) -> DecisionStanding:
    """Where a decision stands that was taken in this moment; what `standing_of` would say."""
    if permit is not None:
        return DecisionStanding(decision, Standing.PERMITTED, permit.outcome, permit, case)
    standing = Standing.BLOCKED if case is None else Standing.IN_REVIEW
    return DecisionStanding(decision, standing, None, None, case)


def _closed(decision: Decision) -> tuple[Standing, str | None] | None:
    """What the rows that end a decision's way say, the latest first."""
    executions = {execution.kind: execution for execution in decision.executions.all()}
    if Execution.Kind.UNDONE in executions:
        return Standing.REVERSED, executions[Execution.Kind.UNDONE].outcome
    if hasattr(decision, "reversal"):
        return Standing.REVERSAL_ORDERED, decision.reversal.outcome
    if Execution.Kind.CARRIED_OUT in executions:
        return Standing.EXECUTED, executions[Execution.Kind.CARRIED_OUT].outcome
    if hasattr(decision, "withdrawal"):
        return Standing.WITHDRAWN, None
    if hasattr(decision, "permit_use"):
        return Standing.BEING_EXECUTED, decision.permit_use.permit.outcome
    return None


def _open(decision: Decision, cases: list[Case], at: datetime) -> tuple[Standing, str | None]:
    decided = [
        (case.closed_at, case.pk, case) for case in cases if case.state == Case.State.DECIDED
    ]
    if decided:
        return _permitted(decision, max(decided)[2].final_outcome, at)
    if decision.evaluation.disposition == "pass":
        return _permitted(decision, decision.outcome, at)
    reviews = [case for case in cases if case.kind == Case.Kind.REVIEW]
    if not reviews:
        return Standing.BLOCKED, None
    if reviews[-1].state == Case.State.EXPIRED:
        refused = reviews[-1].fail_safe == Case.FailSafe.REFUSE
        return (Standing.REFUSED if refused else Standing.HELD), None
    return Standing.IN_REVIEW, None


def _permitted(decision: Decision, outcome: str, at: datetime) -> tuple[Standing, str | None]:
    if _outstanding(decision, at) is not None:
        return Standing.PERMITTED, outcome
    return Standing.PERMIT_LAPSED, outcome


def _outstanding(decision: Decision, at: datetime) -> Permit | None:
    live = [
        permit
        for permit in decision.permits.all()
        if permit.expires_at > at and not hasattr(permit, "void")
    ]
    return max(live, key=lambda permit: permit.pk, default=None)
