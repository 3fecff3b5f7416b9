"""The floor's records: people, rights, policies, clients, payloads and the ledger."""

from governance.models.actors import Actor, acting, current_actor
from governance.models.api_client import ApiClient, ApiKey, Scope
from governance.models.base import AppendOnly, HistoryRow, Recorded
from governance.models.deliveries import Delivery, Destination, OutboxPending
from governance.models.evidence import (
    ArchivedPartition,
    BundledPayload,
    BundleProgress,
    EvidenceBundle,
)
from governance.models.heartbeat import Heartbeat
from governance.models.idempotency import IdempotentAnswer
from governance.models.ledger import LedgerEntry, LedgerHead, LedgerPending
from governance.models.log import (
    Checkpoint,
    CheckpointKey,
    CheckpointTimestamp,
    Cosignature,
    Leaf,
    Log,
    Tile,
    Witness,
)
from governance.models.motion import ActQuorum, Motion, MotionBallot
from governance.models.notices import (
    ChatAddress,
    HeldNotice,
    Notice,
    NoticeCause,
    NoticeChoices,
    NoticeMessage,
)
from governance.models.outbox import OutboxMessage
from governance.models.payload import Payload
from governance.models.policy import Policy, PolicyDraft, PolicyVersion
from governance.models.refusal import Refusal
from governance.models.report import ReportDocument, ReportKind, ReportProgress, ReportRun
from governance.models.rights import (
    Absence,
    Conflict,
    DecisionRight,
    Delegation,
    Qualification,
    ReviewerRole,
    RoleAssignment,
)
from governance.models.run import Run, RunProgress
from governance.models.service_minute import ServiceMinute
from governance.models.subject import SubjectIdentity, SubjectKey
from governance.models.user import User
from governance.models.watch import LedgerAlarm, VerificationPart, VerificationRun
from governance.models.webhooks import WebhookEndpoint, WebhookSecret

__all__ = [
    "Absence",
    "ActQuorum",
    "Actor",
    "ApiClient",
    "ApiKey",
    "AppendOnly",
    "ArchivedPartition",
    "BundleProgress",
    "BundledPayload",
    "ChatAddress",
    "Checkpoint",
    "CheckpointKey",
    "CheckpointTimestamp",
    "Conflict",
    "Cosignature",
    "DecisionRight",
    "Delegation",
    "Delivery",
    "Destination",
    "EvidenceBundle",
    "Heartbeat",
    "HeldNotice",
    "HistoryRow",
    "IdempotentAnswer",
    "Leaf",
    "LedgerAlarm",
    "LedgerEntry",
    "LedgerHead",
    "LedgerPending",
    "Log",
    "Motion",
    "MotionBallot",
    "Notice",
    "NoticeCause",
    "NoticeChoices",
    "NoticeMessage",
    "OutboxMessage",
    "OutboxPending",
    "Payload",
    "Policy",
    "PolicyDraft",
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
    "Run",
    "RunProgress",
    "Scope",
    "ServiceMinute",
    "SubjectIdentity",
    "SubjectKey",
    "Tile",
    "User",
    "VerificationPart",
    "VerificationRun",
    "WebhookEndpoint",
    "WebhookSecret",
    "Witness",
    "acting",
    "current_actor",
]
