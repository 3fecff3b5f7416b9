"""Does the window come from the same distribution as the reference?

Confidences come as counts in FINE equal steps of [0, 1], which is how they are kept; outcomes as
counts per outcome. Each function judges one look at level `alpha`.

Sources: Yurdakul and Naranjo 2020, "Statistical properties of the population stability index",
DOI 10.21314/JRMV.2020.227 (PSI times nm/(n+m) is nearly chi-squared with bins - 1 degrees of
freedom); Smirnov 1948, DOI 10.1214/aoms/1177730256 (the two-sample limit); Pearson's chi-squared
test of homogeneity, with cells of few expected items merged (Cochran 1954, DOI 10.2307/3001616).
"""

import math
from collections.abc import Mapping, Sequence

from reviews.monitors.looks import Look, judged, too_few

FINE = 200
"""Steps of a confidence. The binned Kolmogorov-Smirnov statistic is never above the exact one."""

LEAST_REFERENCE = 500
LEAST_WINDOW = 200
_BINS = 10
_LEAST_EXPECTED = 5.0
_OTHER = "other"


def psi_of_confidence(reference: Sequence[int], window: Sequence[int], alpha: float) -> Look:
    """Population stability index over the reference's deciles."""
    n = sum(window)
    if n < LEAST_WINDOW or sum(reference) < LEAST_REFERENCE:
        return too_few(n, LEAST_WINDOW)
    edges = _deciles(reference)
    return _psi(_merged(reference, edges), _merged(window, edges), alpha)


def psi_of_outcomes(reference: Mapping[str, int], window: Mapping[str, int], alpha: float) -> Look:
    """Population stability index over the outcomes; rare ones count as one."""
    n = sum(window.values())
    if n < LEAST_WINDOW or sum(reference.values()) < LEAST_REFERENCE:
        return too_few(n, LEAST_WINDOW)
    first, second, _ = _paired(reference, window)
    return _psi(first, second, alpha)


def ks_of_confidence(reference: Sequence[int], window: Sequence[int], alpha: float) -> Look:
    """The largest distance between the two distribution functions; its limit holds for any
    continuous distribution, and is on the safe side of a binned one."""
    n, m = sum(window), sum(reference)
    if n < LEAST_WINDOW or m < LEAST_REFERENCE:
        return too_few(n, LEAST_WINDOW)
    upto_window = upto_reference = 0
    distance = 0.0
    for in_window, in_reference in zip(window, reference, strict=True):
        upto_window += in_window
        upto_reference += in_reference
        distance = max(distance, abs(upto_window / n - upto_reference / m))
    limit = math.sqrt(-math.log(alpha / 2) / 2 * (n + m) / (n * m))
    return judged(n, LEAST_WINDOW, distance, limit)


def chi_square_of_outcomes(
    reference: Mapping[str, int], window: Mapping[str, int], alpha: float
) -> Look:
    """Pearson's statistic of homogeneity; `where` is the outcome that adds most to it."""
    from scipy.stats import chi2  # type: ignore[import-untyped]

    n, m = sum(window.values()), sum(reference.values())
    if n < LEAST_WINDOW or m < LEAST_REFERENCE:
        return too_few(n, LEAST_WINDOW)
    first, second, names = _paired(reference, window)
    parts = []
    for in_reference, in_window in zip(first, second, strict=True):
        share = (in_reference + in_window) / (n + m)
        parts.append((in_reference - m * share) ** 2 / (m * share)
                     + (in_window - n * share) ** 2 / (n * share))  # fmt: skip
    freedom = max(len(parts) - 1, 1)
    where = names[max(range(len(parts)), key=parts.__getitem__)]
    return judged(n, LEAST_WINDOW, sum(parts), float(chi2.isf(alpha, freedom)), where=where)


def _psi(reference: Sequence[int], window: Sequence[int], alpha: float) -> Look:
    from scipy.stats import chi2

    n, m, bins = sum(window), sum(reference), len(window)
    total = 0.0
    for in_reference, in_window in zip(reference, window, strict=True):
        # Half an item more in each cell: an empty one would make the index infinite.
        p = (in_reference + 0.5) / (m + bins / 2)
        q = (in_window + 0.5) / (n + bins / 2)
        total += (q - p) * math.log(q / p)
    limit = float(chi2.isf(alpha, max(bins - 1, 1))) * (1 / n + 1 / m)
    return judged(n, LEAST_WINDOW, total, limit)


def _deciles(reference: Sequence[int]) -> list[int]:
    """Ends of bins that hold about a tenth of the reference each; fewer where values repeat."""
    share = sum(reference) / _BINS
    ends, held = [], 0
    for place, count in enumerate(reference):
        held += count
        if held >= share:
            ends.append(place + 1)
            held = 0
    if ends and ends[-1] != len(reference):
        # What lies above the last full tenth belongs to it.
        ends[-1] = len(reference)
    return ends


def _merged(counts: Sequence[int], ends: Sequence[int]) -> list[int]:
    starts = [0, *ends[:-1]]
    return [sum(counts[start:end]) for start, end in zip(starts, ends, strict=True)]


def _paired(
    reference: Mapping[str, int], window: Mapping[str, int]
) -> tuple[list[int], list[int], list[str]]:
    """Counts side by side; outcomes of which either side would expect few are put together."""
    n, m = sum(window.values()), sum(reference.values())
    least = _LEAST_EXPECTED * (n + m) / min(n, m)
    pairs: dict[str, tuple[int, int]] = {}
    for name in sorted({*reference, *window}):
        pair = (reference.get(name, 0), window.get(name, 0))
        if sum(pair) >= least:
            pairs[name] = pair
        else:
            before = pairs.get(_OTHER, (0, 0))
            pairs[_OTHER] = (before[0] + pair[0], before[1] + pair[1])
    first, second = (list(side) for side in zip(*pairs.values(), strict=True))
    return first, second, list(pairs)
