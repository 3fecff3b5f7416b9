"""The deadlines that will be missed, with the model that says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from governance.reports.blocks import Column, Paragraph, Table, Unit
from governance.reports.chart_blocks import BarChart, Series
from governance.reports.document import Section
from reviews.lab.forecast import HORIZON, Forecast
from reviews.pages.operations_waiting import hours_from
from reviews.selectors.forecasts import QueueForecast


def forecast_section(ahead: Sequence[QueueForecast], now: datetime) -> Section:
    """Both forecasts over all queues, and what they rest on for each."""
    if not ahead:
        nothing = _("Nothing waits, and nothing came or was done in the last two weeks.")
        return Section(empty_because=nothing)
    lately = _summed(ahead, lambda one: one.as_lately)
    best = _summed(ahead, lambda one: one.at_best)
    chart = BarChart(
        _("Ballots expected too late, hour by hour"),
        _("Ballots whose deadline in each of the next 24 hours will be missed, in the model."),
        _("Hour from"),
        hours_from(now)[::_STEP],
        (
            Series(_("If people do as much as lately"), _parts(lately)),
            Series(_("If those on duty do nothing else"), _parts(best)),
        ),
        Unit.COUNT,
        note=_("Two hours together, to whole ballots."),
    )
    return Section(blocks=(*map(Paragraph, _model()), chart, _table(ahead)))


# Hours that are drawn together: two bars for each of 24 would be more than can be told apart.
_STEP = 2


def _model() -> tuple[str, ...]:
    return (
        _(
            "The model is a fluid, hour by hour: what waits, and what is expected to come by the "
            "hour of the week as in the last two weeks, is worked off by the earliest deadline; "
            "what is left of an hour's deadlines at its end is missed."
        ),
        _(
            "How much people can do stands between two bounds. As lately: as many ballots as were "
            "given in this hour of the week. At best: whoever gave a ballot in this hour of the "
            "week is on duty, and does nothing else, at the mean time from claim to ballot. Who is "
            "away now counts in neither."
        ),
        _(
            "It says the least that will be missed: chance is left out, so that close to full use "
            "more is missed; people do not always take the earliest deadline; and a case that "
            "moves up is not followed into the queue above. A quorum counts as many ballots as it "
            "needs."
        ),
    )


def _summed(
    ahead: Sequence[QueueForecast], which: Callable[[QueueForecast], Forecast]
) -> list[float]:
    return [sum(which(one).missed[hour] for one in ahead) for hour in range(HORIZON)]


def _parts(hours: Sequence[float]) -> tuple[int, ...]:
    return tuple(round(sum(hours[start : start + _STEP])) for start in range(0, HORIZON, _STEP))


def _table(ahead: Sequence[QueueForecast]) -> Table:
    columns = (
        Column(_("Queue")),
        Column(_("Ballots that wait"), numeric=True),
        Column(_("Expected to come"), numeric=True),
        Column(_("Mean time, min"), numeric=True),
        Column(_("On duty at most"), numeric=True),
        Column(_("Can do, as lately"), numeric=True),
        Column(_("Can do, at best"), numeric=True),
        Column(_("Too late, as lately"), numeric=True),
        Column(_("Too late, at best"), numeric=True),
    )
    rows = tuple(
        (
            one.queue.name,
            _number(one.waiting),
            _number(one.arriving),
            None if one.mean_seconds is None else _number(one.mean_seconds / 60),
            _number(one.people),
            _number(one.able_lately),
            _number(one.able_at_best),
            _number(one.as_lately.total),
            _number(one.at_best.total),
        )
        for one in ahead
    )
    return Table(_("What the forecast rests on: the next 24 hours"), columns, rows)


def _number(value: float) -> Decimal:
    """To a tenth; the model knows no more."""
    return Decimal(value).quantize(Decimal("0.1")).normalize() + 0
