"""What waits at this moment, as charts with their tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from governance.reports.blocks import Column, Paragraph, Table, Unit
from governance.reports.chart_blocks import BarChart, Series
from governance.reports.document import Section
from governance.reports.wording import instant
from governance.templatetags.countersign import age
from reviews.lab.forecast import HORIZON
from reviews.selectors.waiting_now import AGES, Due, QueueAges, cases_by_hour

# The queues with most cases are drawn one by one, all others together.
_DRAWN = 4


def ages_section(ages: Sequence[QueueAges], now: datetime) -> Section:
    """How many cases of which age wait in each queue."""
    live = [one for one in ages if one.live]
    if not live:
        return Section(empty_because=_("No case waits."))
    largest = sorted(live, key=lambda one: -one.live)
    series = [Series(one.queue.name, tuple(one.bands)) for one in largest[:_DRAWN]]
    rest = largest[_DRAWN:]
    if rest:
        bands = tuple(map(sum, zip(*(one.bands for one in rest), strict=True)))
        series.append(Series(_("All other queues"), bands))
    chart = BarChart(
        _("Age of the cases that wait"),
        _("Open and claimed cases by the hours since they were opened, for each queue."),
        _("Since opening"),
        _bands(),
        tuple(series),
        Unit.COUNT,
    )
    return Section(blocks=(chart, _table(ages, now)))


def _bands() -> tuple[str, ...]:
    bands = [
        _("%(low)s to below %(high)s h") % {"low": low, "high": high}
        for low, high in pairwise(AGES)
    ]
    return (*bands, _("%(low)s h and more") % {"low": AGES[-1]})


def _table(ages: Sequence[QueueAges], now: datetime) -> Table:
    columns = (
        Column(_("Queue")),
        Column(_("Open"), numeric=True),
        Column(_("Of them paused"), numeric=True),
        Column(_("Claimed"), numeric=True),
        Column(_("Overdue"), numeric=True),
        Column(_("The oldest waits")),
    )
    rows = tuple(
        (
            one.queue.name,
            one.open,
            one.paused,
            one.claimed,
            one.overdue,
            None if one.oldest_at is None else age(max(now - one.oldest_at, timedelta(0))),
        )
        for one in ages
    )
    return Table(_("The queues"), columns, rows)


def due_section(due: list[Due], ages: Sequence[QueueAges], now: datetime) -> Section:
    """The rungs that fire in each of the next hours, unless people rule before."""
    counts = cases_by_hour(due, HORIZON)
    overdue = sum(one.overdue for one in ages)
    passed = Paragraph(
        _("The deadline of %(n)s waiting cases has passed; the sweeps act on these at once.")
        % {"n": overdue}
        if overdue
        else _("No deadline of a waiting case has passed.")
    )
    if not any(counts):
        nothing = _("None of the cases that wait has a deadline within the next 24 hours.")
        return Section(blocks=(Paragraph(nothing), passed))
    chart = BarChart(
        _("Rungs due, hour by hour"),
        _("Waiting cases whose deadline lies in each of the next 24 hours."),
        _("Hour from"),
        hours_from(now),
        (Series(_("Cases"), tuple(counts)),),
        Unit.COUNT,
        note=_("Counted from %(now)s.") % {"now": instant(now)},
    )
    return Section(blocks=(passed, chart))


def hours_from(now: datetime) -> tuple[str, ...]:
    """The beginnings of the coming hours, with the day where they lie on another one."""
    starts = [now + timedelta(hours=ahead) for ahead in range(HORIZON)]
    return tuple(
        f"{at:%H:%M}"
        if at.date() == now.date()
        else _("%(time)s, next day") % {"time": f"{at:%H:%M}"}
        for at in starts
    )
