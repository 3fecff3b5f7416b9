"""Intervening in what has passed, from the decision's page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from governance.pages.refusals import refusals_shown
from reviews.pages.decisions import show_decision
from reviews.pages.signed_in import SignedInRequest, may, verb_of
from reviews.services.interventions import open_intervention


@verb_of("reviews:decision")
@may("reviews.rule_on_case")
def intervene(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """POST: 302 to the case, held | 403 no right | 404 | 409 the window is over, another case
    waits, it is settled, or too many claims."""
    with refusals_shown(request) as attempt:
        case = open_intervention(decision_id=decision_id, reviewer=request.user, now=timezone.now())
    if attempt.refusal is not None:
        return show_decision(request, decision_id, status=attempt.refusal.status)
    return redirect("reviews:case", case_id=case.pk)
