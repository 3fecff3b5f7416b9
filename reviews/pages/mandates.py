"""Mandates: what people in command allow, and how much of it is used up."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.models import Actor, User
from governance.pages.keyset import page_of
from governance.pages.refusals import refusals_shown
from models_registry.models import Mandate
from models_registry.selectors.mandate_use import (
    Limit,
    is_nearly_used,
    limits_of,
    segments_in_words,
    used_up,
    used_up_of,
)
from models_registry.services.mandate_warnings import ENDS_SOON
from models_registry.services.mandates import revoke_mandate
from reviews.pages.approvers import approvers_of
from reviews.pages.signed_in import SignedInRequest, may, verb_of

ISSUES = "models_registry.issue_mandate"


@require_safe
@may("models_registry.view_mandate")
def list_mandates(request: SignedInRequest) -> HttpResponse:
    """GET /mandates/: 200 a page, newest first | 403."""
    now = timezone.now()
    mandates = Mandate.objects.select_related("decision_type__system")
    rows, next_url = page_of(mandates, request)
    context = {
        "rows": _shown(rows, now),
        "next_url": next_url,
        "is_first_page": "before" not in request.GET,
    }
    return render(request, "reviews/mandates.html", context)


@require_safe
@may("models_registry.view_mandate")
def show(request: SignedInRequest, mandate_id: UUID) -> HttpResponse:
    """GET /mandates/<id>/: 200 | 403 | 404."""
    mandates = Mandate.objects.select_related("decision_type__system", "issued_by", "motion")
    mandate = get_object_or_404(mandates, pk=mandate_id)
    now = timezone.now()
    used = used_up(mandate, now)
    limits, kind = limits_of(mandate, used), mandate.decision_type
    context = {
        "mandate": mandate,
        "used": used,
        "limits": limits,
        "state": _state(mandate, limits, now),
        "outcomes": [kind.outcome_label(key) for key in mandate.allowed_outcomes],
        "segments": segments_in_words(mandate.segments),
        "approvers": approvers_of(mandate.motion),
        "may_revoke": mandate.revoked_at is None and request.user.has_perm(ISSUES),
    }
    return render(request, "reviews/mandate.html", context)


@verb_of("reviews:mandate")
@may(ISSUES)
def revoke(request: SignedInRequest, mandate_id: UUID) -> HttpResponse:
    """POST /mandates/<id>/revoke/: 302 back to it, ended or with what refused it | 403 | 404."""
    mandate = get_object_or_404(Mandate, pk=mandate_id)
    with refusals_shown(request):
        revoke_mandate(mandate=mandate, actor=Actor.of(request.user), now=timezone.now())
        messages.success(request, _("The mandate was revoked."))
    return redirect("reviews:mandate", mandate.pk)


def nearly_over(person: User, now: datetime) -> list[dict[str, Any]]:
    """For the dashboard: the mandates in force of which little is left, in use or in time."""
    if not person.has_perm("models_registry.view_mandate"):
        return []
    in_force = list(
        Mandate.objects.in_force(now)
        .select_related("decision_type__system")
        .order_by("valid_until")
    )
    used = used_up_of(in_force, now) if in_force else {}
    near = [
        row
        for row in in_force
        if row.valid_until - now <= ENDS_SOON or is_nearly_used(row, used[row.pk])
    ]
    return [{"mandate": row, "limits": limits_of(row, used[row.pk])} for row in near]


def _shown(rows: list[Mandate], now: datetime) -> list[dict[str, Any]]:
    used = used_up_of(rows, now)
    shown = []
    for row in rows:
        limits = limits_of(row, used[row.pk])
        shown.append({"mandate": row, "limits": limits, "state": _state(row, limits, now)})
    return shown


def _state(mandate: Mandate, limits: list[Limit], now: datetime) -> str:
    if mandate.revoked_at is not None:
        return "revoked"
    if mandate.valid_until <= now:
        return "ended"
    return "used_up" if any(limit.used >= limit.most for limit in limits) else "in_force"
