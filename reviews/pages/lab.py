"""The policy lab: simulations asked for, watched, and read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from governance.models import Policy
from governance.pages.keyset import page_of
from governance.pages.refusals import refusals_shown
from reviews.models import Simulation
from reviews.pages.lab_forms import SimulationForm
from reviews.pages.lab_result import shown_result
from reviews.pages.signed_in import SignedInRequest, may, verb_of
from reviews.selectors.simulations import READ, SIMULATE, readable_simulations, result_of
from reviews.services.simulating import (
    Trial,
    cancel_simulation,
    request_simulation,
    text_to_try,
)


@require_http_methods(["GET", "HEAD", "POST"])
@may(READ)
def list_simulations(request: SignedInRequest) -> HttpResponse:
    """GET /lab/: 200 a page, newest first; `?policy=` fills in the text in force. POST: 302 to the
    new simulation | 200 with faults | 403 | 422."""
    form, status = SimulationForm(request.POST or None, initial=_initial(request)), 200
    if request.method == "POST":
        if not request.user.has_perm(SIMULATE):
            raise PermissionDenied
        if form.is_valid():
            now, given = timezone.now(), form.cleaned_data
            start, end = form.period(now)
            with refusals_shown(request) as attempt:
                text = given["text"] or text_to_try(given["policy"])
                run = request_simulation(
                    trial=Trial(given["policy"], text, start, end, given["groups"]),
                    requested_by=request.user,
                    now=now,
                )
                return redirect("reviews:simulation", run.pk)
            if attempt.refusal:
                status = attempt.refusal.status
                for fault in attempt.refusal.errors:
                    messages.error(request, fault.detail)
    rows, next_url = page_of(readable_simulations(request.user), request)
    context = {
        "form": form,
        "may_simulate": request.user.has_perm(SIMULATE),
        "rows": rows,
        "next_url": next_url,
    }
    return render(request, "reviews/lab/list.html", context, status=status)


@require_safe
@never_cache
@may(READ)
def show_simulation(request: SignedInRequest, simulation_id: UUID) -> HttpResponse:
    """GET /lab/<id>/: 200, what came out or how far it is | 404."""
    return render(request, "reviews/lab/simulation.html", _context(request, simulation_id))


@require_safe
@never_cache
@may(READ)
def simulation_state(request: SignedInRequest, simulation_id: UUID) -> HttpResponse:
    """GET /lab/<id>/state/: 200, the part that changes while it is made | 404."""
    return render(request, "reviews/lab/_simulation.html", _context(request, simulation_id))


@verb_of("reviews:simulation")
@may(SIMULATE)
def cancel(request: SignedInRequest, simulation_id: UUID) -> HttpResponse:
    """POST /lab/<id>/cancel/: 302 back | 404."""
    with refusals_shown(request):
        cancel_simulation(run_id=simulation_id, person=request.user, now=timezone.now())
        messages.success(request, _("The simulation was cancelled."))
    return redirect("reviews:simulation", simulation_id)


def _initial(request: SignedInRequest) -> dict[str, Any]:
    policy = Policy.objects.filter(slug=request.GET.get("policy", "")).first()
    if policy is None:
        return {}
    # What is being written, where somebody is writing, or else what holds.
    found = policy.drafts.open().first() or policy.versions.newest_first().first()
    return {"policy": policy.slug, "text": "" if found is None else found.text}


def _context(request: SignedInRequest, simulation_id: UUID) -> dict[str, Any]:
    run = get_object_or_404(readable_simulations(request.user), pk=simulation_id)
    done = run.state == Simulation.State.DONE
    result = result_of(run) if done else None
    return {
        "run": run,
        "may_simulate": request.user.has_perm(SIMULATE),
        "result": None if result is None else shown_result(result),
        "file_url": reverse("api-simulation-result", args=[run.pk]),
    }
