"""Proofs of competence: one's own, everybody's, and how well the queues are covered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from governance.models import Qualification
from governance.pages.period_form import PeriodForm
from models_registry.models import AISystem
from reviews.models import Queue
from reviews.pages.keyset import page_of
from reviews.pages.proofs import shown
from reviews.pages.qualification_filter import QualificationFilter
from reviews.pages.signed_in import SignedInRequest, may, signed_in
from reviews.selectors.competence import coverage_of, readiness_of
from reviews.services.serving import versions_served

SEE_ALL = "governance.view_qualification"
_NEWEST_FIRST = ("-id",)


@require_safe
@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    """GET /qualifications/mine/: 200 the person's own, newest first."""
    now = timezone.now()
    own = Qualification.objects.filter(person=request.user)
    page = page_of(own, _NEWEST_FIRST, request.GET.get("after", ""))
    context = {
        "proofs": shown(page.rows, now),
        "next_url": page.next_cursor and f"?after={page.next_cursor}",
        "is_first_page": "after" not in request.GET,
        "queues": list(Queue.objects.reviewed_by(request.user).order_by("name")),
    }
    return render(request, "reviews/my_qualifications.html", context)


@require_safe
@may(SEE_ALL)
def list_qualifications(request: SignedInRequest) -> HttpResponse:
    """GET /qualifications/: 200 a page of them, or who lacks one for a queue | 403."""
    now = timezone.now()
    queues = list(Queue.objects.visible_to(request.user).order_by("name"))
    wanted = QualificationFilter(
        request.GET,
        systems=list(AISystem.objects.order_by("name").values_list("slug", "name")),
        queues=[(queue.slug, queue.name) for queue in queues],
    )
    context: dict[str, Any] = {"form": wanted, "tab": "list"}
    if wanted.shown == "missing":
        queue = next((one for one in queues if one.slug == wanted.queue_slug), None)
        context |= {"queue": queue, "missing": _missing(queue, wanted, now)}
    else:
        page = page_of(wanted.rows(now), wanted.order, request.GET.get("after", ""))
        context |= {
            "proofs": shown(page.rows, now),
            "next_url": wanted.url_after(page.next_cursor),
            "is_first_page": "after" not in request.GET,
        }
    return render(request, "reviews/qualifications.html", context)


@require_safe
@may(SEE_ALL)
def coverage(request: SignedInRequest) -> HttpResponse:
    """GET /qualifications/coverage/: 200 M14 per queue, and who is qualified now | 403."""
    now = timezone.now()
    form = PeriodForm(request.GET if "span" in request.GET else {"span": "30"})
    queues = list(Queue.objects.visible_to(request.user).order_by("name"))
    keys = [queue.pk for queue in queues]
    period = form.period(now) if form.is_valid() else None
    counted = coverage_of(keys, *period) if period else {}
    ready = readiness_of(queues, versions_served(queues, now), now)
    context = {
        "tab": "coverage",
        "form": form,
        "period": period,
        "rows": [
            {"queue": queue, "covered": counted.get(queue.pk), "ready": ready[queue.pk]}
            for queue in queues
        ],
    }
    return render(request, "reviews/coverage.html", context)


def _missing(
    queue: Queue | None, wanted: QualificationFilter, now: datetime
) -> list[dict[str, Any]]:
    """Each version that comes before the queue, with the reviewers who lack a proof for it."""
    if queue is None:
        return []
    ready = readiness_of([queue], versions_served([queue], now), now)[queue.pk]
    return [
        {"version": one.version, "reviewers": one.reviewers, "people": one.lacking}
        for one in ready
        if not wanted.system_slug or one.version.system.slug == wanted.system_slug
    ]
