"""The result of a simulation in the words and pictures of its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from models_registry.models.decision_type import PROTECTED_LAW
from reviews.lab.routes import Route
from reviews.lab.week import HOURS
from reviews.pages.lab_charts import week_chart

ROUTES: Mapping[str, StrOrPromise] = {
    Route.PASS: gettext_lazy("passes"),
    Route.AUDITED: gettext_lazy("passes, audited"),
    Route.REVIEW: gettext_lazy("review"),
    Route.BLOCK: gettext_lazy("blocked"),
}
MEASURES: Sequence[tuple[str, StrOrPromise]] = (
    ("pass", gettext_lazy("passes")),
    ("review", gettext_lazy("review")),
    ("block", gettext_lazy("blocked")),
    ("adverse_pass", gettext_lazy("adverse outcome passes")),
)
_HOURS_OF_A_DAY = 24


def shown_result(result: Mapping[str, Any]) -> dict[str, Any]:
    """The stored JSON with what the page adds: the matrix, the pictures, tables by day."""
    work = result["work"]
    return {
        **shown_changes(result),
        "queues": [_queue(row) for row in work["queues"]],
        "hours_chart": _hours_chart(work),
        "hours_by_day": _by_day(work["hours_before"], work["hours_after"]),
        "hours_per_week": _sums(work["hours_before"], work["hours_after"]),
        "late_chart": _late_chart(work),
        "late_by_day": _by_day(work["late_before"]["by_hour"], work["late_after"]["by_hour"]),
        "truth_rows": _truth(result["truth"]),
        "groups": [
            {**fact, "groups": [_group(group) for group in fact["groups"]]}
            for fact in result["groups"]
        ],
        "protected_law": PROTECTED_LAW,
        "measures": [word for _key, word in MEASURES],
    }


def shown_changes(result: Mapping[str, Any]) -> dict[str, Any]:
    """The part on routes: the matrix, and the changes in words."""
    return {
        **result,
        "matrix": _matrix(result["routes"]),
        "columns": list(ROUTES.values()),
        "changes": [
            {**change, "before": ROUTES[change["before"]], "after": ROUTES[change["after"]]}
            for change in result["changes"]
        ],
    }


def _matrix(routes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    counts = {(row["before"], row["after"]): row["n"] for row in routes}
    return [
        {
            "before": word,
            "cells": [{"n": counts[before, after], "same": before == after} for after in ROUTES],
            "total": sum(counts[before, after] for after in ROUTES),
        }
        for before, word in ROUTES.items()
    ]


def _queue(row: Mapping[str, Any]) -> dict[str, Any]:
    minutes = {
        name: None if row[f"{name}_seconds"] is None else f"{row[f'{name}_seconds'] / 60:.1f}"
        for name in ("mean", "median")
    }
    return {**row, **minutes}


def _hours_chart(work: Mapping[str, Any]) -> str:
    if work["hours_before"] is None or work["hours_after"] is None:
        return ""
    title = _("Hours of reviewers that arrive in each hour of the week")
    return week_chart(work["hours_before"], work["hours_after"], key="hours", title=title)


def _late_chart(work: Mapping[str, Any]) -> str:
    before, after = work["late_before"], work["late_after"]
    if not before["late"] and not after["late"]:
        return ""
    title = _("Cases that would miss their deadline, by the hour of the week in which they come")
    return week_chart(before["by_hour"], after["by_hour"], key="late", title=title)


def _sums(before: Sequence[float] | None, after: Sequence[float] | None) -> dict[str, float] | None:
    if before is None or after is None:
        return None
    return {"before": sum(before), "after": sum(after)}


def _by_day(
    before: Sequence[float] | None, after: Sequence[float] | None
) -> list[dict[str, StrOrPromise | float]]:
    """Sums of each day and its fullest hour: the table beside a picture of 168 hours."""
    if before is None or after is None:
        return []
    days = (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"),
        _("Friday"), _("Saturday"), _("Sunday"),
    )  # fmt: skip
    rows: list[dict[str, StrOrPromise | float]] = []
    for day, first in zip(days, range(0, HOURS, _HOURS_OF_A_DAY), strict=True):
        span = slice(first, first + _HOURS_OF_A_DAY)
        fullest = max(range(_HOURS_OF_A_DAY), key=lambda hour: after[first + hour])
        rows.append(
            {
                "day": day,
                "before": sum(before[span]),
                "after": sum(after[span]),
                "fullest": f"{fullest:02d}:00" if after[first + fullest] else "",
                "most": after[first + fullest],
            }
        )
    return rows


def _truth(truth: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"label": _("wrong outputs"), **truth["wrong"]},
        {"label": _("right outputs"), **truth["right"]},
    ]


def _group(group: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "value": group["value"],
        "n": group["n"],
        "cells": [
            {"before": group[f"{key}_before"], "after": group[f"{key}_after"]}
            for key, _word in MEASURES
        ],
    }
