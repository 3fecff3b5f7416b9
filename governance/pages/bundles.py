"""The evidence bundles: the list with the form, the form about one thing, and one bundle."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required, permission_required, user_passes_test
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from governance.models import Actor, EvidenceBundle, User
from governance.pages.bundle_form import BundleForm, SystemBundleForm
from governance.pages.keyset import page_of
from governance.pages.refusals import refusals_shown
from governance.services.bundle_access import ISSUE_BUNDLES, may_see_bundles, visible_bundles
from governance.services.bundles import Wanted, request_bundle
from governance.services.report_access import reportable_systems

About = EvidenceBundle.About
# A system takes a period, so it has the form of the list.
ONE_THING = frozenset({About.DECISION, About.CASE, About.REPORT})


class _SignedInRequest(HttpRequest):
    """What a view behind `login_required` gets."""

    user: User


def _may_see(user: Any) -> bool:
    if not may_see_bundles(user):
        raise PermissionDenied
    return True


@require_http_methods(["GET", "POST"])
@login_required
@user_passes_test(_may_see)
def list_bundles(request: _SignedInRequest) -> HttpResponse:
    """GET /evidence/: 200 a page, newest first. POST: 302 to the new bundle | 200 with faults |
    403 | 404 | 409 | 422."""
    systems = reportable_systems(request.user)
    form = SystemBundleForm(request.POST or None, systems=systems)
    status = 200
    if request.method == "POST":
        if not request.user.has_perm(ISSUE_BUNDLES):
            raise PermissionDenied
        if form.is_valid():
            wanted = Wanted(
                about=About.SYSTEM,
                about_id=UUID(form.cleaned_data["system"]),
                period=form.period(timezone.now()),
                held=form.cleaned_data["held"],
            )
            asked, status = _ask(request, wanted)
            if asked is not None:
                return redirect("bundles:bundle", asked.pk)
    rows, next_url = page_of(visible_bundles(request.user), request)
    names = {system.id: system.name for system in systems}
    context = {
        "form": form,
        "may_issue": request.user.has_perm(ISSUE_BUNDLES),
        "rows": [{"bundle": row, "system": names.get(row.about_id, "")} for row in rows],
        "next_url": next_url,
    }
    return render(request, "governance/evidence/list.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(ISSUE_BUNDLES, raise_exception=True)
def ask_for_bundle(request: _SignedInRequest, about: str, about_id: UUID) -> HttpResponse:
    """GET /evidence/ask/<about>/<id>/: 200 the form | 404 of no such kind. POST: 302 to the new
    bundle | 200 with faults | 404 not visible | 409 | 422."""
    if about not in ONE_THING:
        raise Http404
    # Not `or None`: no field must be filled in, so an empty form is a whole one.
    form, status = BundleForm(request.POST if request.method == "POST" else None), 200
    if form.is_valid():
        wanted = Wanted(about=about, about_id=about_id, held=form.cleaned_data["held"])
        asked, status = _ask(request, wanted)
        if asked is not None:
            return redirect("bundles:bundle", asked.pk)
    context = {"form": form, "about": About(about).label, "about_id": about_id}
    return render(request, "governance/evidence/ask.html", context, status=status)


@require_safe
@never_cache
@login_required
@user_passes_test(_may_see)
def show_bundle(request: _SignedInRequest, bundle_id: UUID) -> HttpResponse:
    """GET /evidence/<id>/: 200, what is in it or how far it is | 404."""
    return render(request, "governance/evidence/bundle.html", _context(request, bundle_id))


@require_safe
@never_cache
@login_required
@user_passes_test(_may_see)
def bundle_state(request: _SignedInRequest, bundle_id: UUID) -> HttpResponse:
    """GET /evidence/<id>/state/: 200, the part that changes while it is made | 404."""
    return render(request, "governance/evidence/_bundle.html", _context(request, bundle_id))


def _ask(request: _SignedInRequest, wanted: Wanted) -> tuple[EvidenceBundle | None, int]:
    """The bundle that was asked for; or None, the refusal as a message, and its status."""
    with refusals_shown(request) as attempt:
        bundle = request_bundle(
            wanted=wanted,
            requested_by=request.user,
            actor=Actor.of(request.user),
            now=timezone.now(),
        )
        return bundle, 200
    return None, attempt.refusal.status if attempt.refusal else 200


def _context(request: _SignedInRequest, bundle_id: UUID) -> dict[str, Any]:
    bundle = get_object_or_404(visible_bundles(request.user), pk=bundle_id)
    names = {system.id: system.name for system in reportable_systems(request.user)}
    return {
        "bundle": bundle,
        "system": names.get(bundle.about_id, ""),
        "is_mine": bundle.requested_by == request.user,
        "file_url": reverse("api-bundle-zip", args=[bundle.pk]),
    }
