"""What blocks, sections and documents refuse."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from governance.reports.blocks import (
    BlockError,
    Column,
    Figure,
    Finding,
    Interval,
    KeyValues,
    Paragraph,
    Result,
    Table,
    Unit,
)
from governance.reports.chart_blocks import BarChart, Flow, Histogram, Link, Series
from governance.reports.document import (
    Coverage,
    LedgerCheck,
    LedgerResult,
    ManifestEntry,
    Section,
)
from governance.reports.period import Period, Span
from tests.governance.reports import samples

BOUNDS = Interval(Decimal("0.1"), Decimal("0.4"), "Wilson score", Decimal("0.95"))
SHARE = Figure(
    label="Override rate",
    query="Verdicts that override, of all verdicts.",
    period=samples.SPAN,
    unit=Unit.SHARE,
    n=10,
    value=Decimal("0.2"),
    numerator=2,
    denominator=10,
    interval=BOUNDS,
)


def test_a_figure_cannot_be_made_without_n():
    with pytest.raises(TypeError, match="'n'"):
        Figure(label="x", query="y", period=samples.SPAN, unit=Unit.COUNT, value=1)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"n": None}, "n is missing"),
        ({"n": -1}, "n is missing"),
        ({"n": True}, "n is missing"),
        ({"query": " "}, "query is missing"),
        ({"value": None, "interval": None}, "both the value and a reason"),
        ({"value": None, "not_assessable": "no rows"}, "interval without a value"),
        ({"not_assessable": "no rows"}, "both a value and a reason"),
        ({"value": 0.2}, "finite Decimal"),
        ({"value": Decimal("NaN")}, "finite Decimal"),
        ({"interval": None}, "why there is none"),
        ({"value": Decimal("0.5")}, "outside its interval"),
        ({"numerator": None}, "numerator"),
        ({"denominator": None}, "denominator"),
        ({"value": Decimal("1.2"), "interval": None, "no_interval": "x"}, "between 0 and 1"),
    ],
)
def test_a_figure_that_cannot_be_checked_is_refused(change, fault):
    with pytest.raises(BlockError, match=fault):
        replace(SHARE, **change)


def test_a_figure_with_a_reason_needs_no_value():
    figure = replace(SHARE, value=None, interval=None, n=0, not_assessable="no rows")
    assert figure.value is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: Paragraph(" "),
        lambda: KeyValues(()),
        lambda: KeyValues((("Key", 0.5),)),
        lambda: Table("", (Column("A"),), ()),
        lambda: Table("T", (Column("A"),), ((1, 2),)),
        lambda: Table("T", (Column("A"),), ((0.5,),)),
        lambda: Table("T", (Column("A"),), (), row_header=1),
        lambda: Interval(2, 1, "m", Decimal("0.95")),
        lambda: Interval(0, 1, "m", Decimal(95)),
        lambda: Finding(check="c", title="t", obligations=(), result=Result.MET, reason="r"),
        lambda: Finding(check="c", title="t", obligations=("o",), result=Result.MET, reason=""),
        lambda: Series("s", (1, 2), (1,), (2,)),
        lambda: Series("s", (1,), (1,)),
        lambda: BarChart("t", "", "c", ("a",), (Series("s", (1,)),), Unit.COUNT),
        lambda: BarChart("t", "alt", "c", ("a", "b"), (Series("s", (1,)),), Unit.COUNT),
        lambda: BarChart("t", "alt", "c", ("a",), (Series("s", (-1,)),), Unit.COUNT),
        lambda: BarChart("t", "alt", "c", ("a",), (Series("s", (2,)),), Unit.SHARE),
        lambda: BarChart("t", "alt", "c", ("a",) * 41, (Series("s", (1,) * 41),), Unit.COUNT),
        lambda: Histogram("t", "alt", "q", (0, 1), (1, 2), Unit.SECONDS),
        lambda: Histogram("t", "alt", "q", (0, 2, 1), (1, 2), Unit.SECONDS),
        lambda: Flow("t", "alt", ("a", "b"), ()),
        lambda: Flow("t", "alt", ("a", "b", "c"), ((Link("x", "y", 1),), (Link("y", "z", 2),))),
    ],
)
def test_a_block_that_says_nothing_or_contradicts_itself_is_refused(make):
    with pytest.raises(BlockError):
        make()


def test_a_section_is_either_full_or_says_why_it_is_empty():
    with pytest.raises(BlockError, match="why the section is empty"):
        Section()
    with pytest.raises(ValueError, match="not empty"):
        Section(blocks=(Paragraph("text"),), empty_because="no rows")


@pytest.mark.parametrize(
    ("sections", "fault"),
    [
        ((), "without sections"),
        ((samples.section(2, "a", "A", Paragraph("x")),), "numbered from 1"),
        (
            (
                samples.section(1, "a", "A", Paragraph("x")),
                samples.section(2, "a", "B", Paragraph("x")),
            ),
            "id of its own",
        ),
    ],
)
def test_a_document_has_its_sections_in_order_and_each_once(sections, fault):
    with pytest.raises(ValueError, match=fault):
        samples.document(samples.HUMAN_OVERSIGHT, *sections)


def test_spans_and_periods_are_utc_and_known_at_their_cut_off():
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="UTC"):
        Span(start.replace(tzinfo=None), end)
    with pytest.raises(ValueError, match="UTC"):
        Span(start, end.astimezone(timezone(timedelta(hours=1))))
    with pytest.raises(ValueError, match="ends after it starts"):
        Span(end, start)
    early = end - timedelta(seconds=1)
    with pytest.raises(ValueError, match="cut-off"):
        Period(samples.PERIOD.system_id, "loan", start, end, early)
    with pytest.raises(ValueError, match="cut-off"):
        Coverage(Span(start, end), early)


def test_a_ledger_is_not_verified_without_a_checkpoint_and_a_hash_is_a_hash():
    with pytest.raises(ValueError, match="verified ledger"):
        LedgerCheck(result=LedgerResult.VERIFIED, detail="fine")
    with pytest.raises(ValueError, match="SHA-256"):
        ManifestEntry("Decision", 1, "ABC")
