"""The floor's records: people, rights, policies, clients, payloads and the ledger."""

from governance.models.actors import Actor, acting, current_actor
from governance.models.api_client import ApiClient, ApiKey, Scope
from governance.models.base import AppendOnly, HistoryRow, Recorded
from governance.models.heartbeat import Heartbeat
from governance.models.idempotency import IdempotentAnswer
from governance.models.ledger import LedgerEntry, LedgerPending
from governance.models.outbox import OutboxMessage
from governance.models.payload import Payload
from governance.models.policy import Policy, PolicyVersion
from governance.models.refusal import Refusal
from governance.models.report import ReportDocument, ReportKind, ReportProgress, ReportRun
from governance.models.rights import DecisionRight, Qualification, ReviewerRole, RoleAssignment
from governance.models.subject import SubjectIdentity, SubjectKey
from governance.models.user import User

__all__ = [
    "Actor",
    "ApiClient",
    "ApiKey",
    "AppendOnly",
    "DecisionRight",
    "Heartbeat",
    "HistoryRow",
    "IdempotentAnswer",
    "LedgerEntry",
    "LedgerPending",
    "OutboxMessage",
    "Payload",
    "Policy",
    "PolicyVersion",
    "Qualification",
    "Recorded",
    "Refusal",
    "ReportDocument",
    "ReportKind",
    "ReportProgress",
    "ReportRun",
    "ReviewerRole",
    "RoleAssignment",
    "Scope",
    "SubjectIdentity",
    "SubjectKey",
    "User",
    "acting",
    "current_actor",
]
