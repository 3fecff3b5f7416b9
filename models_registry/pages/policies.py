"""Policies and their versions: the list, one with all that was published, and rolling back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count, F, Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.models import Motion, Policy, PolicyDraft, PolicyVersion
from governance.pages.motion_form import ReasonForm
from governance.pages.motions import SignedInRequest
from governance.pages.refusals import refusals_shown
from governance.services.motions import move
from models_registry.motions import policies as publishing

VIEW, PUBLISH = "governance.view_policyversion", publishing.PERMISSION
_MOST_SHOWN = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def list_policies(request: SignedInRequest) -> HttpResponse:
    """GET /policies/: 200."""
    newest = PolicyVersion.objects.annotate(last=Max("policy__versions__number")).filter(
        number=F("last")
    )
    rows = Policy.objects.annotate(
        type_count=Count("decision_types", distinct=True),
        is_drafted=Count("drafts", filter=Q(drafts__state=PolicyDraft.State.OPEN), distinct=True),
    ).select_related("owner")
    by_policy = {version.policy_id: version for version in newest}
    context = {
        "rows": [(policy, by_policy.get(policy.pk)) for policy in rows.order_by("name")],
    }
    return render(request, "models_registry/policies/list.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def show_policy(request: SignedInRequest, slug: str) -> HttpResponse:
    """GET /policies/<slug>/: 200 | 404."""
    return _policy_page(request, slug, ReasonForm())


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(PUBLISH, raise_exception=True)
def publish_again(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """POST /policies/<slug>/versions/<number>/again/: 302 to the motion | 404 | the page with what
    refused it. A GET, the way back from a sign-in that came between, leads to the policy."""
    if request.method == "GET":
        return redirect("policies:policy", slug)
    policy = get_object_or_404(Policy, slug=slug)
    get_object_or_404(policy.versions, number=number)
    form, status = ReasonForm(request.POST), 422
    if form.is_valid():
        with refusals_shown(request) as attempt:
            motion = move(
                act=publishing.NAME,
                content=publishing.content_of_again(policy, number),
                reason=form.cleaned_data["reason"],
                mover=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("It was put forward and waits for a second person."))
            return redirect("motions:motion", motion.pk)
        if attempt.refusal is not None:
            for fault in attempt.refusal.errors:
                form.add_error(None, fault.detail)
            status = attempt.refusal.status
    return _policy_page(request, slug, form, tried=number, status=status)


def _policy_page(
    request: SignedInRequest,
    slug: str,
    form: ReasonForm,
    *,
    tried: int | None = None,
    status: int = 200,
) -> HttpResponse:
    policy = get_object_or_404(Policy.objects.select_related("owner"), slug=slug)
    versions = policy.versions.newest_first().select_related("published_by", "motion")
    context: dict[str, Any] = {
        "policy": policy,
        "types": policy.decision_types.order_by("name"),
        "versions": list(versions[:_MOST_SHOWN]),
        "draft": PolicyDraft.objects.open().filter(policy=policy).select_related("author").first(),
        "waiting": waiting_motions(policy),
        "may_publish": request.user.has_perm(PUBLISH),
        "form": form,
        "tried": tried,
    }
    return render(request, "models_registry/policies/policy.html", context, status=status)


def waiting_motions(policy: Policy) -> list[Motion]:
    """Those that would publish a version of it."""
    about = Motion.objects.pending().filter(act=publishing.NAME, subject_id=policy.pk)
    return list(about.select_related("moved_by").order_by("moved_at"))
