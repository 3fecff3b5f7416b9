"""Each statistic by known values, at its borders, and on simulated streams.

The simulation with 1,000 runs for each monitor is marked `long`; its table is in the docs.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.monitors.streams import RATE, SETTINGS
from benchmarks.monitors.table import shown
from governance.reports.statistics import wilson
from reviews.monitors import calibration, disagreement, drift, sequential, silence, volume
from reviews.monitors.looks import Finding, judged, per_look

FEW = 20


def steps(values):
    places = np.minimum((np.asarray(values) * drift.FINE).astype(int), drift.FINE - 1)
    return np.bincount(places, minlength=drift.FINE).tolist()


SPREAD = [(number % 200) / 200 for number in range(1000)]


def test_the_level_of_a_look_shares_the_rate():
    assert per_look(0.01, 24) == 0.01 / 24
    assert per_look(0.01, 0) == 0.01


def test_on_the_limit_is_quiet_and_beyond_it_an_alarm():
    assert judged(9, 1, 2.0, 2.0).finding is Finding.QUIET
    assert judged(9, 1, 2.1, 2.0).finding is Finding.ALARM
    assert judged(9, 1, 0.9, 2.0, lower=1.0).finding is Finding.ALARM


@pytest.mark.parametrize("statistic", [drift.psi_of_confidence, drift.ks_of_confidence])
def test_the_same_confidences_are_no_drift(statistic):
    look = statistic(steps(SPREAD), steps(SPREAD[:400]), 0.01)
    assert (look.finding, look.statistic) == (Finding.QUIET, pytest.approx(0, abs=1e-3))


def test_the_distance_of_two_halves_is_one_half():
    upper = [0.5 + value / 2 for value in SPREAD]
    look = drift.ks_of_confidence(steps(SPREAD), steps(upper), 0.01)
    assert look.statistic == pytest.approx(0.5, abs=0.01)
    assert look.limit == pytest.approx(math.sqrt(-math.log(0.005) / 2 * 2 / 1000))
    assert look.finding is Finding.ALARM


def test_the_index_agrees_with_its_formula():
    reference, window = {"a": 5000, "b": 5000}, {"a": 600, "b": 400}
    look = drift.psi_of_outcomes(reference, window, 0.01)
    expected = (0.6 - 0.5) * math.log(0.6 / 0.5) + (0.4 - 0.5) * math.log(0.4 / 0.5)
    assert look.statistic == pytest.approx(expected, rel=0.01)
    # The 99 % quantile of chi-squared with one degree of freedom.
    assert look.limit == pytest.approx(6.6349 * (1 / 1000 + 1 / 10_000), rel=1e-4)


def test_chi_squared_agrees_with_scipy():
    from scipy.stats import chi2_contingency

    reference, window = {"a": 700, "b": 300}, {"a": 150, "b": 100}
    look = drift.chi_square_of_outcomes(reference, window, 0.01)
    known = chi2_contingency([[700, 300], [150, 100]], correction=False).statistic
    assert look.statistic == pytest.approx(known)
    assert look.where == "b"


def test_rare_and_new_outcomes_count_as_one():
    reference, window = {"a": 5000, "b": 5000, "c": 3}, {"a": 500, "b": 480, "d": 20}
    assert drift.chi_square_of_outcomes(reference, window, 0.001).where == "other"
    assert drift.psi_of_outcomes(reference, window, 0.001).finding is Finding.ALARM


@pytest.mark.parametrize("values", [[0.7], [1.0], [0.0, 1.0]])
def test_confidences_that_hardly_differ_are_no_fault(values):
    reference, window = steps(values * 600), steps(values * 300)
    for statistic in (drift.psi_of_confidence, drift.ks_of_confidence):
        assert statistic(reference, window, 0.01).finding is Finding.QUIET


@pytest.mark.parametrize(("reference", "window"), [(499, 500), (500, 199), (0, 0)])
def test_too_few_decisions_are_never_quiet(reference, window):
    first, second = steps([0.5] * reference), steps([0.5] * window)
    for statistic in (drift.psi_of_confidence, drift.ks_of_confidence):
        assert statistic(first, second, 0.01).finding is Finding.TOO_FEW
    for statistic in (drift.psi_of_outcomes, drift.chi_square_of_outcomes):
        look = statistic({"a": reference}, {"a": window}, 0.01)
        assert (look.finding, look.statistic) == (Finding.TOO_FEW, None)


SHARES = sequential.Shares(expected=0.1, unacceptable=0.2, run=100, rate=0.1)


def test_evidence_grows_as_its_definition_says():
    evidence, reached = sequential.followed(SHARES, sequential.Evidence(), [True, False])
    assert evidence.value == pytest.approx((2 + 1) * (0.8 / 0.9))
    assert not reached


def test_evidence_is_the_same_in_one_look_or_in_many():
    items = [number % 4 == 0 for number in range(60)]
    whole, _ = sequential.followed(SHARES, sequential.Evidence(), items)
    part = sequential.Evidence()
    for item in items:
        part, _ = sequential.followed(SHARES, part, [item])
    assert part == whole


def test_an_alarm_ends_when_the_evidence_has_fallen():
    alarmed, reached = sequential.followed(SHARES, sequential.Evidence(), [True] * 20)
    assert (alarmed.value, alarmed.in_alarm, reached) == (SHARES.limit, True, True)
    still, _ = sequential.followed(SHARES, alarmed, [False] * 5)
    assert still.in_alarm
    over, reached = sequential.followed(SHARES, still, [False] * 40)
    assert (over.in_alarm, reached) == (False, False)


def test_an_alarm_within_a_look_is_not_lost_by_what_came_after_it():
    evidence, reached = sequential.followed(
        SHARES, sequential.Evidence(), [True] * 20 + [False] * 60
    )
    assert sequential.look_of(SHARES, evidence, reached, 80).finding is Finding.ALARM
    assert sequential.look_of(SHARES, evidence, reached, 29).finding is Finding.TOO_FEW


def test_volume_takes_weeks_and_a_mean():
    week = [10] * 24
    assert volume.look_at_volume(240, [week] * 2, 0.01).finding is Finding.TOO_FEW
    assert volume.look_at_volume(2, [[0] * 23 + [5]] * 4, 0.01).finding is Finding.TOO_FEW
    assert volume.look_at_volume(240, [week] * 4, 0.01).finding is Finding.QUIET
    assert volume.look_at_volume(100, [week] * 4, 0.01).finding is Finding.ALARM
    assert volume.look_at_volume(400, [week] * 4, 0.01).finding is Finding.ALARM


def test_weeks_that_scatter_widen_the_band():
    calm = volume.look_at_volume(240, [[10] * 24] * 4, 0.01)
    wild = volume.look_at_volume(240, [[5] * 24, [15] * 24, [5] * 24, [15] * 24], 0.01)
    assert wild.limit - wild.lower > 2 * (calm.limit - calm.lower)


def test_silence_is_longer_than_allowed_or_not():
    assert silence.look_at_silence(None, 60, 0).finding is Finding.TOO_FEW
    assert silence.look_at_silence(60, 60, 5).finding is Finding.QUIET
    assert silence.look_at_silence(61, 60, 5).finding is Finding.ALARM
    assert silence.silences_by_chance(288, 86_400, 3_600, 86_400) == pytest.approx(
        288 * math.exp(-12)
    )


def test_calibration_is_judged_against_what_chance_makes():
    right = [(0.8, number % 5 != 0) for number in range(500)]
    assert calibration.look_at_calibration(right, 0.01).statistic == pytest.approx(0, abs=1e-9)
    wrong = [(0.9, number % 5 != 0) for number in range(500)]
    look = calibration.look_at_calibration(wrong, 0.01)
    assert (look.finding, look.statistic) == (Finding.ALARM, pytest.approx(0.1))
    assert calibration.look_at_calibration(wrong, 0.01) == look
    assert calibration.look_at_calibration(right[:99], 0.01).finding is Finding.TOO_FEW


def test_few_items_are_given_their_bias():
    """Five hundred calibrated items have an error well above zero, and it is no alarm."""
    random = np.random.default_rng(3)
    confidence = random.beta(4, 2, 500)
    items = list(zip(confidence, random.random(500) < confidence, strict=True))
    look = calibration.look_at_calibration(items, 0.01)
    assert look.finding is Finding.QUIET
    assert look.limit > look.statistic > 0.01


@pytest.mark.parametrize("confidence", [0.0, 0.1, 0.3, 0.7, 1.0])
def test_confidences_at_the_borders_of_bins(confidence):
    items = [(confidence, number < confidence * 200) for number in range(200)]
    look = calibration.look_at_calibration(items, 0.01)
    assert (look.finding, look.statistic) == (Finding.QUIET, pytest.approx(0, abs=1e-9))


def test_a_segment_that_stands_out_is_named():
    segments = {"north": (200, 20), "south": (200, 60), "west": (200, 20)}
    look = disagreement.look_at_disagreement(segments, 0.01)
    assert (look.finding, look.where, look.n) == (Finding.ALARM, "south", 600)
    more = {**segments, **{f"s{number}": (30, 4) for number in range(20)}}
    assert disagreement.look_at_disagreement(more, 0.01).limit > look.limit


@pytest.mark.parametrize(
    "segments", [{}, {"a": (500, 5)}, {"a": (19, 5), "b": (18, 0)}, {"a": (500, 9), "b": (19, 9)}]
)
def test_without_two_segments_of_enough_rulings_nothing_is_said(segments):
    assert disagreement.look_at_disagreement(segments, 0.01).finding is Finding.TOO_FEW


def test_of_several_facts_the_one_farthest_out_counts_at_a_shared_level():
    calm, wild = {"a": (200, 20), "b": (200, 20)}, {"x": (200, 20), "y": (200, 60)}
    look = disagreement.look_at_groups({"sex": calm, "region": wild, "age": {}}, 0.03)
    assert (look.finding, look.where) == (Finding.ALARM, "region: x")
    assert look.limit == disagreement.look_at_disagreement(wild, 0.01).limit
    quiet = disagreement.look_at_groups({"sex": calm, "age": {"a": (5, 0)}}, 0.01)
    assert (quiet.finding, quiet.n) == (Finding.QUIET, 400)


@pytest.mark.parametrize("facts", [{}, {"sex": {}}, {"sex": {"a": (19, 5), "b": (18, 0)}}])
def test_groups_of_too_few_rulings_say_nothing(facts):
    assert disagreement.look_at_groups(facts, 0.01).finding is Finding.TOO_FEW


@pytest.mark.parametrize("against", [0, 100])
def test_segments_of_one_mind_are_quiet(against):
    segments = {"a": (100, against), "b": (100, against)}
    look = disagreement.look_at_disagreement(segments, 0.01)
    assert (look.finding, look.statistic) == (Finding.QUIET, 0.0)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_simulated_streams_keep_the_statement(setting):
    """Twenty runs of each: more than three false alarms have a chance below one in 20,000."""
    result = shown(setting, FEW)
    assert result.false_alarms <= 3
    assert result.found >= FEW - 5


@pytest.mark.long
@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_thousand_runs_keep_the_statement(setting):
    """The stated rate must not lie below the interval of what was seen, and nine of ten shifts
    are found within the stated number of items."""
    result = shown(setting, 1_000)
    assert float(wilson(result.false_alarms, 1_000).low) <= RATE
    assert result.found >= 900
