"""Putting forward that a halt is lifted."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.pages.motion_form import ReasonForm
from governance.pages.refusals import refusals_shown
from governance.services.motions import move
from models_registry.models import Halt
from reviews import motions
from reviews.pages.signed_in import SignedInRequest, may
from reviews.services.halting import SCOPE


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
