"""Shadows: drafts beside the live version, started, watched and ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from governance.pages.keyset import page_of
from governance.pages.refusals import refusals_shown
from reviews.pages.lab_forms import ShadowForm
from reviews.pages.lab_result import shown_changes
from reviews.pages.signed_in import SignedInRequest, may, verb_of
from reviews.selectors.simulations import READ, SIMULATE, readable_shadows
from reviews.services.shadowing import end_shadow, start_shadow


@require_http_methods(["GET", "HEAD", "POST"])
@may(READ)
def list_shadows(request: SignedInRequest) -> HttpResponse:
    """GET /lab/shadows/: 200 a page, newest first. POST: 302 to the new shadow | 200 with faults |
    403 | 409 | 422."""
    form, status = ShadowForm(request.POST or None), 200
    if request.method == "POST":
        if not request.user.has_perm(SIMULATE):
            raise PermissionDenied
        if form.is_valid():
            now, asked = timezone.now(), form.cleaned_data
            with refusals_shown(request) as attempt:
                shadow = start_shadow(
                    policy=asked["policy"],
                    text=asked["text"],
                    until=now + timedelta(days=asked["days"]),
                    person=request.user,
                    now=now,
                )
                return redirect("reviews:shadow", shadow.pk)
            if attempt.refusal:
                status = attempt.refusal.status
                for fault in attempt.refusal.errors:
                    messages.error(request, fault.detail)
    rows, next_url = page_of(readable_shadows(request.user), request)
    context: dict[str, Any] = {
        "form": form,
        "may_simulate": request.user.has_perm(SIMULATE),
        "rows": rows,
        "next_url": next_url,
    }
    return render(request, "reviews/lab/shadows.html", context, status=status)


@require_safe
@never_cache
@may(READ)
def show(request: SignedInRequest, shadow_id: UUID) -> HttpResponse:
    """GET /lab/shadows/<id>/: 200, live and shadow side by side | 404."""
    shadow = get_object_or_404(readable_shadows(request.user), pk=shadow_id)
    counts = shadow.tally.counts
    context = {
        "shadow": shadow,
        "result": shown_changes(counts) if counts else None,
        "may_simulate": request.user.has_perm(SIMULATE),
    }
    return render(request, "reviews/lab/shadow.html", context)


@verb_of("reviews:shadow")
@may(SIMULATE)
def end(request: SignedInRequest, shadow_id: UUID) -> HttpResponse:
    """POST /lab/shadows/<id>/end/: 302 back | 404."""
    with refusals_shown(request):
        end_shadow(shadow_id=shadow_id, person=request.user, now=timezone.now())
        messages.success(request, _("The shadow has ended. What it counted stays."))
    return redirect("reviews:shadow", shadow_id)
