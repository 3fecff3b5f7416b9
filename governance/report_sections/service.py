"""The service figures of M16: whether deadlines, sweeps and seals were kept up with.

They are of the whole installation, measured minute by minute, not of one AI system.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from governance.lateness.registry import checks
from governance.reports import figures
from governance.reports.blocks import Column, Figure, Finding, Paragraph, Result, Table
from governance.reports.document import Section
from governance.reports.period import Period
from governance.reports.sections import section
from governance.selectors.service_minutes import (
    CheckOverTime,
    checks_over_time,
    late_minutes,
    minutes_measured,
)

_RUNGS = "rungs"
# Shown alone; the others stand in the table.
_SHOWN = (
    (_RUNGS, "Minutes in which no rung was late (M16)", "no due rung waited longer than its limit"),
    ("claims", "Minutes in which no claim stayed with its holder too long", "no claim that had "
     "run out stayed unreturned for longer than its limit"),
    ("seal", "Minutes in which no entry waited too long for its seal", "no ledger entry waited for "
     "its seal for longer than its limit"),
)  # fmt: skip


@section(
    report="human_oversight",
    order=56,
    id="service",
    title="Service of the oversight",
    law=("AI Act Art. 26(5)",),
)
def service(period: Period) -> Section:
    measured = minutes_measured(period.start, period.end)
    if not measured:
        return Section(empty_because="The service was not measured in the period.")
    found = checks_over_time(period.start, period.end)
    late = Counter({one.name: one.late for one in found})
    return Section(
        blocks=(
            Paragraph(
                "Once a minute the product writes down how late everything is that may run late. "
                "These figures are of the whole installation. A minute without a row was not "
                "measured: the product was not running, or could not write."
            ),
            _coverage(measured, period),
            *(
                _share(name, label, words, late[name], measured, period)
                for name, label, words in _SHOWN
            ),
            _table(found, measured),
            _finding(late[_RUNGS], measured, period),
        )
    )


def _coverage(measured: int, period: Period) -> Figure:
    return figures.share(
        "Minutes measured",
        measured,
        _minutes_of(period.start, period.end),
        query="Minutes of the period that have a row, of all minutes that begin in it",
        period=period.span,
    )


def _minutes_of(start: datetime, end: datetime) -> int:
    """How many minutes begin in the span."""

    def before(at: datetime) -> int:
        return -(-int(at.timestamp() * 1_000_000) // 60_000_000)

    return before(end) - before(start)


def _share(name: str, label: str, words: str, late: int, measured: int, period: Period) -> Figure:
    return figures.share(
        label,
        measured - late,
        measured,
        query=f"Measured minutes of the period in which {words}, of all measured ones",
        period=period.span,
        sample=late_minutes(name, period.start, period.end),
    )


def _table(found: list[CheckOverTime], measured: int) -> Table:
    """Checks of the past too, which the product of today no longer knows."""
    titles = {check.name: str(check.title) for check in checks()}
    rows = tuple((titles.get(one.name, one.name), one.late, one.longest) for one in found)
    columns = (
        Column("Check"),
        Column("Minutes late", numeric=True),
        Column("Longest, in seconds", numeric=True),
    )
    note = f"Of {measured} measured minutes. An age is read once a minute."
    return Table("What ran late", columns, rows, note=note)


def _finding(late: int, measured: int, period: Period) -> Finding:
    if late:
        result = Result.PARTLY
        reason = (
            f"In {late} of {measured} measured minutes a deadline had passed that no sweep "
            "had acted on within the limit."
        )
    else:
        result = Result.MET
        reason = (
            f"In none of the {measured} measured minutes a deadline had passed that no "
            "sweep had acted on within the limit. Minutes that were not measured say nothing."
        )
    return Finding(
        check="deadlines-swept",
        title="Deadlines are acted on when they pass",
        obligations=("eu-ai-act:26.5.monitor",),
        result=result,
        reason=reason,
        sample=late_minutes(_RUNGS, period.start, period.end),
    )
