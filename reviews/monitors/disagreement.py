"""Do people overrule the AI system more, or less, in one segment than in the others?

Each segment with enough items is compared with all the others together by Fisher's exact test,
two-sided; the smallest p-value counts, at a level that is divided by the number of segments looked
at (Bonferroni), so that many segments make no more false alarms than one.

The statistic is that p-value as standard deviations of a normal distribution, which grow as the
difference does: the limit is what `alpha` over the number of segments comes to.

Source: Fisher 1935, DOI 10.2307/2342435; Dunn 1961, DOI 10.1080/01621459.1961.10482090.
"""

from collections.abc import Mapping
from dataclasses import replace

from reviews.monitors.looks import Finding, Look, judged, too_few

LEAST_ITEMS = 20
"""In a segment, and in all others together."""
_LEAST_SEGMENTS = 2


def look_at_groups(facts: Mapping[str, Mapping[str, tuple[int, int]]], alpha: float) -> Look:
    """Several facts that divide people, each by itself, at a level that is divided by their number;
    the one that is farthest out counts. `facts`: name to its segments."""
    looks = [
        replace(found, where=f"{fact}: {found.where}" if found.where else "")
        for fact, segments in sorted(facts.items())
        for found in [look_at_disagreement(segments, alpha / len(facts))]
    ]
    judged_ones = [one for one in looks if one.finding is not Finding.TOO_FEW]
    if judged_ones:
        return max(judged_ones, key=lambda one: (one.statistic or 0.0) - (one.limit or 0.0))
    return max(looks, key=lambda one: one.n, default=too_few(0, _LEAST_SEGMENTS * LEAST_ITEMS))


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
