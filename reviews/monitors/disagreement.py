"""Do people overrule the AI system more, or less, in one segment than in the others?

Each segment with enough items is compared with all the others together by Fisher's exact test,
two-sided; the smallest p-value counts, at a level that is divided by the number of segments looked
at (Bonferroni), so that many segments make no more false alarms than one.

The statistic is that p-value as standard deviations of a normal distribution, which grow as the
difference does: the limit is what `alpha` over the number of segments comes to.

Source: Fisher 1935, DOI 10.2307/2342435; Dunn 1961, DOI 10.1080/01621459.1961.10482090.
"""

from collections.abc import Mapping

from reviews.monitors.looks import Look, judged, too_few

LEAST_ITEMS = 20
"""In a segment, and in all others together."""
_LEAST_SEGMENTS = 2


def look_at_disagreement(segments: Mapping[str, tuple[int, int]], alpha: float) -> Look:
    """`segments`: name to how many items people ruled on, and in how many they overruled."""
    from scipy.stats import fisher_exact, norm  # type: ignore[import-untyped]

    n = sum(count for count, _ in segments.values())
    against = sum(overruled for _, overruled in segments.values())
    looked_at = {
        name: pair
        for name, pair in sorted(segments.items())
        if pair[0] >= LEAST_ITEMS and n - pair[0] >= LEAST_ITEMS
    }
    if len(segments) < _LEAST_SEGMENTS or not looked_at:
        return too_few(n, _LEAST_SEGMENTS * LEAST_ITEMS)
    found = {
        name: float(
            fisher_exact(
                [[overruled, count - overruled],
                 [against - overruled, n - count - against + overruled]]
            ).pvalue
        )
        for name, (count, overruled) in looked_at.items()
    }  # fmt: skip
    worst = min(found, key=found.__getitem__)
    limit = float(norm.isf(alpha / len(looked_at) / 2))
    statistic = max(float(norm.isf(min(found[worst], 1.0) / 2)), 0.0)
    return judged(n, _LEAST_SEGMENTS * LEAST_ITEMS, statistic, limit, where=worst)
