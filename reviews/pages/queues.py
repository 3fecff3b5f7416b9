"""The queues, and the cases of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.pages.refusals import refusals_shown
from reviews.models import Queue
from reviews.pages.keyset import page_of
from reviews.pages.queue_filter import QueueFilter
from reviews.pages.quorum_words import role_names, row_of
from reviews.pages.remedies import staffing_context
from reviews.pages.signed_in import SignedInRequest, may, signed_in, verb_of
from reviews.pages.wording import priority_reasons
from reviews.selectors.backlog import backlog_of
from reviews.selectors.blindness import cases_hidden_from
from reviews.selectors.queue_cases import counts_of, types_waiting_in
from reviews.selectors.quorums import quorum_standings
from reviews.selectors.staffing import open_alarms_for
from reviews.services.claiming import claim_next


@require_safe
@signed_in
def list_queues(request: SignedInRequest) -> HttpResponse:
    """GET /queues/: 200 the queues the person may look into."""
    now = timezone.now()
    context = {"now": now, "backlog": backlog_of(request.user, now)}
    return render(request, "reviews/queues.html", context)


@require_safe
@signed_in
def show(request: SignedInRequest, slug: str) -> HttpResponse:
    """GET /queues/<slug>/: 200 a page of cases | 404 not the person's queue."""
    return show_queue(request, slug)


@verb_of("reviews:queue")
@may("reviews.claim_case")
def claim_next_case(request: SignedInRequest, slug: str) -> HttpResponse:
    """POST: 302 to the claimed case, or back when none waits | 404 | 409 too many held."""
    with refusals_shown(request) as attempt:
        case = claim_next(queue_slug=slug, reviewer=request.user, now=timezone.now())
    if attempt.refusal is not None:
        return show_queue(request, slug, status=attempt.refusal.status)
    if case is None:
        messages.info(request, _("No case of this queue waits for you."))
        return redirect("reviews:queue", slug=slug)
    return redirect("reviews:case", case_id=case.pk)


def show_queue(request: SignedInRequest, slug: str, status: int = 200) -> HttpResponse:
    now = timezone.now()
    queue = get_object_or_404(
        Queue.objects.visible_to(request.user).select_related("escalates_to", "ladder"), slug=slug
    )
    types = types_waiting_in(queue)
    wanted = QueueFilter(request.GET, types=types)
    cases = wanted.cases(queue, request.user, now)
    page = page_of(cases, wanted.order, request.GET.get("after", ""))
    hidden = set(
        cases_hidden_from(request.user)
        .filter(pk__in=[case.pk for case in page.rows])
        .values_list("pk", flat=True)
    )
    standings = quorum_standings(page.rows)
    names = role_names(one for standing in standings.values() for one in standing.stages)
    rows = [
        {
            "case": case,
            "hidden": case.pk in hidden,
            # A contestation's priority tells nothing of the AI's output.
            "hidden_priority": case.pk in hidden and case.blind_first,
            "reasons": [] if case.pk in hidden and case.blind_first else priority_reasons(case),
            **({} if case.pk in hidden else row_of(case, standings[case.pk], names)),
        }
        for case in page.rows
    ]
    context = {
        "now": now,
        "queue": queue,
        **staffing_context(open_alarms_for(request.user).filter(case__queue=queue)),
        "crumbs": [{"label": _("Queues"), "url": "/queues/"}],
        "rows": rows,
        "form": wanted,
        "counts": counts_of(queue, request.user, now),
        "next_url": wanted.url_after(page.next_cursor),
        "is_first_page": "after" not in request.GET,
        "may_claim": request.user.has_perm("reviews.claim_case")
        and queue.memberships.filter(person=request.user).exists(),
    }
    return render(request, "reviews/queue.html", context, status=status)
