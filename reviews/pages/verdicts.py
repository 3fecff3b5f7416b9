"""Ruling on a held case."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.errors import InputInvalid
from governance.pages.refusals import refusals_shown
from reviews.models import Case, Verdict, VerdictKind
from reviews.pages.cases import show_case, slug_of_queue
from reviews.pages.signed_in import SignedInRequest, may, verb_of
from reviews.pages.verdict_form import VerdictForm
from reviews.services.deciding import commit_judgement, record_verdict

_UNPROCESSABLE = InputInvalid.status


@verb_of("reviews:case")
@may("reviews.rule_on_case")
def judge(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """POST outcome: 302 to the case, its output now shown | 404 | 409 given before | 422."""
    with refusals_shown(request) as attempt:
        commit_judgement(
            case_id=case_id,
            reviewer=request.user,
            outcome=request.POST.get("outcome", ""),
            now=timezone.now(),
        )
    if attempt.refusal is not None:
        return show_case(request, case_id, status=attempt.refusal.status)
    return redirect("reviews:case", case_id=case_id)


@verb_of("reviews:case")
@may("reviews.rule_on_case")
def rule(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """POST claim, kind, outcome, reason_code, reason_text: 302 to the queue | 403 | 404 | 409
    the claim or the judgement is missing | 422 the form again, with every fault named."""
    came_from = slug_of_queue(case_id)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return show_case(request, case_id, form=form, status=_UNPROCESSABLE)
    with refusals_shown(request) as attempt:
        verdict = record_verdict(
            case_id=case_id,
            reviewer=request.user,
            claim=form.cleaned_data["claim"],
            ruling=form.ruling(),
            now=timezone.now(),
        )
    if attempt.refusal is not None:
        form.show_faults(attempt.refusal.errors)
        return show_case(request, case_id, form=form, status=attempt.refusal.status)
    messages.success(request, _what_followed(verdict))
    return redirect("reviews:queue", slug=came_from)


def _what_followed(verdict: Verdict) -> str:
    case = verdict.case
    if case.state == Case.State.DECIDED:
        return _("Your verdict is recorded and the case is decided.")
    if verdict.kind == VerdictKind.ABSTAIN:
        return _("Your abstention is recorded. The case waits for somebody else.")
    if case.vetoed_at is not None:
        return _("Your ballot is recorded. It vetoes the AI's outcome, so the case moved up.")
    if case.adjudication:
        return _("Your ballot is recorded. The ballots disagree, so the case moved up.")
    return _("Your verdict is recorded. The case waits for the next person.")
