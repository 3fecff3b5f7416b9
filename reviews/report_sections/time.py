"""M9 and M13: the time people took, and how much work lay on them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count
from django.db.models.functions import ExtractHour

from governance.reports import figures
from governance.reports.blocks import Column, Figure, Paragraph, Table, Unit
from governance.reports.chart_blocks import BarChart, Histogram, Mark, Series
from governance.reports.document import Block, Section
from governance.reports.period import Period
from governance.reports.sections import section
from governance.reports.statistics import NotAssessableError
from reviews.metrics.limits import PERSONS_SHOWN, TOO_FAST_SECONDS
from reviews.metrics.timing import binned
from reviews.metrics.workload import utilisation
from reviews.models import VerdictKind
from reviews.report_sections import population
from reviews.report_sections.measured import quantile_of, rulings, too_fast, verdict_seconds

_EDGES = (0, 10, 20, 30, 60, 120, 180, 300, 600, 900)
# Hours of the day that are counted together.
_PART = 3
_UPPER_BOUND = (
    "The time from claim to verdict is an upper bound of the time a person looked at the case: "
    "breaks and other tabs count in it. Active time is not recorded."
)


@section(
    report="human_oversight",
    order=54,
    id="time",
    title="Time and workload",
    law=("AI Act Art. 14(4)(b)", "AI Act Art. 26(2)"),
)
def time(period: Period) -> Section:
    given = population.verdicts(period)
    seconds = verdict_seconds(given)
    if not seconds:
        return Section(empty_because="No verdict was given in the period, so no time is known.")
    return Section(
        blocks=(
            Paragraph(_UPPER_BOUND),
            _quantile("Time to verdict, median (M9)", seconds, "0.5", period),
            _quantile("Time to verdict, 10th percentile (M9)", seconds, "0.1", period),
            too_fast(period, seconds, given),
            _histogram(seconds),
            *_effort(period),
            _load(period),
            _hours(period),
            *_spread(period),
        )
    )


def _quantile(
    label: str, seconds: Counter[int], probability: str, period: Period, of: str = ""
) -> Figure:
    return quantile_of(
        label,
        seconds,
        probability,
        unit=Unit.SECONDS,
        query=f"Whole seconds from claim to verdict, of the verdicts given in the period{of}",
        period=period,
    )


def _histogram(seconds: Counter[int]) -> Histogram:
    floor = int(TOO_FAST_SECONDS.value)
    fast = sum(n for value, n in seconds.items() if value < floor)
    return Histogram(
        "Time to verdict",
        f"{fast} of {seconds.total()} verdicts took less than the floor of {floor} s.",
        "Seconds from claim to verdict",
        _EDGES,
        binned(seconds, _EDGES),
        Unit.SECONDS,
        floor=Mark("Floor, a heuristic", floor),
        note=f"The last bin also holds what took longer than {_EDGES[-1]} s.",
    )


def _effort(period: Period) -> tuple[Block, ...]:
    """M12: whether dissent costs more than consent."""
    accepted = verdict_seconds(rulings(period).filter(kind=VerdictKind.UPHOLD))
    changed = verdict_seconds(rulings(period).exclude(kind=VerdictKind.UPHOLD))
    alone = rulings(period).exclude(kind=VerdictKind.UPHOLD)
    closed = " on cases that were closed by the cut-off"
    unapproved = alone.filter(case__verdicts_required=1, case__adjudication=False)
    return (
        _quantile("Time to uphold, median (M12)", accepted, "0.5", period, closed),
        _quantile("Time to override or reverse, median (M12)", changed, "0.5", period, closed),
        figures.share(
            "Overrides that needed nobody's further approval (M12)",
            unapproved.count(),
            alone.count(),
            query=(
                "Overriding and reversing verdicts of the period on cases that took one verdict, "
                f"of all such verdicts{closed}; where two are needed, upholding takes two as well"
            ),
            period=period.span,
        ),
    )


def _load(period: Period) -> Figure:
    given = population.verdicts(period).aggregate(
        n=Count("pk"),
        people=Count("ruled_by", distinct=True),
        mean=Avg(population.seconds("ruled_at", "claimed_at")),
    )
    opened = population.opened_cases(period).count()
    hours = Decimal(int((period.end - period.start).total_seconds())) / 3600
    query = (
        f"{opened} cases opened in {hours.normalize():f} hours, times the mean hours from claim to "
        f"verdict, over the {given['people']} people who ruled; nights count as working time"
    )
    try:
        value = utilisation(
            arrivals=opened,
            hours=hours,
            mean_service_hours=None if given["mean"] is None else Decimal(given["mean"]) / 3600,
            people=given["people"],
        )
    except NotAssessableError as nothing:
        return Figure(
            label="Utilisation (M13)",
            query=query,
            period=period.span,
            unit=Unit.INDEX,
            n=given["n"],
            not_assessable=str(nothing),
        )
    return Figure(
        label="Utilisation (M13)",
        query=query,
        period=period.span,
        unit=Unit.INDEX,
        n=given["n"],
        value=value,
        no_interval="a ratio of complete counts",
    )


def _hours(period: Period) -> BarChart:
    rows = (
        population.verdicts(period)
        .annotate(hour=ExtractHour("ruled_at", tzinfo=ZoneInfo("UTC")))
        .values("hour")
        .annotate(n=Count("pk"))
    )
    by_hour = {row["hour"]: row["n"] for row in rows}
    parts = range(0, 24, _PART)
    return BarChart(
        "Verdicts by time of the day",
        "How many verdicts were given in each part of the day, in UTC, over the whole period.",
        "Hours, UTC",
        tuple(f"{hour:02} to below {hour + _PART:02}" for hour in parts),
        (Series("Verdicts", tuple(_sum(by_hour, hour) for hour in parts)),),
        Unit.COUNT,
    )


def _sum(by_hour: dict[int, int], start: int) -> int:
    return sum(by_hour.get(hour, 0) for hour in range(start, start + _PART))


def _spread(period: Period) -> tuple[Block, ...]:
    """Reviewers together: individual figures serve training, not this report."""
    least = int(PERSONS_SHOWN.value)
    people = [
        row["n"]
        for row in population.verdicts(period)
        .values("ruled_by")
        .annotate(n=Count("pk"))
        .order_by("n")
    ]
    enough = sum(1 for n in people if n >= least)
    rows = (
        ("People who ruled", len(people)),
        (f"of them with {least} verdicts or more", enough),
        ("Fewest verdicts by one person", people[0]),
        ("Most verdicts by one person", people[-1]),
    )
    columns = (Column("Reviewers"), Column("Count", numeric=True))
    return (Table("Reviewers together", columns, rows),)
