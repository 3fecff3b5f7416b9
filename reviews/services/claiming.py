"""Taking a case, keeping it, giving it back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from governance.ledger import record
from governance.models import Actor, ReviewerRole, User
from reviews.errors import CaseNotOpen, ClaimLapsed, NotYourClaim, TooManyClaims
from reviews.models import Case, PauseEnd
from reviews.models.queue import Queue
from reviews.services.resuming import resume
from reviews.services.rights import entitlement, rulable_by, visible_case


@transaction.atomic
def claim_case(*, case_id: UUID, reviewer: User, now: datetime) -> Case:
    """Give `reviewer` sole hold of an open case for the queue's lease. `now`: aware, UTC.

    A paused case is resumed by that.

    Raises CaseNotOpen when another reviewer was first, TooManyClaims, and what
    `rights.visible_case` and `rights.entitlement` raise.
    Source: Regulation (EU) 2024/1689 Art. 26(2), oversight is assigned to natural persons.
    """
    check_claims_left(reviewer, now)
    case = visible_case(_locked(reviewer), case_id)
    if case.state != Case.State.OPEN:
        raise CaseNotOpen(f"This {case} is {case.state}, so it cannot be claimed")
    entitlement(case=case, person=reviewer, now=now)
    if case.paused_until is not None:
        actor = Actor.of(reviewer)
        record.append_all([resume(case, PauseEnd.How.CLAIMED, actor, now)], actor=actor, at=now)
    return hold(case, reviewer, now)


@transaction.atomic
def claim_next(*, queue_slug: str, reviewer: User, now: datetime) -> Case | None:
    """Claim the most urgent case of a queue that `reviewer` may rule on; None when there is none.

    Cases that others are just taking are skipped, not waited for, and paused ones too. Raises
    Queue.DoesNotExist for another's queue, TooManyClaims.
    """
    queue = Queue.objects.reviewed_by(reviewer).get(slug=queue_slug)
    check_claims_left(reviewer, now)
    case = (
        Case.objects.filter(rulable_by(reviewer, now), queue=queue, state=Case.State.OPEN)
        .filter(paused_until=None)
        .most_urgent_first()
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related(*_NEEDED)
        .first()
    )
    return None if case is None else hold(case, reviewer, now)


@transaction.atomic
def release_case(*, case_id: UUID, reviewer: User, now: datetime) -> Case:
    """Give a case back to its queue. Raises what `held_case` raises."""
    case = held_case(case_id=case_id, reviewer=reviewer, now=now)
    drop_claim(case)
    record.keep(
        case, "reviews.case.released", actor=Actor.of(reviewer), at=now, fields=CLAIM_FIELDS
    )
    return case


@transaction.atomic
def extend_claim(*, case_id: UUID, reviewer: User, now: datetime) -> Case:
    """Start the lease anew from `now`. Raises what `held_case` raises: a lapsed claim is gone."""
    case = held_case(case_id=case_id, reviewer=reviewer, now=now)
    case.lease_expires_at = now + case.queue.lease_within
    record.keep(
        case,
        "reviews.case.claim_extended",
        actor=Actor.of(reviewer),
        at=now,
        fields=["lease_expires_at"],
    )
    return case


@transaction.atomic
def release_lapsed_claim(*, case_id: UUID, actor: Actor, now: datetime) -> Case | None:
    """Give back a case whose lease has run out; None when it was answered or renewed meanwhile."""
    case = (
        Case.objects.with_lapsed_claim(now)
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(pk=case_id)
        .first()
    )
    if case is None:
        return None
    drop_claim(case)
    record.keep(case, "reviews.case.claim_lapsed", actor=actor, at=now, fields=CLAIM_FIELDS)
    return case


def held_case(*, case_id: UUID, reviewer: User, now: datetime) -> Case:
    """The case, locked, under `reviewer`'s valid claim (a step).

    Raises what `rights.visible_case` raises, NotYourClaim, ClaimLapsed.
    """
    case = visible_case(_locked(reviewer), case_id)
    if case.state != Case.State.CLAIMED or case.claimed_by_id != reviewer.pk:
        raise NotYourClaim(f"This {case} is {case.state}, and you do not hold it. Claim it first")
    if not case.is_held_by(reviewer, now):
        raise ClaimLapsed(f"Your claim on this {case} ran out at {case.lease_expires_at:%H:%M} UTC")
    return case


def drop_claim(case: Case) -> None:
    """Open the case to others, unsaved (a step)."""
    case.state = Case.State.OPEN
    case.claimed_by = case.claimed_at = case.lease_expires_at = None


CLAIM_FIELDS = ("state", "claimed_by", "claimed_at", "lease_expires_at", "claim_number")
_NEEDED = (
    "queue",
    "decision__system",
    "decision__decision_type",
    "decision__model_version",
    "decision__submitted_by",
    "decision__evaluation__policy_version",
)


def _locked(reviewer: User) -> QuerySet[Case]:
    """The cases that `reviewer` sees, as a verb takes one up."""
    return (
        Case.objects.visible_to(reviewer)
        .select_for_update(of=("self",), no_key=True)
        .select_related(*_NEEDED)
    )


def hold(case: Case, reviewer: User, now: datetime) -> Case:
    """Give a case that the caller has locked to `reviewer` (a step)."""
    case.state, case.claimed_by, case.claimed_at = Case.State.CLAIMED, reviewer, now
    case.lease_expires_at = now + case.queue.lease_within
    case.claim_number += 1
    record.keep(
        case,
        "reviews.case.claimed",
        actor=Actor.of(reviewer),
        at=now,
        body={"claim": case.claim_number},
        fields=CLAIM_FIELDS,
    )
    return case


def check_claims_left(reviewer: User, now: datetime) -> None:
    """That `reviewer` may hold one more case (a step). Raises TooManyClaims."""
    # The lock makes one person's claims wait for each other; else two at once would both count.
    User.objects.select_for_update(no_key=True).get(pk=reviewer.pk)
    held = Case.objects.filter(claimed_by=reviewer, state=Case.State.CLAIMED).count()
    most = ReviewerRole.objects.filter(
        assignments__in=reviewer.role_assignments.in_force(now)
    ).aggregate(most=Max("max_claims"))["most"]
    if held >= (most or 0):
        raise TooManyClaims(f"You hold {held} cases; rule on one or give one back first")
