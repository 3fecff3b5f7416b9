"""One's own page of being away: absences, what one lends, and what one holds for others."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.models import Absence, Delegation
from governance.pages.refusals import refusals_shown
from reviews.pages.away_forms import AbsenceForm, DelegationForm
from reviews.pages.signed_in import SignedInRequest, may, signed_in
from reviews.selectors.around import live_or_over
from reviews.services.absences import end_absence, record_absence
from reviews.services.delegating import delegate, revoke_delegation

_PAST_SHOWN = 20


@require_safe
@signed_in
def show(request: SignedInRequest) -> HttpResponse:
    """GET /delegations/: 200."""
    return _page(request)


@signed_in
def lend(request: SignedInRequest) -> HttpResponse:
    """POST: 302 lent | 403 | 409 nothing to lend, lent already | 422 incomplete."""
    return _lend(request) if request.method == "POST" else redirect("reviews:delegations")


@may("governance.delegate_right")
def _lend(request: SignedInRequest) -> HttpResponse:
    form = DelegationForm(request.POST, held=_held(request))
    if not form.is_valid():
        return _page(request, lending=form, status=422)
    valid_from, valid_until = form.span()
    with refusals_shown(request) as attempt:
        made = delegate(
            delegator=request.user,
            delegate=form.cleaned_data["delegate"],
            scope=form.scope(),
            parent_id=UUID(form.cleaned_data["source"]) if form.cleaned_data["source"] else None,
            valid_from=valid_from,
            valid_until=valid_until,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
    if attempt.refusal is not None:
        form.show_faults(attempt.refusal.errors)
        return _page(request, lending=form, status=attempt.refusal.status)
    messages.success(request, _("%s may rule for you now.") % made.delegate)
    return redirect("reviews:delegations")


@signed_in
def revoke(request: SignedInRequest, delegation_id: UUID) -> HttpResponse:
    """POST: 302 taken back | 403 only held | 404 no part in it | 409 over already."""
    if request.method == "POST":
        with refusals_shown(request) as attempt:
            revoke_delegation(delegation_id=delegation_id, by=request.user, now=timezone.now())
        if attempt.refusal is not None:
            return _page(request, status=attempt.refusal.status)
        messages.success(request, _("What you lent is yours alone again."))
    return redirect("reviews:delegations")


@signed_in
def go_away(request: SignedInRequest) -> HttpResponse:
    """POST: 302 recorded | 409 overlaps another | 422 no such time."""
    if request.method != "POST":
        return redirect("reviews:delegations")
    form = AbsenceForm(request.POST)
    if not form.is_valid():
        return _page(request, away=form, status=422)
    with refusals_shown(request) as attempt:
        record_absence(
            person=request.user, **form.cleaned_data, by=request.user, now=timezone.now()
        )
    if attempt.refusal is not None:
        form.show_faults(attempt.refusal.errors)
        return _page(request, away=form, status=attempt.refusal.status)
    messages.success(
        request, _("Your absence is recorded; what you hold goes back when it begins.")
    )
    return redirect("reviews:delegations")


@signed_in
def come_back(request: SignedInRequest, absence_id: UUID) -> HttpResponse:
    """POST: 302 ended | 404 another's | 409 over already."""
    if request.method == "POST":
        with refusals_shown(request) as attempt:
            end_absence(absence_id=absence_id, by=request.user, now=timezone.now())
        if attempt.refusal is not None:
            return _page(request, status=attempt.refusal.status)
        messages.success(request, _("Your absence is over."))
    return redirect("reviews:delegations")


def _page(
    request: SignedInRequest,
    *,
    lending: DelegationForm | None = None,
    away: AbsenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now, person = timezone.now(), request.user
    own = Delegation.objects.select_related("delegator", "delegate")
    given, held = own.filter(delegator=person), own.filter(delegate=person)
    absences = Absence.objects.filter(person=person).order_by("-valid_from")
    over = Q(ended_at__isnull=False) | Q(valid_until__isnull=False, valid_until__lte=now)
    live_held = list(live_or_over(held, "live", now).order_by("valid_until"))
    may_lend = person.has_perm("governance.delegate_right")
    context = {
        "now": now,
        "given": live_or_over(given, "live", now).order_by("valid_until"),
        "held": live_held,
        "past": live_or_over(given | held, "over", now).order_by("-id")[:_PAST_SHOWN],
        "absences": absences.exclude(over),
        "past_absences": absences.filter(over)[:_PAST_SHOWN],
        "may_lend": may_lend,
        "lending": lending or (DelegationForm(held=live_held) if may_lend else None),
        "away": away or AbsenceForm(),
    }
    return render(request, "reviews/delegations.html", context, status=status)


def _held(request: SignedInRequest) -> list[Delegation]:
    rows = Delegation.objects.filter(delegate=request.user).select_related("delegator")
    return list(live_or_over(rows, "live", timezone.now()).order_by("valid_until"))
