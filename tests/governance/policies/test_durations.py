"""Durations have a fixed length or are none."""

from datetime import timedelta

import pytest

from governance.policies.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("PT4H", timedelta(hours=4)),
        ("P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("P30D", timedelta(days=30)),
        ("PT0S", timedelta(0)),
        ("PT90M", timedelta(minutes=90)),
    ],
)
def test_a_duration_is_the_sum_of_its_parts(text, span):
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "4H", "PT4", "P1Y", "P1M", "P1W", "PT1.5H", "PT-1H", "pt4h", "PT4H ",
     "PT4Hx", "PT4H\n", "PT12345H", "PT\u0664H"],
)  # fmt: skip
def test_anything_else_is_no_duration(text):
    assert parse_duration(text) is None
