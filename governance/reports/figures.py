"""Makers of complete figures: each takes counts or values and gives value, n and interval.

Where the rows do not allow an estimate, the figure says why instead: an empty denominator is
never shown as zero. The numbers M1 to M20 are those of the indicators in the documentation.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from governance.reports.blocks import Figure, Number, Unit
from governance.reports.period import Span
from governance.reports.statistics import (
    Estimate,
    NotAssessableError,
    dependence,
    krippendorff_alpha,
    quantile,
    sensitivity,
    share_difference,
    share_estimate,
)

COMPLETE_COUNT = "a complete count, not a sample"


def share(
    label: str,
    numerator: int,
    denominator: int,
    *,
    query: str,
    period: Span,
    sample: tuple[str, ...] = (),
) -> Figure:
    """A share with Wilson's interval, or the rule of three for none or all. n = denominator."""
    return _figure(
        lambda: share_estimate(numerator, denominator),
        label=label,
        query=query,
        period=period,
        unit=Unit.SHARE,
        n=denominator,
        numerator=numerator,
        denominator=denominator,
        sample=sample,
    )


def count(
    label: str, value: int, n: int, *, query: str, period: Span, sample: tuple[str, ...] = ()
) -> Figure:
    """How many of the `n` rows looked at. A complete count has no interval."""
    return Figure(
        label=label,
        query=query,
        period=period,
        unit=Unit.COUNT,
        n=n,
        value=value,
        no_interval=COMPLETE_COUNT,
        sample=sample,
    )


def quantile_figure(
    label: str,
    values: Sequence[float | Decimal],
    probability: float,
    *,
    unit: Unit,
    query: str,
    period: Span,
    sample: tuple[str, ...] = (),
) -> Figure:
    """A quantile with its exact interval: 0.5 is the median, 0.1 is P10, 0.9 is P90."""
    return _figure(
        lambda: quantile(values, probability),
        label=label,
        query=query,
        period=period,
        unit=unit,
        n=len(values),
        sample=sample,
    )


def difference(
    label: str,
    first: tuple[int, int],
    second: tuple[int, int],
    *,
    query: str,
    period: Span,
    sample: tuple[str, ...] = (),
) -> Figure:
    """One share minus another, each as (numerator, denominator), from -1 to 1 (M7, M19)."""
    return _figure(
        lambda: share_difference(first, second),
        label=label,
        query=query,
        period=period,
        unit=Unit.INDEX,
        n=first[1] + second[1],
        sample=sample,
    )


def agreement(
    label: str,
    ratings: Sequence[Sequence[str | None]],
    *,
    query: str,
    period: Span,
    sample: tuple[str, ...] = (),
) -> Figure:
    """Krippendorff's alpha (M8). n = cases rated by two people or more."""
    units = zip(*ratings, strict=True)
    return _figure(
        lambda: krippendorff_alpha(ratings),
        label=label,
        query=query,
        period=period,
        unit=Unit.INDEX,
        n=sum(1 for unit in units if sum(value is not None for value in unit) >= 2),
        sample=sample,
    )


def error_detection(
    *,
    hits: int,
    errors: int,
    false_alarms: int,
    correct: int,
    query: str,
    period: Span,
    sample: tuple[str, ...] = (),
) -> tuple[Figure, Figure]:
    """d' and c (M5), always both: a quota of overrides raises one without the other."""

    def one(label: str, estimate: Callable[[], Estimate]) -> Figure:
        return _figure(
            estimate,
            label=label,
            query=query,
            period=period,
            unit=Unit.INDEX,
            n=errors + correct,
            sample=sample,
        )

    def both() -> tuple[Estimate, Estimate]:
        found = sensitivity(hits=hits, errors=errors, false_alarms=false_alarms, correct=correct)
        return found.d_prime, found.criterion

    return one("Sensitivity d'", lambda: both()[0]), one("Response bias c", lambda: both()[1])


def output_dependence(
    label: str,
    counts: Mapping[tuple[str, str], int],
    *,
    query: str,
    period: Span,
    sample: tuple[str, ...] = (),
) -> Figure:
    """U, how far the AI's output settles the final decision (M18). Keys: (output, final)."""
    return _figure(
        lambda: dependence(counts),
        label=label,
        query=query,
        period=period,
        unit=Unit.INDEX,
        n=sum(counts.values()),
        sample=sample,
    )


def follow_rate(
    label: str,
    counts: Mapping[tuple[str, str], int],
    adverse: frozenset[str],
    *,
    query: str,
    period: Span,
    sample: tuple[str, ...] = (),
) -> Figure:
    """The share of adverse outputs that ended in an adverse decision (M18).

    Keys of `counts`: (output, final); `adverse`: the outcomes that are.
    """
    proposed = sum(n for (output, _), n in counts.items() if output in adverse)
    followed = sum(n for pair, n in counts.items() if adverse.issuperset(pair))
    return share(label, followed, proposed, query=query, period=period, sample=sample)


def _figure(
    estimate: Callable[[], Estimate],
    *,
    label: str,
    query: str,
    period: Span,
    unit: Unit,
    n: int,
    numerator: Number | None = None,
    denominator: Number | None = None,
    sample: tuple[str, ...],
) -> Figure:
    """A figure from an estimate, or with the reason for which there is none."""
    try:
        found, reason = estimate(), ""
    except NotAssessableError as error:
        found, reason = None, str(error)
    return Figure(
        label=label,
        query=query,
        period=period,
        unit=unit,
        n=n,
        value=found.value if found else None,
        numerator=numerator,
        denominator=denominator,
        interval=found.interval if found else None,
        no_interval=found.no_interval if found else "",
        not_assessable=reason,
        sample=sample,
    )
