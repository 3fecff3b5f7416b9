"""Charts: accessible, self-contained, and drawn where the numbers say."""

import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from governance.reports.blocks import Unit
from governance.reports.chart_blocks import BarChart, Histogram, LineChart, Series
from governance.reports.charts import draw
from governance.reports.svg import SERIES
from tests.governance.reports import samples

SVG = "{http://www.w3.org/2000/svg}"
CHARTS = [samples.BARS, samples.LINES, samples.HISTOGRAM, samples.FLOW]


def tree(chart, key="c"):
    return ElementTree.fromstring(draw(chart, key=key))


def words(root):
    return [element.text for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_an_image_with_a_name_and_a_description(chart):
    root = tree(chart, key="chart-7")
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert (title.text, description.text) == (chart.title, chart.alt)
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert title.get("id").startswith("chart-7")


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_passes_a_strict_content_security_policy(chart):
    svg = draw(chart, key="c")
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|href|url\(|@import", svg)


@pytest.mark.parametrize("chart", CHARTS)
def test_no_shape_or_label_leaves_the_picture(chart):
    root = tree(chart)
    width, height = (float(value) for value in root.get("viewBox").split()[2:])
    for element in root.iter():
        for name, limit in (("x", width), ("y", height), ("x2", width), ("y2", height)):
            if element.get(name):
                assert 0 <= float(element.get(name)) <= limit
        if element.tag == f"{SVG}rect":
            assert float(element.get("x")) + float(element.get("width")) <= width + 0.1
            assert float(element.get("y")) + float(element.get("height")) <= height + 0.1


def test_bars_are_as_long_as_their_values_and_labelled():
    chart = BarChart("t", "a", "c", ("one", "two"), (Series("s", (10, 5)),), Unit.COUNT)
    root = tree(chart)
    lengths = [float(rect.get("width")) for rect in root.iter(f"{SVG}rect")]
    assert lengths[0] == pytest.approx(2 * lengths[1])
    assert {"one", "two", "10", "5"} <= set(words(root))


def test_an_absent_value_is_named_and_a_line_breaks_there():
    assert "no value" in words(tree(samples.BARS))
    dashed_in_legend = 1
    lines = list(tree(samples.LINES).iter(f"{SVG}polyline"))
    assert len(lines) - dashed_in_legend == 2


def test_bins_below_the_floor_stand_out():
    rects = list(tree(samples.HISTOGRAM).iter(f"{SVG}rect"))
    assert [rect.get("fill") == SERIES[0] for rect in rects] == [False] + [True] * 7


def test_a_ribbon_is_drawn_for_each_link():
    ribbons = list(tree(samples.FLOW).iter(f"{SVG}path"))
    assert len(ribbons) == sum(len(step) for step in samples.FLOW.links)


@pytest.mark.parametrize(
    "chart",
    [
        BarChart("t", "a", "c", ("one",), (Series("s", (0,)),), Unit.COUNT),
        BarChart("t", "a", "c", ("one",), (Series("s", (None,)),), Unit.SHARE),
        LineChart("t", "a", "c", ("one",), (Series("s", (Decimal("0.5"),)),), Unit.SHARE),
        LineChart("t", "a", "c", ("x",) * 400, (Series("s", (7,) * 400),), Unit.COUNT),
        Histogram("t", "a", "q", (0, 1), (0,), Unit.SECONDS),
        replace(samples.FLOW, links=((), ())),
    ],
)
def test_charts_of_little_or_much_are_drawn_too(chart):
    assert tree(chart).get("role") == "img"


def test_counts_are_marked_off_in_whole_numbers():
    chart = BarChart("t", "a", "c", ("one", "two"), (Series("s", (1, 2)),), Unit.COUNT)
    ticks = [t.text for t in tree(chart).iter(f"{SVG}text") if t.get("text-anchor") == "middle"]
    assert ticks == ["0", "1", "2"]


def test_hostile_text_stays_text():
    chart = samples.hostile().sections[0].blocks[2]
    root = tree(chart)
    assert root.find(f"{SVG}title").text == samples.MARKUP
    assert root.find(f".//{SVG}script") is None


def test_the_table_beside_a_chart_holds_its_numbers_and_its_mark():
    table = samples.LINES.table()
    assert [column.title for column in table.columns][1:] == [
        "Control cases caught",
        "Control cases caught, low",
        "Control cases caught, high",
    ]
    assert table.rows[2] == ("July", None, None, None)
    assert "Own limit" in table.note
    assert sum(row[2] for row in samples.HISTOGRAM.table().rows) == 1893
    assert len(samples.FLOW.table().rows) == 8


def contrast(first, second):
    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", SERIES)
@pytest.mark.parametrize("paper", ["#ffffff", "#121316"])
def test_series_colours_are_seen_on_light_and_dark_paper(colour, paper):
    """WCAG 2.2, 1.4.11: three to one for graphical objects."""
    assert contrast(colour, paper) >= 3
