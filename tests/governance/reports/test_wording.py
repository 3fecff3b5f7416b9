"""How numbers read, and what becomes of characters that cannot be shown."""

from decimal import Decimal

import pytest

from governance.reports.blocks import Interval, Unit
from governance.reports.glyphs import breakable, printable, visible
from governance.reports.wording import cell, interval, number


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (Decimal("0.314159"), Unit.SHARE, "31.4 %"),
        (0, Unit.SHARE, "0.0 %"),
        (1, Unit.SHARE, "100.0 %"),
        (Decimal("0.0001"), Unit.SHARE, "< 0.1 %"),
        (Decimal("0.9999"), Unit.SHARE, "> 99.9 %"),
        (1234567, Unit.COUNT, "1 234 567"),
        (Decimal("66.46"), Unit.SECONDS, "66.5 s"),
        (Decimal("-0.25"), Unit.INDEX, "\N{MINUS SIGN}0.250"),
    ],
)
def test_numbers_read_as_their_unit_deserves(value, unit, words):
    assert number(value, unit).replace("\N{NO-BREAK SPACE}", " ") == words


def test_an_absent_cell_is_a_dash_and_text_is_itself():
    assert cell(None) == "\N{EN DASH}"
    assert cell("0012") == "0012"
    assert cell(Decimal("0.50"), None) == "0.50"


def test_an_interval_states_level_and_method():
    bounds = Interval(Decimal("0.2553"), Decimal("0.3662"), "Wilson score", Decimal("0.95"))
    words = interval(bounds, Unit.SHARE).replace("\N{NO-BREAK SPACE}", " ")
    assert words == "95 % interval 25.5 % to 36.6 % (Wilson score)"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Ανθρώπινη εποπτεία, Ґанок, Łódź", "Ανθρώπινη εποπτεία, Ґанок, Łódź"),
        ("حكم שלום", "حكم שלום"),
        ("\N{GRINNING FACE}", "[U+1F600]"),
        ("漢", "[U+6F22]"),
        ("a\x00b", "a[U+0000]b"),
        ("e\N{COMBINING ACUTE ACCENT}", "é"),
        # A mark that no font holds together with its base takes the base with it.
        ("ש\N{ARABIC FATHA}", "[U+05E9][U+064E]"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_what_no_font_holds_is_spelt_out_and_the_rest_stays(text, printed):
    assert printable(text) == printed


def test_overrides_of_the_reading_direction_are_shown_not_obeyed():
    assert visible("approved\N{RIGHT-TO-LEFT OVERRIDE}desufer") == "approved[U+202E]desufer"
    assert visible(f"{chr(0x1F600)} שלום") == f"{chr(0x1F600)} שלום"


def test_long_words_may_break_but_hashes_and_ids_stay_whole():
    space = "\N{ZERO WIDTH SPACE}"
    assert space in breakable("x" * 30)
    assert space not in breakable("short words only, many of them, in a long line")
    assert breakable("0f" * 32) == "0f" * 32
    assert breakable("019305a0-1c2d-7e3f-8a9b-000000000001").count(space) == 0
