"""The threshold advisor's arithmetic: cases reckoned by hand, and what must always hold."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.lab.thresholds import (
    NONE_PASSES,
    Advice,
    Cell,
    Costs,
    Reviewing,
    TooLittle,
    advise,
)

COSTS = Costs(wrong_pass=100.0, wrong_refusal=10.0, review_minute=1.0)
CAREFUL = Reviewing(minutes=5.0, misses=0.0, false_alarms=0.0)


def given_truth(step, *, right, wrong, stratum="all"):
    return [Cell(step, stratum, False, right), Cell(step, stratum, True, wrong)]


#: At 0.50 half are wrong, at 0.90 one in a hundred: 50 and 1 per pass, against 5 per review.
PLAIN = [*given_truth(50, right=50, wrong=50), *given_truth(90, right=99, wrong=1)]

cells = st.lists(
    st.builds(
        Cell,
        step=st.integers(0, 100),
        stratum=st.sampled_from(["passed", "not passed"]),
        wrong=st.sampled_from([True, False, None]),
        n=st.integers(0, 60),
    ),
    min_size=4,
    max_size=30,
)
costs = st.builds(Costs, *[st.floats(0, 1e4)] * 3)
reviewings = st.builds(Reviewing, st.floats(0, 60), st.floats(0, 1), st.floats(0, 1))


def test_the_curve_by_hand():
    advice = advise(PLAIN, COSTS, CAREFUL, present=50)

    cost = {point.step: point.cost for point in advice.points}
    assert cost[0] == cost[50] == pytest.approx(51 * 100 / 200)
    assert cost[51] == cost[90] == pytest.approx((100 * 5 + 1 * 100) / 200)
    assert cost[91] == cost[NONE_PASSES] == pytest.approx(5)
    # Of equally good ones the highest: it lets the fewest pass.
    assert (advice.best, advice.present) == (90, 50)
    assert advice.saving.value == pytest.approx(25.5 - 3.0)
    assert advice.saving.low > 0
    passes = {point.step: point.passes for point in advice.points}
    assert (passes[50], passes[90], passes[91]) == (1.0, 0.5, 0.0)
    assert (advice.decisions, advice.known, advice.wrong, advice.left_out) == (200, 200, 51, 0)


def test_what_people_miss_and_what_they_spoil_is_part_of_a_review():
    reviewing = Reviewing(minutes=5.0, misses=0.5, false_alarms=0.2)
    advice = advise(PLAIN, COSTS, reviewing, present=None)
    everything_reviewed = advice.points[NONE_PASSES].cost
    assert everything_reviewed == pytest.approx(5 + (51 * 0.5 * 100 + 149 * 0.2 * 10) / 200)
    assert advice.saving is None


def test_truth_known_of_an_audited_tenth_counts_for_all_that_passed():
    """1,000 passed, of which 100 were audited, 10 of them wrong; 100 were reviewed, 10 wrong."""
    audited = [
        *given_truth(90, right=90, wrong=10, stratum="passed"),
        Cell(90, "passed", None, 900),
        *given_truth(50, right=90, wrong=10, stratum="not passed"),
    ]
    advice = advise(audited, COSTS, CAREFUL, present=None)
    # Passing all from 0.90 on: a tenth of 1,000 wrong, and 100 reviews.
    assert advice.points[90].cost == pytest.approx((100 * 100 + 100 * 5) / 1100)
    assert advice.points[90].passes == pytest.approx(1000 / 1100)
    unweighted = advise([c for c in audited if c.wrong is not None], COSTS, CAREFUL, present=None)
    assert unweighted.points[90].passes == pytest.approx(0.5)


def test_a_stratum_of_which_nothing_is_known_is_left_out_and_counted():
    advice = advise([*PLAIN, Cell(70, "passed", None, 40)], COSTS, CAREFUL, present=None)
    assert (advice.decisions, advice.left_out) == (240, 40)
    assert advice.points == advise(PLAIN, COSTS, CAREFUL, present=None).points


@pytest.mark.parametrize(
    "few",
    [
        [],
        given_truth(50, right=40, wrong=9),
        given_truth(50, right=400, wrong=4),
        [Cell(50, "all", None, 10_000)],
    ],
)
def test_too_little_truth_gives_no_curve(few):
    found = advise(few, COSTS, CAREFUL, present=50)
    assert isinstance(found, TooLittle)
    assert found.decisions == sum(cell.n for cell in few)


def test_the_same_rows_give_the_same_band():
    assert advise(PLAIN, COSTS, CAREFUL, present=50) == advise(PLAIN, COSTS, CAREFUL, present=50)


def test_the_band_covers_what_is_true_about_as_often_as_it_says():
    """200 samples of 400 from a world where 10 % at 0.90 are wrong: the cost of a pass is 10."""
    chance, covered = Random(7), 0
    for _ in range(200):
        wrong = sum(chance.random() < 0.1 for _ in range(400))
        advice = advise(
            given_truth(90, right=400 - wrong, wrong=wrong), COSTS, CAREFUL, present=None
        )
        point = advice.points[90]
        covered += point.low <= 10 <= point.high
    # 95 % of 200, within three and a half standard deviations.
    assert 179 <= covered <= 200


@given(cells, costs, reviewings, st.none() | st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_whatever_comes_the_figures_hang_together(found, costs, reviewing, present):
    advice = advise(found, costs, reviewing, present=present)
    if not isinstance(advice, Advice):
        return
    lowest = min(point.cost for point in advice.points)
    assert advice.points[advice.best].cost == pytest.approx(lowest, rel=1e-6, abs=1e-6)
    assert advice.best_from <= advice.best <= advice.best_to
    assert all(0 <= point.low <= point.cost <= point.high for point in advice.points)
    passes = [point.passes for point in advice.points]
    assert passes == sorted(passes, reverse=True)
    assert passes[-1] == 0
    assert passes[0] == pytest.approx(1)
    assert advice.known + advice.left_out <= advice.decisions
    assert (advice.saving is None) == (present is None)
    if advice.saving is not None:
        assert advice.saving.value >= -1e-6


@given(cells, st.floats(1.5, 10))
@settings(max_examples=30, deadline=None)
def test_costs_in_another_currency_give_the_same_best(found, rate):
    advice = advise(found, COSTS, CAREFUL, present=None)
    other = advise(found, Costs(*(cost * rate for cost in COSTS)), CAREFUL, present=None)
    if isinstance(advice, Advice):
        assert other.best == advice.best


@given(cells, st.floats(1, 50))
@settings(max_examples=30, deadline=None)
def test_dearer_reviews_never_raise_the_threshold(found, more):
    cheap = advise(found, COSTS, CAREFUL, present=None)
    dear = advise(found, COSTS, CAREFUL._replace(minutes=5.0 + more), present=None)
    if isinstance(cheap, Advice):
        assert dear.best <= cheap.best


@pytest.mark.parametrize(
    ("costs", "reviewing"),
    [
        (COSTS._replace(wrong_pass=-1.0), CAREFUL),
        (COSTS, CAREFUL._replace(minutes=-1.0)),
        (COSTS, CAREFUL._replace(misses=1.1)),
        (COSTS, CAREFUL._replace(false_alarms=-0.1)),
    ],
)
def test_what_cannot_be_is_refused(costs, reviewing):
    with pytest.raises(ValueError, match=r"cost|share"):
        advise(PLAIN, costs, reviewing, present=None)
