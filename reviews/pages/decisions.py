"""The decisions, and all that is on record of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from governance.models import User
from models_registry.models import DecisionType
from reviews.models import Case, Contestation, Decision, Verdict
from reviews.pages.case_context import why_it_came
from reviews.pages.decision_filter import NEWEST_FIRST, DecisionFilter
from reviews.pages.keyset import page_of
from reviews.pages.signed_in import SignedInRequest, may, signed_in
from reviews.pages.wording import STANDINGS, events_told
from reviews.selectors.ballots import are_open_to, reason_text, verdicts_open_to
from reviews.selectors.blindness import cases_hidden_from
from reviews.selectors.history import history_of
from reviews.selectors.lenders import LENDERS, lenders_named, on_behalf
from reviews.selectors.reversals import alarm_of
from reviews.selectors.standing import PREFETCHED, RELATED, Standing, standing_of
from reviews.services.contesting import is_contestable
from reviews.services.interventions import may_look_into, window_of

# What an intervention can still change: nothing was withdrawn, undone or held back.
_CHANGEABLE = frozenset(
    {
        Standing.PERMITTED,
        Standing.PERMIT_LAPSED,
        Standing.BEING_EXECUTED,
        Standing.EXECUTED,
    }
)


@require_safe
@may("reviews.view_every_decision")
def list_decisions(request: SignedInRequest) -> HttpResponse:
    """GET /decisions/: 200 a page, newest first | 403 for those who do not oversee."""
    wanted = DecisionFilter(request.GET, types=list(DecisionType.objects.order_by("name")))
    decisions = wanted.of(
        Decision.objects.readable_by(request.user).select_related(
            "system", "decision_type", "evaluation"
        )
    )
    page = page_of(decisions, NEWEST_FIRST, request.GET.get("after", ""))
    hidden = set(
        cases_hidden_from(request.user)
        .filter(decision__in=[decision.pk for decision in page.rows])
        .values_list("decision", flat=True)
    )
    context = {
        "rows": [{"decision": decision, "hidden": decision.pk in hidden} for decision in page.rows],
        "form": wanted,
        "next_url": wanted.url_after(page.next_cursor),
        "is_first_page": "after" not in request.GET,
    }
    return render(request, "reviews/decisions.html", context)


@require_safe
@never_cache
@signed_in
def show(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """GET /decisions/<id>/: 200 | 302 to its case while that is to be judged first | 404."""
    return show_decision(request, decision_id)


def show_decision(
    request: SignedInRequest, decision_id: UUID, *, status: int = 200
) -> HttpResponse:
    """The page, with `status` where an act of it was refused."""
    now = timezone.now()
    decision = _read(decision_id, request.user, now)
    blind = cases_hidden_from(request.user).filter(decision=decision).first()
    if blind is not None:
        first = (
            _("This decision is contested. Read what the person says first.")
            if blind.kind == Case.Kind.CONTESTATION
            else _("Commit your own judgement before you see the AI's output.")
        )
        messages.info(request, first)
        return redirect("reviews:case", case_id=blind.pk)
    cases = list(decision.cases.all())
    standing = standing_of(decision, now)
    window = window_of(decision)
    context = {
        "now": now,
        "decision": decision,
        "standing": standing,
        "standing_label": STANDINGS[standing.standing][0],
        "standing_tone": STANDINGS[standing.standing][1],
        "standing_outcome": None
        if standing.outcome is None
        else decision.decision_type.outcome_label(standing.outcome),
        "adverse": decision.decision_type.is_adverse(decision.outcome),
        "confidence": None if decision.confidence is None else float(decision.confidence),
        "why": why_it_came(decision.evaluation),
        "cases": cases,
        "permits": [
            {"permit": permit, "outcome": decision.decision_type.outcome_label(permit.outcome)}
            for permit in decision.permits.all()
        ],
        "executions": [
            {"done": done, "outcome": decision.decision_type.outcome_label(done.outcome)}
            for done in decision.executions.all()
        ],
        "truths": [
            {"truth": truth, "outcome": decision.decision_type.outcome_label(truth.outcome)}
            for truth in decision.truths.all()
        ],
        "verdicts": _verdicts(decision, request.user, now),
        "timeline": events_told(
            history_of(decision),
            decision.decision_type,
            sealed=[case.pk for case in cases if not are_open_to(case, request.user, now)],
        ),
        "crumbs": _crumbs(request.user),
        "contestations": list(_contestations(decision, request.user)),
        "window": window,
        "may_intervene": request.user.has_perm("reviews.rule_on_case")
        and standing.standing in _CHANGEABLE
        and not any(case.state in Case.LIVE for case in cases)
        and may_look_into(decision, request.user, now),
        "unconfirmed": alarm_of(decision),
        "may_contest": request.user.has_perm("reviews.register_contestation")
        and is_contestable(standing.standing),
    }
    return render(request, "reviews/decision.html", context, status=status)


def _read(decision_id: UUID, person: User, now: datetime) -> Decision:
    """The decision with what its page shows. Others than those who may read it have it before them
    while they may intervene in it. Raises Http404."""
    shown = Decision.objects.select_related(
        *RELATED, "submitted_by", "reversal__verdict", "reversal__alarm", "withdrawal"
    ).prefetch_related(*PREFETCHED, "permits__use", "truths")
    readable = shown.filter(pk__in=Decision.objects.readable_by(person).values("pk"))
    decision = readable.filter(pk=decision_id).first()
    if decision is not None:
        return decision
    passed = shown.filter(pk=decision_id, evaluation__disposition="pass").first()
    if passed is None or not may_look_into(passed, person, now):
        raise Http404
    return passed


def _contestations(decision: Decision, person: User) -> QuerySet[Contestation]:
    if not person.has_perm("reviews.view_contestation"):
        return Contestation.objects.none()
    return Contestation.objects.filter(decision=decision).order_by("id")


def _verdicts(decision: Decision, person: User, now: datetime) -> list[dict[str, Any]]:
    """What people ruled. While ballots are sealed, a person sees their own and nobody else's."""
    verdicts = Verdict.objects.filter(
        verdicts_open_to(person, now), case__decision=decision
    ).select_related("ruled_by", *LENDERS)
    reads = person.has_perm("reviews.view_verdict")
    kind = decision.decision_type
    return [
        {
            "verdict": verdict,
            "who": on_behalf(
                verdict.ruled_by.display_name,
                [one.display_name for one in lenders_named(verdict.delegation)],
            ),
            "outcome": kind.outcome_label(verdict.outcome) if verdict.outcome else "",
            "reason": reason_text(verdict) if reads or verdict.ruled_by == person else None,
        }
        for verdict in verdicts.order_by("id")
    ]


def _crumbs(person: User) -> list[dict[str, str]]:
    if person.has_perm("reviews.view_every_decision"):
        return [{"label": _("Decisions"), "url": "/decisions/"}]
    return [{"label": _("Queues"), "url": "/queues/"}]
