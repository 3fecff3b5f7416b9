"""Estimates against values from the literature, and figures made of them."""

import math
import subprocess
import sys
from decimal import Decimal

import pytest

from config.env import PROJECT_DIR
from governance.reports import figures, statistics
from governance.reports.blocks import Unit
from governance.reports.statistics import NotAssessableError
from tests.governance.reports.samples import SPAN

ASKED = {"query": "all rows", "period": SPAN}

# Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), section C: nominal 0.743.
RATINGS = [
    [None if value == "." else value for value in row]
    for row in ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
]


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3.
    [(81, 263, "0.2553", "0.3662"), (15, 148, "0.0624", "0.1605"), (1, 29, "0.0061", "0.1718")],
)
def test_wilson_gives_the_published_bounds(successes, n, low, high):
    bounds = statistics.wilson(successes, n)
    assert (round(bounds.low, 4), round(bounds.high, 4)) == (Decimal(low), Decimal(high))


def test_a_difference_of_shares_has_newcombes_published_bounds():
    # Newcombe 1998, Statistics in Medicine 17, 873-890, table II, (a) 56/70 - 48/80, method 10.
    found = statistics.share_difference((56, 70), (48, 80))
    assert found.value == Decimal("0.2")
    assert round(found.interval.low, 4) == Decimal("0.0524")
    assert round(found.interval.high, 4) == Decimal("0.3339")


@pytest.mark.parametrize(
    ("numerator", "n", "low", "high"),
    [(0, 300, "0", "0.01"), (0, 2, "0", "1"), (300, 300, "0.99", "1"), (0, 60, "0", "0.05")],
)
def test_none_or_all_is_bounded_by_the_rule_of_three(numerator, n, low, high):
    bounds = statistics.share_estimate(numerator, n).interval
    assert (bounds.low, bounds.high) == (Decimal(low), Decimal(high))
    assert "rule of three" in bounds.method


def test_the_median_of_ten_lies_between_the_second_and_the_ninth():
    # Conover, Practical Nonparametric Statistics: order statistics 2 and 9 for n = 10 at 95 %.
    found = statistics.quantile(list(range(1, 11)), 0.5)
    assert found.value == Decimal("5.5")
    assert (found.interval.low, found.interval.high) == (2, 9)


def test_a_quantile_of_few_rows_says_that_it_has_no_interval():
    found = statistics.quantile([Decimal(1), Decimal(3)], 0.1)
    assert found.value == Decimal("1.2")
    assert found.interval is None
    assert "2 rows are too few" in found.no_interval


def test_alpha_is_that_of_krippendorffs_example():
    found = statistics.krippendorff_alpha(RATINGS)
    assert round(found.value, 3) == Decimal("0.743")
    assert found.interval.low < found.value <= found.interval.high
    assert found == statistics.krippendorff_alpha(RATINGS)


def test_alpha_is_not_assessable_without_pairs_or_without_variety():
    with pytest.raises(NotAssessableError, match="two people"):
        statistics.krippendorff_alpha([["a", None], [None, "b"]])
    with pytest.raises(NotAssessableError, match="the same"):
        statistics.krippendorff_alpha([["a", "a"], ["a", "a"]])


def test_sensitivity_and_bias_follow_the_normal_table():
    # With the correction both rates are 0.85 and 0.15; the normal table gives z(0.85) = 1.0364.
    found = statistics.sensitivity(hits=8, errors=9, false_alarms=1, correct=9)
    assert round(found.d_prime.value, 4) == Decimal("2.0729")
    assert found.criterion.value == 0
    habit = statistics.sensitivity(hits=0, errors=20, false_alarms=0, correct=20)
    assert habit.d_prime.value == 0
    assert habit.criterion.value > 1
    assert habit.d_prime.interval.low < 0 < habit.d_prime.interval.high


def test_dependence_is_one_when_settled_zero_when_independent_and_known_between():
    settled = {("refuse", "refused"): 40, ("approve", "approved"): 60}
    free = {(a, h): 25 for a in ("refuse", "approve") for h in ("refused", "approved")}
    # A binary symmetric channel with an error of 0.11 passes half a bit: H(0.11) = 0.49992.
    noisy = {("a", "x"): 89, ("a", "y"): 11, ("b", "y"): 89, ("b", "x"): 11}
    assert statistics.dependence(settled).value == 1
    assert statistics.dependence(free).value == 0
    assert statistics.dependence(free).interval.low == 0
    assert math.isclose(statistics.dependence(noisy).value, 0.5001, abs_tol=0.0001)
    with pytest.raises(NotAssessableError, match="the same"):
        statistics.dependence({("a", "x"): 3, ("b", "x"): 4})


def test_counts_that_cannot_be_are_a_fault_and_no_rows_are_a_reason():
    with pytest.raises(ValueError, match="3 of 2"):
        statistics.share_estimate(3, 2)
    with pytest.raises(NotAssessableError, match="No row"):
        statistics.share_estimate(0, 0)


def test_a_share_is_a_complete_figure():
    figure = figures.share("Override rate", 81, 263, **ASKED, sample=("r1",))
    assert (figure.numerator, figure.denominator, figure.n) == (81, 263, 263)
    assert figure.value == Decimal("0.307985")
    assert figure.interval.method == "Wilson score"
    assert (figure.period, figure.sample) == (SPAN, ("r1",))


@pytest.mark.parametrize(
    "figure",
    [
        figures.share("x", 0, 0, **ASKED),
        figures.quantile_figure("x", [], 0.5, unit=Unit.SECONDS, **ASKED),
        figures.difference("x", (0, 0), (1, 2), **ASKED),
        figures.agreement("x", [[None], [None]], **ASKED),
        *figures.error_detection(hits=0, errors=0, false_alarms=0, correct=5, **ASKED),
        figures.output_dependence("x", {}, **ASKED),
        figures.follow_rate("x", {("ok", "ok"): 5}, frozenset({"refuse"}), **ASKED),
    ],
)
def test_where_rows_do_not_allow_an_estimate_the_figure_says_why(figure):
    assert figure.value is None
    assert figure.not_assessable


def test_the_follow_rate_counts_adverse_outputs_that_stayed_adverse():
    counts = {("refuse", "refuse"): 30, ("refuse", "ok"): 10, ("ok", "refuse"): 5, ("ok", "ok"): 55}
    figure = figures.follow_rate("x", counts, frozenset({"refuse"}), **ASKED)
    assert (figure.numerator, figure.denominator) == (30, 40)


def test_agreement_counts_the_cases_that_two_people_rated():
    assert figures.agreement("x", [["a", "b", "a"], ["a", None, "b"]], **ASKED).n == 2


def test_a_web_process_does_not_load_the_statistics_libraries():
    program = (
        "import sys, governance.reports.figures, governance.reports.build, "
        "governance.reports.render_pdf, governance.reports.render_html\n"
        "print([n for n in ('scipy', 'numpy', 'krippendorff', 'typst') if n in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"
