"""How the work runs: what waits and for how long, what comes, who does it, and what is late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.reports.document import Section
from governance.reports.view import chapter_view
from governance.selectors.lateness import readings
from reviews.lab.forecast import HORIZON
from reviews.pages.operations_forecast import forecast_section
from reviews.pages.operations_waiting import ages_section, due_section
from reviews.pages.operations_workload import roles_section, shifts_section
from reviews.pages.signed_in import SignedInRequest, may
from reviews.selectors.forecasts import forecasts
from reviews.selectors.shifts import by_hour_of_shift
from reviews.selectors.waiting_now import due_by_hour, queue_ages
from reviews.selectors.workload import arrived, work_by_role, worked

EVERY_QUEUE = "reviews.view_every_queue"


@require_safe
@may(EVERY_QUEUE)
def show(request: SignedInRequest) -> HttpResponse:
    """GET /operations/: 200 | 403 for those who oversee no more than their own queues."""
    now = timezone.now()
    checks = readings(now)
    ages = queue_ages(now)
    due = list(due_by_hour(now, HORIZON))
    arrivals, work = arrived(now), worked(now)
    ahead = forecasts([one.queue for one in ages], due, arrivals, work, now)
    sections = (
        ("ages", _("What waits, and how long"), ages_section(ages, now)),
        ("due", _("Deadlines of the next 24 hours"), due_section(due, ages, now)),
        ("forecast", _("Deadlines that will be missed"), forecast_section(ahead, now)),
        ("roles", _("Workload by role (M13)"), roles_section(work_by_role(now, arrivals))),
        ("shifts", _("Over the hours of a shift (M13)"), shifts_section(by_hour_of_shift(now))),
    )
    context = {
        "now": now,
        "late": [one for one in checks if one.late],
        "checks": sorted(checks, key=lambda one: not one.late),
        "chapters": list(_chapters(sections)),
    }
    return render(request, "reviews/operations.html", context)


def _chapters(sections: Sequence[tuple[str, str, Section]]) -> Iterator[dict[str, Any]]:
    """Each section as reports show theirs: charts with their tables."""
    charts = count(1)
    for key, title, section in sections:
        placed = section.placed(id=key, title=title, law=(), number=0)
        yield chapter_view("", placed, charts, str)
