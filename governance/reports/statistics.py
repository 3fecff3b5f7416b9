"""Estimates with their intervals, from scipy and krippendorff. Pure; figures are in `figures`.

Both libraries are imported inside the functions: they take seconds to load, and the web process
must not pay for what only report workers use. All intervals are at 95 %. Results are rounded to
six places, so that the last bits of a processor's arithmetic never reach a report.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Final

from governance.reports.blocks import Interval

if TYPE_CHECKING:
    import numpy

LEVEL: Final = Decimal("0.95")
PLACES: Final = Decimal("0.000001")
# Resampling must give the same bounds in each run over the same rows.
SEED: Final = 20240713
RESAMPLES: Final = 1000


class NotAssessableError(ValueError):
    """The rows do not allow the estimate; the message says why, in a sentence for a reader."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its interval, or why it has none."""

    value: Decimal
    interval: Interval | None
    no_interval: str = ""


def rounded(number: float | Decimal) -> Decimal:
    """To six places, half to even; minus zero becomes zero."""
    return Decimal(number).quantize(PLACES, ROUND_HALF_EVEN) + 0


def wilson(successes: int, n: int) -> Interval:
    """Wilson's score interval of a share. Source: Wilson 1927, DOI 10.1080/01621459.1927.10502953.

    Raises NotAssessableError for n = 0.
    """
    from scipy.stats import binomtest  # type: ignore[import-untyped]

    _require_counts(successes, n)
    bounds = binomtest(successes, n).proportion_ci(float(LEVEL), method="wilson")
    return Interval(rounded(bounds.low), rounded(bounds.high), "Wilson score", LEVEL)


def rule_of_three(n: int) -> Interval:
    """Bounds of a share of which n rows show no single case: 0 to 3/n, one-sided.

    Source: Hanley and Lippman-Hand 1983, DOI 10.1001/jama.1983.03330370053031.
    """
    _require_counts(0, n)
    bound = min(Decimal(1), rounded(Decimal(3) / n))
    return Interval(Decimal(0), bound, "rule of three, one-sided", LEVEL)


def share_estimate(numerator: int, denominator: int) -> Estimate:
    """numerator / denominator, by Wilson; by the rule of three where none or all rows count.

    Raises NotAssessableError for a denominator of 0.
    """
    _require_counts(numerator, denominator)
    value = rounded(Decimal(numerator) / denominator)
    if numerator == 0:
        return Estimate(value, rule_of_three(denominator))
    if numerator == denominator:
        none = rule_of_three(denominator)
        return Estimate(value, Interval(1 - none.high, Decimal(1), none.method, LEVEL))
    return Estimate(value, wilson(numerator, denominator))


def share_difference(first: tuple[int, int], second: tuple[int, int]) -> Estimate:
    """The first share minus the second, each given as (numerator, denominator).

    Interval: Newcombe's hybrid of two Wilson intervals (method 10).
    Source: Newcombe 1998, DOI 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
    """
    a, b = wilson(*first), wilson(*second)
    p, q = (Decimal(numerator) / denominator for numerator, denominator in (first, second))
    below = ((p - a.low) ** 2 + (b.high - q) ** 2).sqrt()
    above = ((a.high - p) ** 2 + (q - b.low) ** 2).sqrt()
    bounds = (rounded(p - q - below), rounded(p - q + above))
    return Estimate(rounded(p - q), Interval(*bounds, "Newcombe hybrid score", LEVEL))


def quantile(values: Sequence[float | Decimal], probability: float) -> Estimate:
    """The quantile by linear interpolation (Hyndman and Fan's type 7), e.g. 0.5 for the median.

    Interval: exact, from order statistics, where there are rows enough for one.
    Raises NotAssessableError without values.
    """
    import numpy as np
    from scipy.stats import quantile_test

    if not values:
        raise NotAssessableError("No row has a value.")
    numbers = np.asarray([float(value) for value in values])
    value = rounded(float(np.quantile(numbers, probability)))
    test = quantile_test(numbers, q=float(value), p=probability)
    bounds = test.confidence_interval(confidence_level=float(LEVEL))
    low, high = float(bounds.low), float(bounds.high)
    if math.isnan(low) or math.isnan(high):
        return Estimate(value, None, f"{len(values)} rows are too few for a 95 % interval")
    # Interpolation may leave the order statistics' range by a hair where values repeat.
    interval = _around(value, low, high, "exact, from order statistics")
    return Estimate(value, interval)


def krippendorff_alpha(ratings: Sequence[Sequence[str | None]]) -> Estimate:
    """Agreement of many raters on nominal values: 1 perfect, 0 as by chance. M8.

    `ratings`: a row per rater, a column per unit, None where the rater did not rate. Interval:
    bootstrap over units. Raises NotAssessableError where no unit has two ratings or all agree
    on one single value, for then chance agreement is not defined.
    Source: Krippendorff, Content Analysis, chapter 12.
    """
    import numpy as np
    from krippendorff import alpha

    units = [[value for value in unit if value is not None] for unit in zip(*ratings, strict=True)]
    pairable = [unit for unit in units if len(unit) >= 2]
    domain = sorted({value for unit in pairable for value in unit})
    if not pairable:
        raise NotAssessableError("No case was rated by two people.")
    if len(domain) < 2:
        raise NotAssessableError("All ratings are the same, so chance agreement is undefined.")
    counts = np.asarray([[unit.count(value) for value in domain] for unit in pairable])

    def of_sample(generator: "numpy.random.Generator") -> float | None:
        sample = counts[generator.integers(0, len(counts), len(counts))]
        if np.count_nonzero(sample.sum(axis=0)) < 2:
            return None
        return float(alpha(value_counts=sample, level_of_measurement="nominal"))

    value = rounded(float(alpha(value_counts=counts, level_of_measurement="nominal")))
    return _bootstrapped(value, of_sample, "bootstrap over cases")


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How well people tell wrong outputs from right ones, and how ready they are to act."""

    d_prime: Estimate
    criterion: Estimate


def sensitivity(*, hits: int, errors: int, false_alarms: int, correct: int) -> Sensitivity:
    """d' and c of signal detection (M5), with the log-linear correction.

    `hits` of `errors` wrong outputs were overridden, `false_alarms` of `correct` right ones.
    d' near 0: no discrimination; c well above 0: people accept by habit. Interval: normal, with
    Gourevitch and Galanter's variance. Raises NotAssessableError without errors or right ones.
    Source: Hautus 1995, DOI 10.3758/BF03203619; Gourevitch and Galanter 1967,
    DOI 10.1007/BF02289402.
    """
    from scipy.stats import norm

    if errors == 0 or correct == 0:
        raise NotAssessableError("Both wrong and right outputs of known truth are needed.")
    _require_counts(hits, errors)
    _require_counts(false_alarms, correct)
    hit_rate, false_rate = (hits + 0.5) / (errors + 1), (false_alarms + 0.5) / (correct + 1)
    z_hit, z_false = float(norm.ppf(hit_rate)), float(norm.ppf(false_rate))

    def variance(rate: float, z: float, n: int) -> float:
        return rate * (1 - rate) / (n * float(norm.pdf(z)) ** 2)

    spread = math.sqrt(variance(hit_rate, z_hit, errors) + variance(false_rate, z_false, correct))
    margin = float(norm.ppf(0.5 + float(LEVEL) / 2)) * spread
    method = "normal, Gourevitch-Galanter variance"

    def estimate(value: float, margin: float) -> Estimate:
        return Estimate(
            rounded(value), _around(rounded(value), value - margin, value + margin, method)
        )

    return Sensitivity(
        d_prime=estimate(z_hit - z_false, margin),
        criterion=estimate(-(z_hit + z_false) / 2, margin / 2),
    )


def dependence(counts: Mapping[tuple[str, str], int]) -> Estimate:
    """U = 1 - H(h given a) / H(h): how far the AI's output settles the final decision (M18).

    `counts`: rows per (AI output, final decision). 1: the output settles it; 0: the decision does
    not depend on it. Interval: bootstrap over rows. Raises NotAssessableError where all final
    decisions are the same. Source: Theil 1970, DOI 10.1086/224909 (uncertainty coefficient).
    """
    import numpy as np
    from scipy.stats import entropy

    if not sum(counts.values()):
        raise NotAssessableError("No row has both an output and a final decision.")
    outputs, finals = (sorted({pair[side] for pair in counts}) for side in (0, 1))
    table = np.asarray([[counts.get((a, h), 0) for h in finals] for a in outputs])

    def coefficient(rows: "numpy.typing.NDArray[numpy.int_]") -> float | None:
        total = float(entropy(rows.sum(axis=0)))
        if total == 0:
            return None
        given = [(row.sum(), float(entropy(row))) for row in rows if row.sum()]
        remaining = sum(weight * left for weight, left in given) / rows.sum()
        return float(1 - remaining / total)

    def of_sample(generator: "numpy.random.Generator") -> float | None:
        shares = table.ravel() / table.sum()
        return coefficient(generator.multinomial(table.sum(), shares).reshape(table.shape))

    value = coefficient(table)
    if value is None:
        raise NotAssessableError(
            "All final decisions are the same, so none can depend on anything."
        )
    return _bootstrapped(rounded(value), of_sample, "bootstrap over decisions")


def _bootstrapped(
    value: Decimal, of_sample: Callable[["numpy.random.Generator"], float | None], method: str
) -> Estimate:
    """`value` with percentile bounds of samples; samples that have no value are left out."""
    import numpy as np

    generator = np.random.Generator(np.random.PCG64(SEED))
    drawn = [of_sample(generator) for _ in range(RESAMPLES)]
    defined = [number for number in drawn if number is not None]
    if len(defined) < RESAMPLES * float(LEVEL):
        return Estimate(value, None, "too many samples of the rows are without a value")
    tail = (1 - float(LEVEL)) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Estimate(value, _around(value, float(low), float(high), method))


def _around(value: Decimal, low: float, high: float, method: str) -> Interval:
    """Rounded bounds that hold `value`, which a percentile's bounds do not always do."""
    return Interval(min(rounded(low), value), max(rounded(high), value), method, LEVEL)


def _require_counts(successes: int, n: int) -> None:
    """Raises NotAssessableError without rows, ValueError for counts that cannot be."""
    if n == 0:
        raise NotAssessableError("No row falls under the query, so there is no share.")
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} rows")
