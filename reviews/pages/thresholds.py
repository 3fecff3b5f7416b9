"""The threshold advisor's page. It reads and reckons; there is nothing to press that changes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reviews.lab.thresholds import STEPS, Advice, Costs
from reviews.pages.lab_charts import cost_chart, threshold_words
from reviews.pages.signed_in import SignedInRequest, may
from reviews.pages.threshold_form import ThresholdForm
from reviews.selectors.known_outcomes import MODEL_VERSION, Asked
from reviews.selectors.simulations import READ
from reviews.services.advising import Advised, Segment, Source, advise_on

# The table shows every so many thresholds; the best and the present one always.
_ROWS_EVERY = 10


@require_safe
@may(READ)
def advise(request: SignedInRequest) -> HttpResponse:
    """GET /lab/thresholds/: 200 the form, and with its fields the curves."""
    form = ThresholdForm(request.GET or None)
    advised = _advised(form) if form.is_valid() else None
    context: dict[str, Any] = {"form": form, "advised": advised}
    if advised is not None:
        context["segments"] = [
            _shown(segment, index) for index, segment in enumerate(advised.segments)
        ]
    return render(request, "reviews/lab/thresholds.html", context)


def _advised(form: ThresholdForm) -> Advised:
    now, given = timezone.now(), form.cleaned_data
    start, end = form.period(now)
    return advise_on(
        Asked(given["decision_type"], start, end, given["outcome"], given["segment"]),
        Costs(given["wrong_pass"], given["wrong_refusal"], given["review_minute"]),
        now=now,
        minutes=given["minutes"],
    )


def _title(segment: Segment) -> str:
    """Empty for all decisions."""
    if segment.told_by in ("", MODEL_VERSION):
        return segment.name
    return f"{segment.told_by}: {segment.name}"


def _shown(segment: Segment, index: int) -> dict[str, Any]:
    advice = segment.advice
    if not isinstance(advice, Advice):
        return {"name": _title(segment), "too_little": advice}
    title = _title(segment) or "Expected cost of each threshold"
    marked = {advice.best, advice.present}
    return {
        "name": _title(segment),
        "advice": advice,
        "chart": cost_chart(advice, key=f"cost-{index}", title=title),
        "best": threshold_words(advice.best),
        "best_from": threshold_words(advice.best_from),
        "best_to": threshold_words(advice.best_to),
        "present": None if segment.present is None else f"{segment.present.value:g}",
        "is_stated": segment.present is not None and segment.present.source is Source.POLICY,
        "best_point": advice.points[advice.best],
        "present_point": None if advice.present is None else advice.points[advice.present],
        "rows": [
            {
                "words": threshold_words(point.step),
                "point": point,
                "best": point.step == advice.best,
                "present": point.step == advice.present,
            }
            for point in advice.points
            if point.step % _ROWS_EVERY == 0 or point.step in marked or point.step > STEPS
        ],
    }
