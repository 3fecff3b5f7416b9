"""Contestations: the list with its clocks, one of them with its letter, and registering one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from governance.errors import InputInvalid
from governance.models import Actor, User
from governance.pages.refusals import refusals_shown
from governance.reports.letter import letter_view
from models_registry.models import DecisionType
from reviews.errors import LetterMissing
from reviews.models import Case, Contestation, Decision
from reviews.pages.cases import show_case
from reviews.pages.contest_forms import (
    ContestationFilter,
    ContestForm,
    ExtensionForm,
    LetterForm,
    SentForm,
    VerbForm,
)
from reviews.pages.keyset import page_of
from reviews.pages.signed_in import SignedInRequest, may, verb_of
from reviews.selectors.blindness import cases_hidden_from
from reviews.selectors.contestations import open_statement, undoing_of, waiting_at, with_all
from reviews.services.contesting import (
    Challenge,
    extend_contestation,
    read_statement,
    register_contestation,
    withdraw_contestation,
)
from reviews.services.letters import (
    Channel,
    make_letter,
    mark_letter_sent,
    open_letter,
    words_of,
)

ANSWERS = "reviews.register_contestation"
_UNPROCESSABLE = InputInvalid.status


@require_safe
@may("reviews.view_contestation")
def list_contestations(request: SignedInRequest) -> HttpResponse:
    """GET /contestations/: 200 a page, what is due first | 403."""
    now = timezone.now()
    wanted = ContestationFilter(request.GET, types=list(DecisionType.objects.order_by("name")))
    page = page_of(wanted.of(with_all(), now), wanted.order, request.GET.get("after", ""))
    context = {
        "now": now,
        "rows": [_row(contestation, now) for contestation in page.rows],
        "waiting": waiting_at(now),
        "form": wanted,
        "next_url": wanted.url_after(page.next_cursor),
        "is_first_page": "after" not in request.GET,
    }
    return render(request, "reviews/contestations.html", context)


@require_safe
@never_cache
@may("reviews.view_contestation")
def show(request: SignedInRequest, contestation_id: UUID) -> HttpResponse:
    """GET /contestations/<id>/: 200 | 302 to its case, for whoever has yet to read the statement
    there | 403 | 404."""
    return _show(request, contestation_id)


@require_http_methods(["GET", "POST"])
@never_cache
@may(ANSWERS)
def contest(request: SignedInRequest, decision_id: UUID) -> HttpResponse:
    """GET /decisions/<id>/contest/: 200 the form. POST statement, received_at: 302 to the new
    contestation | 403 | 404 | 409 nothing to contest, or one is open | 422."""
    decisions = Decision.objects.readable_by(request.user).select_related("decision_type", "system")
    decision = get_object_or_404(decisions, pk=decision_id)
    now = timezone.now()
    form, status = ContestForm(initial={"received_at": now}), 200
    if request.method == "POST":
        form, status = ContestForm(request.POST), _UNPROCESSABLE
        if form.is_valid():
            with refusals_shown(request) as attempt:
                contestation = register_contestation(
                    decision_id=decision.pk,
                    challenge=Challenge(
                        form.cleaned_data["statement"], form.cleaned_data["received_at"]
                    ),
                    person=request.user,
                    actor=Actor.of(request.user),
                    now=now,
                )
                messages.success(request, _("The contestation is registered; its clock runs."))
                return redirect("reviews:contestation", contestation_id=contestation.pk)
            if attempt.refusal is not None:
                form.show_faults(attempt.refusal.errors)
                status = attempt.refusal.status
    context = {
        "decision": decision,
        "form": form,
        "crumbs": [
            {"label": _("Decisions"), "url": "/decisions/"},
            {"label": decision.external_id, "url": f"/decisions/{decision.pk}/"},
        ],
    }
    return render(request, "reviews/contest.html", context, status=status)


@verb_of("reviews:contestation")
@may(ANSWERS)
def extend(request: SignedInRequest, contestation_id: UUID) -> HttpResponse:
    """POST reason, notified_at: 302 | 404 | 409 closed, extended before or late | 422."""

    def carry_out(given: Mapping[str, Any]) -> str:
        extend_contestation(
            contestation_id=contestation_id, **given, person=request.user, now=timezone.now()
        )
        return _("The time to answer is extended by two months.")

    return _acted(request, contestation_id, "extension", ExtensionForm(request.POST), carry_out)


@verb_of("reviews:contestation")
@may(ANSWERS)
def withdraw(request: SignedInRequest, contestation_id: UUID) -> HttpResponse:
    """POST: 302 | 404 | 409 closed."""

    def carry_out(given: Mapping[str, Any]) -> str:
        withdraw_contestation(
            contestation_id=contestation_id, actor=Actor.of(request.user), now=timezone.now()
        )
        return _("The contestation is withdrawn. The decision stays as it is.")

    return _acted(request, contestation_id, "withdrawal", VerbForm(request.POST), carry_out)


@verb_of("reviews:contestation")
@may(ANSWERS)
def letter(request: SignedInRequest, contestation_id: UUID) -> HttpResponse:
    """POST salutation, closing, contact: 302 | 404 | 409 no result yet, withdrawn, sent | 422."""
    form = LetterForm(request.POST)

    def carry_out(given: Mapping[str, Any]) -> str:
        make_letter(
            contestation_id=contestation_id,
            words=form.words(),
            person=request.user,
            now=timezone.now(),
        )
        return _("The letter is made. Read it, then send it.")

    return _acted(request, contestation_id, "letter_form", form, carry_out)


@verb_of("reviews:contestation")
@may(ANSWERS)
def sent(request: SignedInRequest, contestation_id: UUID) -> HttpResponse:
    """POST sent_at, channel: 302 | 404 | 409 no letter, sent before | 422."""

    def carry_out(given: Mapping[str, Any]) -> str:
        mark_letter_sent(
            contestation_id=contestation_id,
            sent_at=given["sent_at"],
            channel=Channel(given["channel"]),
            person=request.user,
            now=timezone.now(),
        )
        return _("The letter is marked as sent.")

    return _acted(request, contestation_id, "sent_form", SentForm(request.POST), carry_out)


@verb_of("reviews:case")
@may("reviews.rule_on_case")
def read(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """POST: 302 to the case, the rest of it now shown | 404 | 409 not held, or read before."""
    with refusals_shown(request) as attempt:
        read_statement(case_id=case_id, reviewer=request.user, now=timezone.now())
    if attempt.refusal is not None:
        return show_case(request, case_id, status=attempt.refusal.status)
    return redirect("reviews:case", case_id=case_id)


def _acted(
    request: SignedInRequest,
    contestation_id: UUID,
    name: str,
    form: VerbForm,
    carry_out: Callable[[Mapping[str, Any]], str],
) -> HttpResponse:
    """Call one verb with what the form read, and show the page again where it refuses."""
    if not form.is_valid():
        return _show(request, contestation_id, {name: form}, _UNPROCESSABLE)
    with refusals_shown(request) as attempt:
        messages.success(request, carry_out(form.cleaned_data))
    if attempt.refusal is not None:
        form.show_faults(attempt.refusal.errors)
        return _show(request, contestation_id, {name: form}, attempt.refusal.status)
    return redirect("reviews:contestation", contestation_id=contestation_id)


def _show(
    request: SignedInRequest,
    contestation_id: UUID,
    forms: Mapping[str, VerbForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    contestation = get_object_or_404(with_all(), pk=contestation_id)
    unread = cases_hidden_from(request.user).filter(decision=contestation.decision_id)
    if unread.exists():
        return redirect("reviews:case", case_id=contestation.case_id)
    context = {
        "now": now,
        "crumbs": [{"label": _("Contestations"), "url": "/contestations/"}],
        **_row(contestation, now),
        **_of_answering(contestation, request.user, now),
        **(forms or {}),
    }
    return render(request, "reviews/contestation.html", context, status=status)


def _row(contestation: Contestation, now: datetime) -> dict[str, Any]:
    undoing = undoing_of(contestation)
    kind = contestation.decision.decision_type
    return {
        "contestation": contestation,
        "decision": contestation.decision,
        "case": contestation.case,
        "is_late": contestation.is_late(now),
        "undoing": undoing,
        "undoing_overdue": undoing is not None and undoing.is_overdue(now),
        "undoing_outcome": undoing and kind.outcome_label(undoing.outcome),
    }


def _of_answering(contestation: Contestation, person: User, now: datetime) -> dict[str, Any]:
    """The statement, the letter and the forms: for those who answer, and nobody else."""
    if not person.has_perm(ANSWERS):
        return {"answers": False}
    is_open = contestation.state == Contestation.State.OPEN
    unsent = contestation.state == Contestation.State.DECIDED and contestation.sent_at is None
    view, why_not = None, ""
    if contestation.letter_id is not None:
        try:
            view = letter_view(open_letter(contestation))
        except LetterMissing as missing:
            why_not = missing.detail
    words = words_of(contestation) if unsent else None
    final = contestation.case.final_outcome
    return {
        "answers": True,
        "statement": open_statement(contestation),
        "letter": view,
        "letter_missing": why_not,
        "outcome": final and contestation.decision.decision_type.outcome_label(final),
        "extension": ExtensionForm(initial={"notified_at": now})
        if is_open and contestation.extended_at is None and contestation.due_at > now
        else None,
        "may_withdraw": is_open,
        "letter_form": words
        and LetterForm(
            initial={
                "salutation": words.salutation,
                "closing": words.closing,
                "contact": words.contact,
            }
        ),
        "sent_form": SentForm(initial={"sent_at": now}) if unsent and view else None,
        "is_live": contestation.case.state in Case.LIVE,
    }
