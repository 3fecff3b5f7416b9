"""Is the AI system right as often as its confidences say?

The expected calibration error: over ten bins of equal width, the mean distance between confidence
and share of right ones, weighted by their items. It is above zero even for a perfectly calibrated
system, the more so the fewer the items. So its limit is not fixed: it is what a calibrated system
with exactly these confidences exceeds with chance `alpha`, found by drawing from it.

Sources: Guo et al. 2017, arXiv:1706.04599 (the error); Vaicenavicius et al. 2019, arXiv:1902.06977
(the test by resampling under calibration); Roelofs et al. 2022, arXiv:2012.08668 (the bias).
"""

import math
from collections.abc import Sequence

from reviews.monitors.looks import Look, judged, too_few

LEAST_ITEMS = 100
_BINS = 10
_SEED = 20260801
_FEWEST_DRAWS, _MOST_DRAWS = 1_000, 20_000
_BEYOND = 20
"""Draws that should lie beyond the limit, so that its place is known well enough."""


def look_at_calibration(items: Sequence[tuple[float, bool]], alpha: float) -> Look:
    """`items`: the confidence of each, and whether it turned out right.

    The limit is drawn with a fixed seed: the same items give the same limit. For the draws,
    confidences of the same whole percent count as their mean.
    """
    import numpy as np
    from scipy.stats import binom  # type: ignore[import-untyped]

    n = len(items)
    if n < LEAST_ITEMS:
        return too_few(n, LEAST_ITEMS)
    confidence = np.asarray([one for one, _ in items])
    is_right = np.asarray([right for _, right in items])
    # The bin comes first: the group of its last percent must not reach into the next bin.
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    groups, place = np.unique(bins * 1000 + np.rint(confidence * 100), return_inverse=True)
    counts = np.bincount(place)
    stated = np.clip(np.bincount(place, weights=confidence) / counts, 0, 1)
    right = np.bincount(place, weights=is_right)
    starts = np.flatnonzero(np.diff(groups // 1000, prepend=-1))

    def error(correct: "np.ndarray") -> "np.ndarray":
        """Along the last axis."""
        off = np.add.reduceat(correct - counts * stated, starts, axis=-1)
        summed: np.ndarray = np.abs(off).sum(axis=-1) / n
        return summed

    draws = min(max(math.ceil(_BEYOND / alpha), _FEWEST_DRAWS), _MOST_DRAWS)
    generator = np.random.Generator(np.random.PCG64(_SEED))
    drawn = np.sort(error(generator.binomial(counts, stated, (draws, len(counts)))))
    # So few draws lie beyond the limit that the true chance is above `alpha` in one of twenty sets
    # of draws at most.
    beyond = int(binom.ppf(0.05, draws, alpha))
    limit = float(drawn[draws - 1 - beyond])
    return judged(n, LEAST_ITEMS, float(error(right)), limit)
