"""The first page: what waits, what happened, what is stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from governance.models import ReviewerRole
from governance.policies import Mode
from governance.selectors.lateness import late
from governance.selectors.ledger_state import ledger_state
from governance.selectors.motions import waiting_for
from governance.services.standard_roles import PERMISSION as CHANGE_ROLES
from governance.services.standard_roles import standings
from models_registry.models import Halt
from reviews.models import Case
from reviews.pages.mandates import nearly_over
from reviews.pages.proofs import own_proofs
from reviews.pages.remedies import staffing_context
from reviews.pages.signed_in import SignedInRequest, signed_in
from reviews.pages.unconfirmed import unconfirmed_context
from reviews.selectors.backlog import backlog_of
from reviews.selectors.contestations import waiting_at
from reviews.selectors.flow import escalations_since, flow_since
from reviews.selectors.monitor_pages import open_alarms
from reviews.selectors.oversight import decision_types_of
from reviews.selectors.staffing import open_alarms_for
from reviews.services.halting import SCOPE

DAY = timedelta(hours=24)
_ESCALATIONS_SHOWN = 6


@require_safe
@signed_in
def show(request: SignedInRequest) -> HttpResponse:
    """GET /: 200."""
    now = timezone.now()
    person = request.user
    moved, newest = escalations_since(person, now - DAY, _ESCALATIONS_SHOWN)
    types = list(decision_types_of(person, now))
    sees_all = person.has_perm("reviews.view_every_decision")
    backlog = backlog_of(person, now)
    may_see_ledger = person.has_perm("governance.view_ledgerentry")
    ledger = ledger_state(refused_since=now - DAY) if may_see_ledger else None
    context = {
        "now": now,
        "backlog": backlog,
        "flow": flow_since(person, now - DAY),
        "moved": moved,
        "escalations": newest,
        "halts": list(_halts()),
        # Nothing else runs under mandates, so nothing else pays for looking.
        "ending": nearly_over(person, now) if _any_in_command(types) else [],
        "motions": waiting_for(person, now),
        "types": types,
        "held": list(_held_by(request)),
        "contesting": waiting_at(now) if person.has_perm("reviews.view_contestation") else None,
        "proofs": own_proofs(person, now) if person.has_perm("reviews.rule_on_case") else None,
        **staffing_context(open_alarms_for(person)),
        **unconfirmed_context(person),
        "monitor_alarms": (
            open_alarms() if person.has_perm("models_registry.view_decisiontype") else []
        ),
        "late": late(now) if person.has_perm("reviews.view_every_queue") else [],
        "offered_roles": _offered_roles(request),
        "ledger": ledger,
        "ledger_alarms": ledger.alarms if ledger else [],
        "is_fresh": sees_all and not types and not backlog,
    }
    return render(request, "reviews/dashboard.html", context)


def _offered_roles(request: SignedInRequest) -> list[ReviewerRole]:
    """Standard roles that a newer version would give more, for those who may change roles."""
    if not request.user.has_perm(CHANGE_ROLES):
        return []
    return [standing.role for standing in standings() if standing.offered]


def _any_in_command(types: list[Any]) -> bool:
    return any(kind.mode == Mode.HIC for kind in types)


def _halts() -> QuerySet[Halt]:
    return Halt.objects.in_force().select_related(*SCOPE, "placed_by").order_by("placed_at")


def _held_by(request: SignedInRequest) -> QuerySet[Case]:
    return (
        Case.objects.filter(claimed_by=request.user, state=Case.State.CLAIMED)
        .select_related("queue", "decision__decision_type")
        .order_by("lease_expires_at")
    )
