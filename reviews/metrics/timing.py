"""Figures of spans from counts per whole second or minute, so that no row has to be loaded."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import accumulate

from governance.reports.blocks import Interval
from governance.reports.statistics import LEVEL, Estimate, NotAssessableError, rounded


def grouped_quantile(counts: Mapping[int, int], probability: Decimal) -> Estimate:
    """The quantile of values given as value to count, by linear interpolation (type 7).

    Interval: exact, from order statistics, as `governance.reports.statistics.quantile` gives for
    the same values one by one. Raises NotAssessableError without values.
    """
    from scipy.stats import binom  # type: ignore[import-untyped]

    values = sorted(value for value, n in counts.items() if n)
    upto = list(accumulate(counts[value] for value in values))
    if not upto:
        raise NotAssessableError("No row has a value.")
    n = upto[-1]

    def at(rank: int) -> int:
        """The value of that rank, from 0."""
        return values[bisect_right(upto, rank)]

    place = (n - 1) * probability
    below = int(place)
    low, high = at(below), at(min(below + 1, n - 1))
    value = rounded(low + (high - low) * (place - below))
    tail = float((1 - LEVEL) / 2)
    first = int(binom.ppf(tail, n, float(probability)))
    last = int(binom.ppf(1 - tail, n, float(probability))) + 1
    if first < 1 or last > n:
        return Estimate(value, None, f"{n} rows are too few for a 95 % interval")
    bounds = (min(rounded(at(first - 1)), value), max(rounded(at(last - 1)), value))
    return Estimate(value, Interval(*bounds, "exact, from order statistics", LEVEL))


def below(counts: Mapping[int, int], floor: Decimal) -> int:
    """How many values lie below `floor`."""
    return sum(n for value, n in counts.items() if value < floor)


def binned(counts: Mapping[int, int], edges: Sequence[int]) -> tuple[int, ...]:
    """Counts between rising edges; the last bin also takes what lies above it."""
    bins = [0] * (len(edges) - 1)
    for value, n in counts.items():
        place = min(bisect_right(edges, value) - 1, len(bins) - 1)
        if place >= 0:
            bins[place] += n
    return tuple(bins)
