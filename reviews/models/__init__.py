"""The work: decisions, cases, verdicts, permits and executions."""

from reviews.models.audit import AuditCount, AuditRate
from reviews.models.calendar import Calendar
from reviews.models.case import Case, Escalation
from reviews.models.contestation import Contestation, StatementReading
from reviews.models.decision import Decision, Evaluation, GroundTruth, Withdrawal
from reviews.models.ladder import Ladder, LadderVersion
from reviews.models.monitor import DecisionTally, MonitorAlarm, MonitorRun, MonitorState
from reviews.models.pause import Pause, PauseEnd
from reviews.models.permit import Execution, Permit, PermitUse, PermitVoid
from reviews.models.queue import Queue, QueueMembership
from reviews.models.recusal import Recusal
from reviews.models.reversal_alarm import ReversalAlarm, silent_reversals
from reviews.models.shadow import Shadow, ShadowTally
from reviews.models.simulation import Simulation, SimulationProgress, SimulationResult
from reviews.models.staffing import StaffingAlarm
from reviews.models.threshold_question import ThresholdQuestion
from reviews.models.verdict import PriorJudgement, Reversal, Verdict, VerdictKind

__all__ = [
    "AuditCount",
    "AuditRate",
    "Calendar",
    "Case",
    "Contestation",
    "Decision",
    "DecisionTally",
    "Escalation",
    "Evaluation",
    "Execution",
    "GroundTruth",
    "Ladder",
    "LadderVersion",
    "MonitorAlarm",
    "MonitorRun",
    "MonitorState",
    "Pause",
    "PauseEnd",
    "Permit",
    "PermitUse",
    "PermitVoid",
    "PriorJudgement",
    "Queue",
    "QueueMembership",
    "Recusal",
    "Reversal",
    "ReversalAlarm",
    "Shadow",
    "ShadowTally",
    "Simulation",
    "SimulationProgress",
    "SimulationResult",
    "StaffingAlarm",
    "StatementReading",
    "ThresholdQuestion",
    "Verdict",
    "VerdictKind",
    "Withdrawal",
    "silent_reversals",
]
