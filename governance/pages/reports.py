"""The reports: the list with the form, and one report while it is made and when it is done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required, user_passes_test
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from governance.models import Actor, Motion, ReportDocument, ReportRun, User
from governance.motions import report_approvals
from governance.pages.keyset import page_of
from governance.pages.motion_form import ReasonForm
from governance.pages.refusals import refusals_shown
from governance.pages.report_form import ReportFilter, ReportForm
from governance.services.motions import move
from governance.services.report_access import (
    ISSUE_REPORTS,
    may_read_reports,
    readable_reports,
    reportable_systems,
)
from governance.services.reports import request_report


class _SignedInRequest(HttpRequest):
    """What a view behind `login_required` gets."""

    user: User


def _may_read(user: Any) -> bool:
    if not may_read_reports(user):
        raise PermissionDenied
    return True


@require_http_methods(["GET", "POST"])
@login_required
@user_passes_test(_may_read)
def list_reports(request: _SignedInRequest) -> HttpResponse:
    """GET /reports/: 200 a page, newest first. POST: 302 to the new report | 200 with faults."""
    systems = reportable_systems(request.user)
    form = ReportForm(request.POST or None, systems=systems)
    status = 200
    if request.method == "POST":
        if not request.user.has_perm(ISSUE_REPORTS):
            raise PermissionDenied
        if form.is_valid():
            now = timezone.now()
            start, end = form.period(now)
            with refusals_shown(request) as attempt:
                run = request_report(
                    kind=form.cleaned_data["kind"],
                    system_slug=form.cleaned_data["system"],
                    period_start=start,
                    period_end=end,
                    requested_by=request.user,
                    actor=Actor.of(request.user),
                    now=now,
                )
                return redirect("reports:report", run.pk)
            status = attempt.refusal.status if attempt.refusal else status
    chosen = ReportFilter(request.GET or None, systems=systems)
    runs = readable_reports(request.user).filter(**chosen.wanted())
    rows, next_url = page_of(runs, request)
    context = {
        "form": form,
        "filter": chosen,
        "may_issue": request.user.has_perm(ISSUE_REPORTS),
        "rows": rows,
        "next_url": next_url,
    }
    return render(request, "governance/reports/list.html", context, status=status)


@require_safe
@never_cache
@login_required
@user_passes_test(_may_read)
def show_report(request: _SignedInRequest, report_id: UUID) -> HttpResponse:
    """GET /reports/<id>/: 200, the report or how far it is | 404."""
    return render(request, "governance/reports/run.html", _context(request, report_id))


@require_safe
@never_cache
@login_required
@user_passes_test(_may_read)
def report_state(request: _SignedInRequest, report_id: UUID) -> HttpResponse:
    """GET /reports/<id>/state/: 200, the part of the page that changes while it is made | 404."""
    return render(request, "governance/reports/_run.html", _context(request, report_id))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(ISSUE_REPORTS, raise_exception=True)
def approve_report(request: _SignedInRequest, report_id: UUID) -> HttpResponse:
    """GET /reports/<id>/approval/: 200 | 404. POST a reason: 302 to the motion | with faults."""
    run = get_object_or_404(readable_reports(request.user), pk=report_id)
    form, status = ReasonForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request) as attempt:
            motion = move(
                act=report_approvals.NAME,
                content=report_approvals.content_of(run),
                reason=form.cleaned_data["reason"],
                mover=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("It was put forward and waits for a second person."))
            return redirect("motions:motion", motion.pk)
        status = attempt.refusal.status if attempt.refusal else status
    context = {
        "title": _("Approve the report"),
        "lede": _("Exactly this document, as it stands; by you and somebody who did not ask."),
        "action": _("Put it forward"),
        "form": form,
        "back_url": reverse("reports:report", args=[run.pk]),
    }
    return render(request, "governance/motions/reason.html", context, status=status)


def _context(request: _SignedInRequest, report_id: UUID) -> dict[str, Any]:
    run = get_object_or_404(readable_reports(request.user), pk=report_id)
    names = {system.slug: system.name for system in reportable_systems(request.user)}
    return {
        "run": run,
        "system": names.get(run.system, run.system),
        "article": _article(run),
        "motion": _motion_on(run),
        "may_approve": request.user.has_perm(ISSUE_REPORTS),
        "forms": [
            (form.upper(), reverse(f"api-report-{form}", args=[run.pk]))
            for form in ("pdf", "json", "html")
        ],
    }


def _motion_on(run: ReportRun) -> Motion | None:
    """What waits for the second person who approves it."""
    pending = Motion.objects.pending().filter(act=report_approvals.NAME, subject_id=run.pk)
    return None if run.approval_id else pending.first()


def _article(run: ReportRun) -> SafeString | None:
    """The report's part of its own HTML file, for our frame: the file brings a style sheet along,
    which the site's policy rightly refuses.

    Safe, because the file is what `render_html` wrote, all text in it escaped, and cannot change.
    """
    html = ReportDocument.objects.filter(run=run).values_list("html", flat=True).first()
    if html is None:
        return None
    _before, _tag, rest = bytes(html).decode().partition("<main>")
    article, _tag, _after = rest.partition("</main>")
    return mark_safe(article)
