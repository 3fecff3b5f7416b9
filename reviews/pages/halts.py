"""Halts: what is stopped and was, stopping, and putting forward that a halt is lifted."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from governance.errors import InputInvalid
from governance.models import Actor
from governance.pages.keyset import page_of
from governance.pages.motion_form import ReasonForm
from governance.pages.refusals import refusals_shown
from governance.services.motions import move
from models_registry.models import Halt
from reviews import motions
from reviews.pages.approvers import approvers_of
from reviews.pages.halt_form import HaltForm, scope_asked
from reviews.pages.signed_in import SignedInRequest, may
from reviews.selectors.halt_measure import measure_of
from reviews.selectors.oversight import decision_types_of
from reviews.services.halting import SCOPE, place_halt


@require_safe
@may("models_registry.view_halt")
def list_halts(request: SignedInRequest) -> HttpResponse:
    """GET /halts/: 200 a page, newest first | 403."""
    rows, next_url = page_of(Halt.objects.select_related(*SCOPE, "placed_by"), request)
    context = {"rows": rows, "next_url": next_url, "is_first_page": "before" not in request.GET}
    return render(request, "reviews/halts.html", context)


@require_safe
@may("models_registry.view_halt")
def show(request: SignedInRequest, halt_id: UUID) -> HttpResponse:
    """GET /halts/<id>/: 200 | 403 | 404."""
    halts = Halt.objects.select_related(*SCOPE, "placed_by", "lifted_by", "lift_motion")
    halt = get_object_or_404(halts, pk=halt_id)
    now = timezone.now()
    context = {
        "halt": halt,
        "measure": measure_of(halt, now),
        "approvers": approvers_of(halt.lift_motion),
        "now": now,
    }
    return render(request, "reviews/halt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may("models_registry.place_halt")
def place(request: SignedInRequest) -> HttpResponse:
    """GET /halts/place/?type=: 200 the form, with that chosen. POST scope, reason: 302, it is
    stopped | 403 | 422."""
    now = timezone.now()
    types = list(decision_types_of(request.user, now))
    form, status = HaltForm(types=types, initial={"scope": scope_asked(request.GET)}), 200
    if request.method == "POST":
        form, status = HaltForm(request.POST, types=types), InputInvalid.status
        if form.is_valid():
            scope = form.chosen
            halt = place_halt(
                system=scope.system,
                decision_type=scope.decision_type,
                model_version=scope.model_version,
                reason=form.cleaned_data["reason"],
                is_drill=form.cleaned_data["is_drill"],
                placed_by=request.user,
                actor=Actor.of(request.user),
                now=now,
            )
            messages.success(request, _("It is stopped, from the next request on."))
            if request.user.has_perm("models_registry.view_halt"):
                return redirect("reviews:halt", halt.pk)
            return redirect("reviews:dashboard")
    return render(request, "reviews/place_halt.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@may(motions.PERMISSION)
def lift(request: SignedInRequest, halt_id: UUID) -> HttpResponse:
    """GET /halts/<id>/lift/: 200 | 404. POST a reason: 302 to the motion | with what refused it."""
    halt = get_object_or_404(Halt.objects.select_related(*SCOPE), pk=halt_id)
    form, status = ReasonForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request) as attempt:
            motion = move(
                act=motions.NAME,
                content=motions.content_of(halt),
                reason=form.cleaned_data["reason"],
                mover=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("It was put forward and waits for a second person."))
            return redirect("motions:motion", motion.pk)
        status = attempt.refusal.status if attempt.refusal else status
    context = {
        "title": _("Move to lift the halt"),
        "lede": f"{halt}. {halt.reason}",
        "action": _("Put it forward"),
        "form": form,
        "back_url": reverse("reviews:dashboard"),
    }
    return render(request, "governance/motions/reason.html", context, status=status)
