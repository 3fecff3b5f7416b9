"""Oversight on the loop: the audits of what passed, by segment, and what may still be undone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.policies import Mode
from governance.policies.audits import AuditPlan
from models_registry.models import DecisionType
from reviews.models import AuditRate
from reviews.pages.audit_filter import ORDER, AuditFilter
from reviews.pages.keyset import page_of
from reviews.pages.signed_in import SignedInRequest, signed_in
from reviews.pages.unconfirmed import unconfirmed_context
from reviews.selectors.on_the_loop import audit_rates_of, still_open
from reviews.selectors.oversight import decision_types_of
from reviews.services.interventions import NEEDED, window_of, windows_for
from reviews.services.rulebook import rulebook_of

_PASSES_SHOWN = 20
_CHANGES_SHOWN = 200
_ALL_UNCONFIRMED = 100


@require_safe
@signed_in
def list_audits(request: SignedInRequest) -> HttpResponse:
    """GET /audits/: 200 a page of segments, with the decision types that the person may see."""
    now, person = timezone.now(), request.user
    types = [kind for kind in decision_types_of(person, now) if _mode(kind) == Mode.HOTL]
    wanted = AuditFilter(request.GET, types=types)
    page = page_of(wanted.of(audit_rates_of(person, now)), ORDER, request.GET.get("after", ""))
    may_intervene = person.has_perm("reviews.rule_on_case")
    context = {
        "now": now,
        "form": wanted,
        "rows": [_row(rate) for rate in page.rows],
        "next_url": wanted.url_after(page.next_cursor),
        "is_first_page": "after" not in request.GET,
        "types": types,
        "may_intervene": may_intervene,
        "passes": _passes(request, types) if may_intervene else [],
        **unconfirmed_context(person, most=_ALL_UNCONFIRMED),
    }
    return render(request, "reviews/audits.html", context)


@require_safe
@signed_in
def show(request: SignedInRequest, rate_id: UUID) -> HttpResponse:
    """GET /audits/<id>/: 200 a segment's rate and how it came about | 404."""
    rate = get_object_or_404(audit_rates_of(request.user, timezone.now()), pk=rate_id)
    changes = rate.history.order_by("-history_id")[:_CHANGES_SHOWN]
    context = {
        **_row(rate),
        "changes": changes,
        "crumbs": [{"label": _("Audits"), "url": "/audits/"}],
    }
    return render(request, "reviews/audit_rate.html", context)


def _row(rate: AuditRate) -> dict[str, Any]:
    """A rate with its figures and limits. Reads no rows but the texts of versions not yet read."""
    plan = _plan(rate)
    count = getattr(rate, "count", None)
    bound = rate.upper_bound if count is None else count.upper_bound
    return {
        "rate": rate,
        "count": count,
        "bound": bound,
        "plan": plan,
        "over": plan is not None and bound > plan.error_limit,
        "segment": _segment(rate),
    }


def _plan(rate: AuditRate) -> AuditPlan | None:
    book = rulebook_of(rate.policy_version, rate.decision_type)
    return None if book is None else book.rules.audit


def _segment(rate: AuditRate) -> list[dict[str, Any]]:
    """Each fact by its label, with its value in words."""
    specs, kind = rate.decision_type.fact_specs, rate.decision_type
    built_in = {"outcome": _("Outcome"), "model_version": _("Model version")}
    found = []
    for name, value in rate.segment.items():
        label = built_in.get(name) or specs.get(name, {}).get("label", name)
        if value is None:
            words = _("not stated")
        elif isinstance(value, bool):
            words = _("yes") if value else _("no")
        elif name == "outcome" and value in kind.outcome_specs:
            words = kind.outcome_label(value)
        else:
            words = str(value)
        found.append({"label": label, "value": words})
    return found


def _passes(request: SignedInRequest, types: list[DecisionType]) -> list[dict[str, Any]]:
    """The newest that the person could intervene in, each with the end of its window."""
    now = timezone.now()
    passes = still_open(windows_for(request.user, types, now), now).select_related(*NEEDED)
    rows = [(one, window_of(one)) for one in passes[:_PASSES_SHOWN]]
    # One that passed under another version may have had less time.
    return [
        {"decision": one, "ends": ends} for one, ends in rows if ends is not None and ends > now
    ]


def _mode(kind: DecisionType) -> str | None:
    mode: str | None = getattr(kind, "mode", None)
    return mode
