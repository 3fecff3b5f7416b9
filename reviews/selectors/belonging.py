"""Which rows belong to a decision: what came of it, and where each kind keeps its decision."""

from __future__ import annotations

from reviews.models import (
    Case,
    Contestation,
    Decision,
    Evaluation,
    Execution,
    GroundTruth,
    Permit,
    PermitUse,
    PermitVoid,
    PriorJudgement,
    Recusal,
    Reversal,
    ReversalAlarm,
    StaffingAlarm,
    StatementReading,
    Verdict,
    Withdrawal,
)

# Each kind of row, and the path from it to its decision.
ROWS = (
    (Decision, "pk"),
    (Evaluation, "decision"),
    (Case, "decision"),
    (Contestation, "decision"),
    (StatementReading, "case__decision"),
    (PriorJudgement, "case__decision"),
    (Verdict, "case__decision"),
    (Recusal, "decision"),
    (StaffingAlarm, "case__decision"),
    (Permit, "decision"),
    (PermitUse, "decision"),
    (PermitVoid, "permit__decision"),
    (Reversal, "decision"),
    (ReversalAlarm, "reversal__decision"),
    (Execution, "decision"),
    (Withdrawal, "decision"),
    (GroundTruth, "decision"),
)
