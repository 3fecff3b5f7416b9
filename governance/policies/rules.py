"""A policy as the evaluation uses it. `parsing.parse_policy` makes one from a text."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from governance.policies.audits import AuditPlan
from governance.policies.expression import Expression
from governance.policies.monitors import MonitorSpec
from governance.policies.reasons import Template
from governance.policies.vocabulary import (
    Disposition,
    FailSafe,
    Ground,
    Mode,
    ReviewerSees,
    VerdictWord,
)
from governance.quorum import QuorumRule, plain


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause of a policy. `queue`, `quorum`, `ladder`: None for the policy's defaults.
    `reason`: as it stands in the text; `template`: what it says of one decision, None where that is
    always the same."""

    id: str
    title: str
    when: Expression
    then: Disposition
    reason: str
    queue: str | None = None
    quorum: QuorumRule | None = None
    cites: tuple[str, ...] = ()
    template: Template | None = field(default=None, compare=False, repr=False)
    ladder: str | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """Asks for a quorum of its own wherever it applies, whichever rule sends the case to people."""

    id: str
    title: str
    when: Expression
    quorum: QuorumRule


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a rule says nothing. `priority`: 0 to 100, None for no say in it.
    `ladder`: None for that of the queue."""

    queue: str
    due_within: timedelta
    quorum: QuorumRule = field(default_factory=lambda: plain(1))
    priority: int | None = None
    ladder: str | None = None


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """A reason that a reviewer can pick, and the verdicts for which it is offered."""

    code: str
    label: str
    verdicts: frozenset[VerdictWord]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One policy text, read and found valid for a decision type.

    `triggers`: what may ask for a stricter quorum than rule or default. `sha256`: of the text's
    UTF-8 bytes, hex: it names the policy in every draw. `audit_rate`, `blind_first_share`: shares
    from 0.0 to 1.0. `audit`: how the former adapts by segment, None for not at all.
    `intervention_window`: how long a person may intervene after a pass, None for not without an
    audit. `confirm_reversal_within`: how long the caller has to confirm a reversal, None for as
    long as the installation gives. `valid_from`, `valid_until`: UTC, the latter the first instant
    at which the policy is no longer in force; None for no bound.
    """

    sha256: str
    title: str
    mode: Mode
    rules: tuple[Rule, ...]
    defaults: Defaults
    triggers: tuple[Trigger, ...] = ()
    audit_rate: float
    fail_safe: FailSafe
    permit_ttl: timedelta
    reviewer_sees: ReviewerSees
    blind_first_share: float = 0.0
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    art_22_2_ground: Ground | None = None
    art_22_2_reasoning: str | None = None
    min_reason_chars: int = 0
    reason_codes: tuple[ReasonCode, ...] = ()
    audit: AuditPlan | None = None
    intervention_window: timedelta | None = None
    confirm_reversal_within: timedelta | None = None
    monitors: tuple[MonitorSpec, ...] = ()

    def in_force(self, at: datetime) -> bool:
        """Whether the policy's own dates include `at`, an aware instant."""
        return (self.valid_from is None or self.valid_from <= at) and (
            self.valid_until is None or at < self.valid_until
        )
