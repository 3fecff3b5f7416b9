"""Quantiles and bins of counted values."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.reports.statistics import NotAssessableError, quantile
from reviews.metrics.timing import below, binned, grouped_quantile


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, 900), min_size=1, max_size=80), st.sampled_from(["0.1", "0.5", "0.9"])
)
def test_counted_values_have_the_quantile_of_the_values_one_by_one(values, probability):
    counted = grouped_quantile(Counter(values), Decimal(probability))
    assert counted.value == quantile([Decimal(v) for v in values], float(probability)).value
    if counted.interval is not None:
        assert counted.interval.low <= counted.value <= counted.interval.high


@pytest.mark.parametrize("probability", ["0.1", "0.5", "0.9"])
def test_the_interval_is_that_of_the_order_statistics(probability):
    values = [n * n for n in range(1, 301)]
    mine = grouped_quantile(Counter(values), Decimal(probability)).interval
    theirs = quantile([Decimal(v) for v in values], float(probability)).interval
    assert abs(values.index(int(mine.low)) - values.index(int(theirs.low))) <= 1
    assert abs(values.index(int(mine.high)) - values.index(int(theirs.high))) <= 1


def test_few_rows_have_no_interval_and_none_no_quantile():
    assert "too few" in grouped_quantile(Counter([5, 6]), Decimal("0.5")).no_interval
    with pytest.raises(NotAssessableError):
        grouped_quantile(Counter(), Decimal("0.5"))


def test_bins_take_their_lower_edge_and_the_last_one_the_rest():
    counts = Counter({0: 1, 9: 2, 10: 4, 19: 8, 20: 16, 500: 32})
    assert binned(counts, (0, 10, 20)) == (3, 60)
    assert below(counts, Decimal(10)) == 3
