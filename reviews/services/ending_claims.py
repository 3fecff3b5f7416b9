"""Claims that end because their holder may not rule on the case any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from governance.ledger import record
from governance.ledger.record import Event
from governance.models import Actor, User
from reviews.models import Case
from reviews.selectors.matters import NEEDED
from reviews.selectors.staffing import unentitled
from reviews.services.claiming import CLAIM_FIELDS, drop_claim


class Because(StrEnum):
    """Why a claim ended that its holder did not give back."""

    RECUSAL = "recusal"
    CONFLICT = "conflict"
    ABSENCE = "absence"
    NOT_ENTITLED = "not_entitled"


@transaction.atomic
def end_unentitled_claim(*, case_id: UUID, actor: Actor, now: datetime) -> Case | None:
    """Give a case back whose holder may not rule on it now: a delegation ran out or was revoked, a
    role or proof lapsed, an absence began. None when it was answered meanwhile, or when somebody is
    just at it."""
    case = (
        Case.objects.filter(pk=case_id, state=Case.State.CLAIMED)
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related(*NEEDED)
        .first()
    )
    if case is None or not unentitled([case], now):
        return None
    record.append_all(end_claims([case], Because.NOT_ENTITLED, actor), actor=actor, at=now)
    return case


def end_claims(cases: Sequence[Case], because: Because, actor: Actor) -> list[Event]:
    """Open locked cases to others (a step)."""
    events = []
    for case in cases:
        drop_claim(case)
        case.save_by(actor, *CLAIM_FIELDS)
        events.append(Event("reviews.case.claim_ended", case, {"because": because.value}))
    return events


def claims_of(people: Collection[UUID], among: Q = Q()) -> list[Case]:  # noqa: B008
    """The cases that these people hold, locked, in the order in which all lock them (a step)."""
    return list(
        Case.objects.filter(among, claimed_by__in=people, state=Case.State.CLAIMED)
        .select_for_update(of=("self",), no_key=True)
        .select_related(*NEEDED)
        .order_by("pk")
    )


def hold_still(*people: UUID) -> None:
    """Let nobody of these take a case until we commit (a step): taking one locks its person too.
    Comes before any lock on a case."""
    list(User.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True))
