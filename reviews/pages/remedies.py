"""Cases that nobody may rule on, with what can be done about each."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from governance.rights import Condition
from reviews.models import StaffingAlarm

_SHOWN = 5
_REMEDIES: dict[str, StrOrPromise] = {
    Condition.RIGHT: gettext_lazy(
        "Give a reviewer of the queue a right that covers it, have one lent, or end an absence."
    ),
    Condition.COMPETENCE: gettext_lazy("Record a valid qualification for a reviewer of the queue."),
    Condition.SEPARATION: gettext_lazy(
        "Add a reviewer to the queue who has nothing to do with this decision."
    ),
    Condition.SIGHT: gettext_lazy("Add reviewers to the queue."),
}


def staffing_context(alarms: QuerySet[StaffingAlarm]) -> dict[str, Any]:
    """`staffing`: the oldest few alarms; `unstaffed`: how many there are in all."""
    shown = [told(alarm) for alarm in alarms[:_SHOWN]]
    return {"staffing": shown, "unstaffed": alarms.count() if shown else 0}


def told(alarm: StaffingAlarm) -> dict[str, Any]:
    """An alarm as the pages show it: which condition leaves nobody, and what to do."""
    condition, _colon, detail = alarm.detail.partition(": ")
    remedy = _REMEDIES.get(condition) or _("Look at who reviews the queue and what they hold.")
    return {"alarm": alarm, "detail": detail, "remedy": remedy}
