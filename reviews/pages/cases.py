"""One case: looking at it, taking it, giving it back, handing it up."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from governance.pages.refusals import refusals_shown
from reviews.models import Case, Queue, Recusal
from reviews.pages.case_context import NEEDED, case_context
from reviews.pages.pause_form import PauseForm
from reviews.pages.recusal_form import RecusalForm
from reviews.pages.signed_in import SignedInRequest, may, signed_in, verb_of
from reviews.pages.verdict_form import VerdictForm
from reviews.selectors.blindness import is_unread
from reviews.selectors.contested import unread_of
from reviews.services.claiming import claim_case, extend_claim, release_case
from reviews.services.escalation import hand_up
from reviews.services.recusing import recuse


@require_safe
@never_cache
@signed_in
def show(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """GET /cases/<id>/: 200 | 302 to the contestation of its decision, which comes first | 404
    neither of the person's queues nor theirs to oversee."""
    return show_case(request, case_id)


@verb_of("reviews:case")
@may("reviews.claim_case")
def claim(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """POST: 302 to the case, now or already held | 403 no right | 404 | 409 not open."""
    now = timezone.now()
    case = Case.objects.visible_to(request.user).filter(pk=case_id).first()
    if case is None or not case.is_held_by(request.user, now):
        with refusals_shown(request) as attempt:
            claim_case(case_id=case_id, reviewer=request.user, now=now)
        if attempt.refusal is not None:
            return show_case(request, case_id, status=attempt.refusal.status)
    return redirect("reviews:case", case_id=case_id)


@verb_of("reviews:case")
@may("reviews.claim_case")
def release(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """POST: 302 to the queue | 404 | 409 not held by the person, or lapsed."""
    with refusals_shown(request) as attempt:
        case = release_case(case_id=case_id, reviewer=request.user, now=timezone.now())
    if attempt.refusal is not None:
        return show_case(request, case_id, status=attempt.refusal.status)
    messages.success(request, _("The case is back in its queue."))
    return redirect("reviews:queue", slug=case.queue.slug)


@verb_of("reviews:case")
@may("reviews.claim_case")
def extend(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """POST: 302 to the case | 404 | 409 not held by the person, or lapsed."""
    with refusals_shown(request) as attempt:
        extend_claim(case_id=case_id, reviewer=request.user, now=timezone.now())
    if attempt.refusal is not None:
        return show_case(request, case_id, status=attempt.refusal.status)
    messages.success(request, _("You hold the case for longer."))
    return redirect("reviews:case", case_id=case_id)


@verb_of("reviews:case")
@may("reviews.escalate_case")
def hand_case_up(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """POST: 302 to the queue it came from | 404 | 409 not held, or no queue above."""
    came_from = slug_of_queue(case_id)
    with refusals_shown(request) as attempt:
        case = hand_up(case_id=case_id, reviewer=request.user, now=timezone.now())
    if attempt.refusal is not None:
        return show_case(request, case_id, status=attempt.refusal.status)
    messages.success(request, _("The case was handed up to %(queue)s.") % {"queue": case.queue})
    return redirect("reviews:queue", slug=came_from)


def slug_of_queue(case_id: UUID) -> str:
    """Where to go on after a verb, which says whether the case is the person's to see."""
    return Queue.objects.filter(cases=case_id).values_list("slug", flat=True).first() or ""


@verb_of("reviews:case")
@may("reviews.rule_on_case")
def recuse_from_case(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """POST: 302 to the queue | 404 | 409 closed, recused before, ballot given | 422 incomplete."""
    form = RecusalForm(request.POST)
    if not form.is_valid():
        return show_case(request, case_id, recusal=form, status=422)
    with refusals_shown(request) as attempt:
        recusal = recuse(
            case_id=case_id,
            person=request.user,
            reason=Recusal.Reason(form.cleaned_data["recusal_reason"]),
            note=form.cleaned_data["note"],
            now=timezone.now(),
        )
    if attempt.refusal is not None:
        form.show_faults(attempt.refusal.errors)
        return show_case(request, case_id, recusal=form, status=attempt.refusal.status)
    messages.success(request, _("You have stepped aside: you will not be offered this decision."))
    return redirect("reviews:queue", slug=recusal.case.queue.slug)


def show_case(
    request: SignedInRequest,
    case_id: UUID,
    *,
    form: VerdictForm | None = None,
    recusal: RecusalForm | None = None,
    pause: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The case page, also as the answer to a refused try, with what had been entered."""
    cases = Case.objects.readable_by(request.user).select_related(*NEEDED)
    case = get_object_or_404(cases, pk=case_id)
    first = unread_of(case, request.user) if is_unread(case, request.user) else None
    if first is not None and first.pk != case.pk:
        messages.info(request, _("This decision is contested. Read what the person says first."))
        return redirect("reviews:case", case_id=first.pk)
    context = case_context(case, request.user, timezone.now(), form)
    if context["may_pause"]:
        context["pause"] = pause or PauseForm()
    if context["may_recuse"]:
        context["recusal"] = recusal or RecusalForm()
    return render(request, "reviews/case.html", context, status=status)
