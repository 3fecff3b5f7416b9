"""Do as many decisions come as in the same hours of the reference weeks?

The count of the window is compared with a negative binomial band around the mean of those weeks.
Its variance is the mean times the dispersion times (1 + 1 / weeks): what the coming week scatters,
and what the mean of so few weeks is uncertain by. The dispersion is the larger of two Pearson
estimates, one from hours and one from whole windows, and at least 1 (Poisson): whole days that
are busier than others show only in the second.

Source: McCullagh and Nelder 1989, Generalized Linear Models, 4.5 and 6.2.3 (dispersion).
"""

from collections.abc import Sequence

from reviews.monitors.looks import Look, judged, too_few

LEAST_WEEKS = 3
LEAST_MEAN = 20.0
"""Decisions per window in the reference; below, a silence of chance is too likely."""


def look_at_volume(count: int, weeks: Sequence[Sequence[int]], alpha: float) -> Look:
    """`count`: of the window; `weeks`: for each reference week the counts of the same hours."""
    totals = [sum(week) for week in weeks]
    if len(weeks) < LEAST_WEEKS or sum(totals) < LEAST_MEAN * len(weeks):
        return too_few(count, round(LEAST_MEAN), f"{len(weeks)} of {LEAST_WEEKS} weeks")
    mean = sum(totals) / len(totals)
    dispersion = max(1.0, _dispersion(list(zip(*weeks, strict=True))), _dispersion([totals]))
    lower, upper = _band(mean, mean * dispersion * (1 + 1 / len(weeks)), alpha)
    return judged(count, 0, float(count), float(upper), lower=float(lower))


def _dispersion(groups: Sequence[Sequence[int]]) -> float:
    """Pearson's statistic over its degrees of freedom; a group has one mean of its own."""
    statistic, freedom = 0.0, 0
    for group in groups:
        mean = sum(group) / len(group)
        if mean > 0:
            statistic += sum((one - mean) ** 2 for one in group) / mean
            freedom += len(group) - 1
    return statistic / freedom if freedom else 1.0


def _band(mean: float, variance: float, alpha: float) -> tuple[int, int]:
    """The outermost counts that are no alarm; at most alpha / 2 lies beyond each."""
    from scipy.stats import nbinom  # type: ignore[import-untyped]

    p = mean / variance
    size = mean * p / (1 - p)
    return int(nbinom.ppf(alpha / 2, size, p)), int(nbinom.isf(alpha / 2, size, p))
