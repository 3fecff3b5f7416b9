"""Acts that take more than one person: what waits, and one of them to read and vote on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required, user_passes_test
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from governance.models import Motion, User
from governance.motions.registry import act_named
from governance.motions.wording import quorum_in_words
from governance.pages.diff import diff_lines
from governance.pages.keyset import page_of
from governance.pages.motion_form import BallotForm, MotionFilter
from governance.pages.refusals import refusals_shown
from governance.quorum import QuorumRule
from governance.selectors.motions import (
    may_read_motions,
    readable_motions,
    shown_ballots,
    waiting_for,
)
from governance.services.motions import cast_ballot, why_not, withdraw_motion


class SignedInRequest(HttpRequest):
    """What a view behind `login_required` gets."""

    user: User


def may_read(user: Any) -> bool:
    if not may_read_motions(user):
        raise PermissionDenied
    return True


@require_safe
@login_required
@user_passes_test(may_read)
def list_motions(request: SignedInRequest) -> HttpResponse:
    """GET /motions/: 200, what waits for the person, then a page of all, newest first."""
    now = timezone.now()
    chosen = MotionFilter(request.GET or None)
    rows, next_url = page_of(readable_motions(request.user).filter(**chosen.wanted()), request)
    context = {
        "now": now,
        "waiting": waiting_for(request.user, now),
        "filter": chosen,
        "rows": rows,
        "next_url": next_url,
    }
    return render(request, "governance/motions/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@user_passes_test(may_read)
def show_motion(request: SignedInRequest, motion_id: UUID) -> HttpResponse:
    """GET /motions/<id>/: 200 | 404. POST a vote: 302 back | the page with what refused it."""
    form, status = BallotForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request) as attempt:
            motion = cast_ballot(
                motion_id=motion_id,
                voter=request.user,
                **form.cleaned_data,
                now=timezone.now(),
            )
        if attempt.refusal is None:
            messages.success(request, _said(motion))
            return redirect("motions:motion", motion_id)
        form.show_faults(attempt.refusal.errors)
        status = attempt.refusal.status
    return render(
        request, "governance/motions/motion.html", _context(request, motion_id, form), status=status
    )


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@user_passes_test(may_read)
def withdraw(request: SignedInRequest, motion_id: UUID) -> HttpResponse:
    """POST /motions/<id>/withdraw/: 302 back | the page with what refused it: 403 another's, 409
    closed | 404. A GET, the way back from a sign-in that came between, leads to the motion."""
    if request.method == "GET":
        return redirect("motions:motion", motion_id)
    with refusals_shown(request) as attempt:
        withdraw_motion(motion_id=motion_id, mover=request.user, now=timezone.now())
    if attempt.refusal is not None:
        context = _context(request, motion_id, BallotForm())
        status = attempt.refusal.status
        return render(request, "governance/motions/motion.html", context, status=status)
    messages.success(request, _("The motion was taken back. Nothing was changed."))
    return redirect("motions:motion", motion_id)


def _said(motion: Motion) -> str:
    return {
        Motion.State.CARRIED: _("Your vote settled it: it was carried out."),
        Motion.State.REJECTED: _("Your vote settled it: it was rejected."),
    }.get(Motion.State(motion.state), _("Your vote counts. It waits for others."))


def _context(request: SignedInRequest, motion_id: UUID, form: BallotForm) -> dict[str, Any]:
    motion = get_object_or_404(readable_motions(request.user), pk=motion_id)
    now, act = timezone.now(), act_named(motion.act)
    described = act.describe(motion)
    is_pending = motion.state == Motion.State.PENDING
    return {
        "now": now,
        "motion": motion,
        "described": described,
        "diff": diff_lines(described.diff),
        "quorum": quorum_in_words(QuorumRule.from_json(motion.quorum)),
        "ballots": shown_ballots(motion),
        "form": form,
        "is_mine": motion.moved_by_id == request.user.pk,
        "may_withdraw": is_pending and motion.moved_by_id == request.user.pk,
        "why_not": why_not(motion, request.user, now) if is_pending else "",
    }
