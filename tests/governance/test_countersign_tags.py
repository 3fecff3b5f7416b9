"""What the pages show of values, rendered through the real templates."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.template.loader import render_to_string

from governance.templatetags import countersign as tags

OPENED = datetime(2026, 3, 2, 8, tzinfo=UTC)
DUE = OPENED + timedelta(hours=4)


def rendered(body: str, **context: object) -> str:
    return Template("{% load countersign %}" + body).render(Context(context))


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (1.0, "very high"),
        (0.95, "very high"),
        (0.9499, "high"),
        (0.7, "moderate"),
        (0.5, "low"),
        (0.49, "very low"),
        (0.0, "very low"),
        (None, "not stated"),
    ],
)
def test_a_confidence_has_one_word_and_none_is_not_a_guess(value: float | None, word: str) -> None:
    assert tags.confidence_words(value) == word


@pytest.mark.parametrize(
    ("after", "tone", "width", "text"),
    [
        (timedelta(), "muted", "100.0", "4 h 0 min left"),
        (timedelta(hours=2), "muted", "50.0", "2 h 0 min left"),
        (timedelta(hours=3), "warn", "25.0", "1 h 0 min left"),
        (timedelta(hours=3, minutes=59, seconds=30), "warn", "0.2", "under 1 min left"),
        (timedelta(hours=4), "bad", "100.0", "under 1 min late"),
        (timedelta(hours=30), "bad", "100.0", "1 d 2 h late"),
    ],
)
def test_time_left_warns_in_its_last_quarter_and_says_how_late(
    after: timedelta, tone: str, width: str, text: str
) -> None:
    html = rendered("{% time_left opened due now %}", opened=OPENED, due=DUE, now=OPENED + after)
    assert f'data-tone="{tone}"' in html
    assert f'width="{width}"' in html
    assert f">{text}</time>" in html


def test_a_badge_never_shows_a_colour_without_its_word() -> None:
    for kind, values in tags.BADGES.items():
        for value, (label, tone, _symbol) in values.items():
            html = rendered("{% badge kind value %}", kind=kind, value=value)
            assert f'data-tone="{tone}"' in html
            assert str(label) in html


def test_an_unknown_value_is_shown_as_it_is_and_escaped() -> None:
    html = rendered('{% badge "state" value %}', value="<b>odd")
    assert "&lt;b&gt;odd" in html
    assert 'data-tone="muted"' in html


def test_factor_bars_start_at_the_axis_and_the_heaviest_fills_its_half() -> None:
    factors = [{"label": "Tenure", "weight": -0.2}, {"label": "Debt", "weight": 0.4}]
    html = rendered('{% factor_chart factors "refuse" %}', factors=factors)
    assert re.findall(r'<rect class="(\w+)" x="([\d.]+)" y="2" width="([\d.]+)"', html) == [
        ("towards", "50.0", "50.0"),
        ("against", "25.0", "25.0"),
    ]
    assert html.index("Debt") < html.index("Tenure")


def test_factors_beyond_the_limit_are_counted_aloud() -> None:
    factors = [{"label": str(n), "weight": n} for n in range(10)]
    assert "2 lighter factors not shown" in rendered('{% factor_chart f "x" %}', f=factors)


def test_a_decision_without_explanation_says_so() -> None:
    assert "sent no explanation" in rendered('{% factor_chart f "x" %}', f=[])


def test_labels_of_an_outside_system_are_escaped() -> None:
    html = rendered(
        '{% factor_chart f "x" %}', f=[{"label": "<script>", "weight": 1, "value": "<i>"}]
    )
    assert "<script>" not in html
    assert "<i>" not in html


def test_an_icon_is_decoration_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in tags.icon("check")
    assert 'aria-label="true &amp; so"' in tags.icon("check", "true & so")


def test_every_icon_a_badge_asks_for_is_in_the_sprite() -> None:
    path = finders.find("countersign/icons.svg")
    assert path is not None
    with open(path) as sprite:
        drawn = set(re.findall(r'id="([\w-]+)"', sprite.read()))
    wanted = {symbol for values in tags.BADGES.values() for _, _, symbol in values.values()}
    assert wanted <= drawn


def test_a_page_carries_no_inline_script_style_or_handler() -> None:
    for template in ("countersign/base.html", "countersign/sign_in.html", "404.html", "500.html"):
        html = render_to_string(template)
        assert not re.search(r"<style|\sstyle=|\son\w+=", html), template
        assert not re.search(r"<script(?![^>]*\ssrc=)", html), template


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3700, "1 h 1 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_how_long_ago_is_told_to_the_second_while_it_is_less_than_a_minute(
    seconds: float, said: str
) -> None:
    assert tags.since(DUE - timedelta(seconds=seconds), DUE) == said
