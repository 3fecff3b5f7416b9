"""The contestations as those who answer them see them, and what waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from django.db.models import Count, Exists, OuterRef, Q

from governance.ledger.payloads import PayloadErased, read_payload
from reviews.models import Contestation, Reversal
from reviews.models.contestation import ContestationQuerySet
from reviews.selectors.evidence import Seal

NEEDED = (
    "decision__system",
    "decision__decision_type",
    "decision__reversal__verdict",
    "decision__reversal__execution",
    "case__queue",
    "registered_by",
    "sent_by",
)
SOON = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Undoing:
    """The undoing that a contestation led to. `confirmed_at`: when the caller says it was done."""

    ordered_at: datetime
    confirm_by: datetime
    outcome: str
    confirmed_at: datetime | None

    def is_overdue(self, at: datetime) -> bool:
        """Ordered longer ago than its limit, and the caller has not confirmed it."""
        return self.confirmed_at is None and self.confirm_by <= at


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many answers are open, due within ten days, late, and undoings overdue."""

    open: int
    soon: int
    late: int
    undoings: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What the person said; empty unless `seal` is opened."""

    seal: Seal
    text: str = ""


def undoing_of(contestation: Contestation) -> Undoing | None:
    """Reads no rows if NEEDED were loaded."""
    decision = contestation.decision
    if not hasattr(decision, "reversal"):
        return None
    reversal = decision.reversal
    if reversal.verdict.case_id != contestation.case_id:
        return None
    done = reversal.execution.executed_at if hasattr(reversal, "execution") else None
    return Undoing(reversal.ordered_at, reversal.confirm_by, reversal.outcome, done)


def waiting_at(at: datetime) -> Waiting:
    """One query over what is unanswered or not yet undone."""
    unanswered = Q(state=Contestation.State.OPEN) | Q(
        state=Contestation.State.DECIDED, sent_at=None
    )
    pending = Reversal.objects.unconfirmed().filter(verdict__case=OuterRef("case"))
    overdue = Q(Exists(pending.overdue(at)))
    counts = Contestation.objects.filter(unanswered | Q(Exists(pending))).aggregate(
        open=Count("pk", filter=unanswered),
        soon=Count("pk", filter=unanswered & Q(due_at__gt=at, due_at__lte=at + SOON)),
        late=Count("pk", filter=unanswered & Q(due_at__lte=at)),
        undoings=Count("pk", filter=overdue),
    )
    return Waiting(**counts)


def open_statement(contestation: Contestation) -> Statement:
    """The person's words, for whoever answers them or holds the case."""
    try:
        said = read_payload(contestation.statement_id)["statement"]
    except PayloadErased:
        return Statement(Seal.ERASED)
    except InvalidTag:
        return Statement(Seal.BROKEN)
    return Statement(Seal.OPENED, str(said))


def with_all() -> ContestationQuerySet:
    """Every contestation, with what a list shows of it."""
    return Contestation.objects.select_related(*NEEDED)
