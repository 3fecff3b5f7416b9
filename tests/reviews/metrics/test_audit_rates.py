"""The bound of the error, and how a rate follows it: tables, properties and simulated segments."""

import random
from collections import deque
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from governance.policies.audits import AuditPlan
from reviews.metrics.audit_rates import (
    AUDITS_PER_STEP,
    IDLE,
    Evidence,
    Move,
    next_rate,
    upper_bound,
)

PLAN = AuditPlan((), error_limit=0.02, min_rate=0.01, max_rate=0.5)
START = 0.1
AN_HOUR = timedelta(hours=1)
# What docs/audits.md states for these limits.
AUDITS_TO_THE_HIGHEST, AUDITS_TO_THE_LOWEST = 75, 650

COUNTS = st.integers(1, 3000).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
)


def evidence(audited=0, errors=0, **more):
    return Evidence(
        audited,
        errors,
        **{"audited_since": 0, "errors_since": 0, "clean": 0, "idle": AN_HOUR, **more},
    )


@given(COUNTS)
def test_at_the_bound_so_few_errors_are_just_unlikely_enough(counts):
    """The definition itself, by another library function than the one that finds the bound."""
    errors, audited, confidence = counts
    bound = upper_bound(errors, audited, confidence)

    assert errors / audited <= bound <= 1.0 or confidence == 0.5
    if errors < audited:
        assert binom.cdf(errors, audited, bound) == pytest.approx(1 - confidence, abs=1e-6)


@given(COUNTS)
def test_an_error_more_raises_the_bound_and_a_clean_audit_lowers_it(counts):
    errors, audited, confidence = counts
    bound = upper_bound(errors, audited, confidence)

    assert upper_bound(errors + 1, audited + 1, confidence) >= bound
    assert upper_bound(errors, audited + 1, confidence) <= bound


def test_without_audits_nothing_is_known_and_149_clean_ones_show_two_per_cent():
    assert upper_bound(0, 0, 0.95) == 1.0
    assert upper_bound(3, 3, 0.95) == 1.0
    assert upper_bound(0, 148, 0.95) > 0.02 >= upper_bound(0, 149, 0.95)


@pytest.mark.parametrize(("errors", "audited"), [(1, 0), (-1, 3), (4, 3)])
def test_counts_that_cannot_be_are_refused(errors, audited):
    with pytest.raises(ValueError, match="cannot be"):
        upper_bound(errors, audited, 0.95)


@pytest.mark.parametrize(
    ("rate", "found", "after", "move"),
    [
        # Nothing is shown yet.
        (0.1, evidence(), 0.1, None),
        (0.1, evidence(24, audited_since=24, clean=24), 0.1, None),
        (0.1, evidence(25, audited_since=25, clean=25), 0.2, Move.UNPROVEN),
        (0.1, evidence(idle=IDLE), 0.2, Move.UNPROVEN),
        (0.4, evidence(idle=IDLE), 0.5, Move.UNPROVEN),
        (0.5, evidence(idle=IDLE), 0.5, None),
        # An error, at once.
        (0.1, evidence(1, 1, audited_since=1, errors_since=1), 0.5, Move.ERROR),
        (0.01, evidence(400, 4, audited_since=1, errors_since=1), 0.5, Move.ERROR),
        (0.01, evidence(400, 2, audited_since=1, errors_since=1), 0.02, Move.ERROR),
        (0.5, evidence(400, 2, audited_since=30, errors_since=1, clean=24), 0.5, None),
        # Safely within the limit.
        (0.5, evidence(199, 0, audited_since=25, clean=25), 0.4, Move.PROVEN),
        (0.5, evidence(199, 0, audited_since=24, clean=24), 0.5, None),
        (0.5, evidence(600, 2, audited_since=60, errors_since=1, clean=25), 0.4, Move.PROVEN),
        (0.011, evidence(199, 0, audited_since=25, clean=25), 0.01, Move.PROVEN),
        (0.01, evidence(199, 0, audited_since=25, clean=25), 0.01, None),
        # Within the limit, and not safely.
        (0.5, evidence(160, 0, audited_since=25, clean=25), 0.5, None),
        # The limits of a new policy text hold at once.
        (0.9, evidence(), 0.5, None),
        (0.001, evidence(), 0.01, None),
    ],
)
def test_what_follows_on_what_was_found(rate, found, after, move):
    step = next_rate(PLAN, rate, found)

    assert (step.rate, step.move) == (pytest.approx(after), move)
    assert step.upper_bound == upper_bound(found.errors, found.audited, 0.95)


EVIDENCE = st.integers(0, 2000).flatmap(
    lambda n: st.integers(0, n).flatmap(
        lambda since: st.builds(
            Evidence,
            st.just(n),
            st.integers(0, n),
            st.just(since),
            st.integers(0, since),
            st.integers(0, since),
            st.timedeltas(timedelta(0), timedelta(days=3)),
        )
    )
)


@given(st.floats(0, 1), EVIDENCE)
def test_a_rate_stays_within_its_limits_and_never_falls_where_nothing_is_shown(rate, found):
    step = next_rate(PLAN, rate, found)

    assert PLAN.min_rate <= step.rate <= PLAN.max_rate
    if step.upper_bound > PLAN.error_limit * 0.75 or found.clean < AUDITS_PER_STEP:
        assert step.rate >= PLAN.rate(rate)


def simulated(seed, error, passes, plan=PLAN, window=2000):
    """The rates of a segment after each of its audits, in which `error` of the passes are wrong.

    The last `window` audits count, as the last 90 days do.
    """
    draw = random.Random(seed)
    rate, audits = START, deque(maxlen=window)
    since, wrong_since, clean = 0, 0, 0
    rates = []
    for _ in range(passes):
        if draw.random() >= rate:
            continue
        wrong = draw.random() < error
        audits.append(wrong)
        since, wrong_since, clean = since + 1, wrong_since + wrong, 0 if wrong else clean + 1
        step = next_rate(
            plan,
            rate,
            evidence(
                len(audits),
                sum(audits),
                audited_since=since,
                errors_since=wrong_since,
                clean=clean,
            ),
        )
        if step.move is not None:
            rate, since, wrong_since, clean = step.rate, 0, 0, 0
        rates.append(rate)
    return rates


def test_a_segment_with_five_per_cent_errors_comes_to_the_highest_rate_and_stays():
    runs = [simulated(seed, 0.05, 1_000) for seed in range(100)]

    for rates in runs:
        assert rates[AUDITS_TO_THE_HIGHEST - 1] == PLAN.max_rate
    stayed = sum(set(rates[AUDITS_TO_THE_HIGHEST:]) == {PLAN.max_rate} for rates in runs)
    assert stayed >= 99


def test_a_segment_without_errors_comes_to_the_lowest_rate():
    for seed in range(10):
        rates = simulated(seed, 0.0, 15_000)
        assert PLAN.min_rate in rates[:AUDITS_TO_THE_LOWEST]
        reached = rates.index(PLAN.min_rate)
        assert set(rates[reached:]) == {PLAN.min_rate}


def test_a_segment_that_goes_wrong_is_back_at_the_highest_rate_with_its_first_errors():
    """From the lowest rate, once errors have become frequent."""
    step = next_rate(PLAN, 0.01, evidence(600, 0))
    assert step.move is None
    for errors in range(1, 9):
        found = evidence(600 + errors, errors, audited_since=1, errors_since=1)
        step = next_rate(PLAN, step.rate, found)
        if step.rate == PLAN.max_rate:
            break
    assert errors <= 6
