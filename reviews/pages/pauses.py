"""Pausing a case, and letting its clock run on."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.pages.refusals import refusals_shown
from reviews.models import Pause
from reviews.pages.cases import show_case, slug_of_queue
from reviews.pages.pause_form import PauseForm
from reviews.pages.signed_in import SignedInRequest, may, verb_of
from reviews.services.pausing import pause_case
from reviews.services.resuming import PAUSES_CASES, resume_case


@verb_of("reviews:case")
@may("reviews.claim_case", PAUSES_CASES)
def pause(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """POST: 302 to the queue | 404 | 409 not held, paused already or too often, late | 422."""
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _again(request, case_id, form, 422)
    with refusals_shown(request) as attempt:
        pause_case(
            case_id=case_id,
            person=request.user,
            reason=Pause.Reason(form.cleaned_data["reason"]),
            until=form.cleaned_data["until"],
            note=form.cleaned_data["note"],
            now=timezone.now(),
        )
    if attempt.refusal is not None:
        form.show_faults(attempt.refusal.errors)
        return _again(request, case_id, form, attempt.refusal.status)
    messages.success(request, _("Its clock stands. The case is back in its queue, paused."))
    return redirect("reviews:queue", slug=slug_of_queue(case_id))


@verb_of("reviews:case")
@may("reviews.claim_case", PAUSES_CASES)
def resume(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """POST: 302 to the case | 404 | 409 not paused."""
    with refusals_shown(request) as attempt:
        resume_case(case_id=case_id, person=request.user, now=timezone.now())
    if attempt.refusal is not None:
        return show_case(request, case_id, status=attempt.refusal.status)
    messages.success(request, _("Its clock runs on, with the time that was left."))
    return redirect("reviews:case", case_id=case_id)


def _again(request: SignedInRequest, case_id: UUID, form: forms.Form, status: int) -> HttpResponse:
    return show_case(request, case_id, pause=form, status=status)
