"""What several sections measure alike: counts from the database, figures with the same words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from governance.models import DecisionRight
from governance.policies import VerdictWord
from governance.reports import figures
from governance.reports.blocks import Figure, Unit
from governance.reports.period import Period
from governance.reports.statistics import Estimate, NotAssessableError
from reviews.metrics.limits import TOO_FAST_SECONDS
from reviews.metrics.reliance import Reliance, reliance
from reviews.metrics.timing import below, grouped_quantile
from reviews.models import Case, Execution, PermitUse, Verdict, VerdictKind
from reviews.report_sections import population
from reviews.report_sections.population import sample
from reviews.selectors.competence import competent

TRUTH = (
    "True outcomes were learned later and recorded by the caller. They are not planted control "
    "cases: mostly those decisions have one that were carried out, so rates drawn from them may "
    "differ from those over all decisions."
)
_SECONDS_OF_A_DAY = 86_400
NO_CONTROLS = "No control cases are recorded, so the rate rests on outcomes that became known."


def measured_reliance(period: Period, cases: QuerySet[Case] | None = None) -> Reliance:
    """The counts behind M1 to M5 over the cases decided in the period, without contestations
    and interventions."""
    cases = population.ruled_outputs(period) if cases is None else cases
    rows = (
        cases.annotate(a=F("decision__outcome"), g=population.newest_truth(period, "decision"))
        .values("a", "final_outcome", "g")
        .annotate(n=Count("pk"))
    )
    counts = {(row["a"], row["final_outcome"], row["g"]): row["n"] for row in rows}
    return reliance(counts)


def overridden(period: Period) -> QuerySet[Case]:
    """Decided cases in which people settled on another outcome than the AI system's."""
    return population.ruled_outputs(period).exclude(final_outcome=F("decision__outcome"))


def override_rate(period: Period, found: Reliance) -> Figure:
    return figures.share(
        "Override rate (M1)",
        found.overridden,
        found.decided,
        query=(
            "Cases decided in the period whose final outcome differs from the AI system's, of all "
            "cases decided in the period, without contestations and interventions; overrides and "
            "reversals count"
        ),
        period=period.span,
        sample=sample(overridden(period)),
    )


def catch_rate(period: Period, found: Reliance) -> Figure:
    return figures.share(
        "Error catch rate from known outcomes (M3)",
        found.hits,
        found.errors,
        query=(
            "Decided cases with another final outcome than the AI system's, of those decided cases "
            "whose true outcome, learned later, differs from the AI system's"
        ),
        period=period.span,
    )


def verdict_seconds(verdicts: QuerySet[Verdict]) -> Counter[int]:
    """Verdicts per whole second from claim to verdict."""
    rows = (
        verdicts.annotate(spent=population.seconds("ruled_at", "claimed_at"))
        .values("spent")
        .annotate(n=Count("pk"))
    )
    return Counter({row["spent"]: row["n"] for row in rows})


def days_between(rows: QuerySet[Any], later: str, earlier: str) -> Counter[int]:
    """Rows per whole day between two instants of each."""
    found: Counter[int] = Counter()
    spent = rows.annotate(spent=population.seconds(later, earlier))
    for row in spent.values("spent").annotate(n=Count("pk")):
        found[row["spent"] // _SECONDS_OF_A_DAY] += row["n"]
    return found


def too_fast(period: Period, seconds: Counter[int], verdicts: QuerySet[Verdict]) -> Figure:
    floor = int(TOO_FAST_SECONDS.value)
    spent = population.seconds("ruled_at", "claimed_at")
    fast = verdicts.annotate(spent=spent).filter(spent__lt=floor)
    return figures.share(
        "Verdicts under the floor (M9)",
        below(seconds, TOO_FAST_SECONDS.value),
        seconds.total(),
        query=(
            f"Verdicts of the period given less than {floor} s after their claim began, of all. "
            f"The floor is {TOO_FAST_SECONDS.reason}"
        ),
        period=period.span,
        sample=sample(fast),
    )


@dataclass(frozen=True, slots=True)
class Certified:
    """M14: verdicts by people whose proof of competence was valid for the version at the time."""

    figure: Figure
    lapsed: QuerySet[Verdict]
    lapsed_count: int


def certified(period: Period) -> Certified:
    rows = population.verdicts(period)
    held = competent()
    counts = rows.aggregate(n=Count("pk"), held=Count("pk", filter=held))
    lapsed = rows.exclude(held)
    missing = counts["n"] - counts["held"]
    figure = figures.share(
        "Competence coverage (M14)",
        counts["held"],
        counts["n"],
        query=(
            "Verdicts of the period whose person held a qualification for the system and version "
            "at that moment, of all verdicts of the period"
        ),
        period=period.span,
        sample=sample(lapsed) if missing else (),
    )
    return Certified(figure, lapsed, missing)


def contrary_executions(period: Period) -> QuerySet[Case]:
    """Cases whose decision was carried out in the period otherwise than people had settled."""
    return Case.objects.filter(
        decision__system=period.system_id,
        state=Case.State.DECIDED,
        closed_at__lte=F("decision__permit_use__used_at"),
        decision__permit_use__used_at__gte=period.start,
        decision__permit_use__used_at__lt=period.end,
        decision__permit_use__execution__recorded_at__lte=period.cut_off,
    ).exclude(decision__permit_use__execution__outcome=F("final_outcome"))


def executed_overrides(period: Period) -> QuerySet[Case]:
    """Overridden cases whose settled outcome was carried out, or undone as ordered, by the
    cut-off."""
    return overridden(period).filter(
        Q(decision__executions__kind=Execution.Kind.CARRIED_OUT, decision__reversal=None)
        | Q(decision__executions__kind=Execution.Kind.UNDONE),
        decision__executions__outcome=F("final_outcome"),
        decision__executions__recorded_at__lte=period.cut_off,
    )


def uses_before_verdict(period: Period) -> QuerySet[PermitUse]:
    """Permits used in the period although their decision awaited people, before these ruled."""
    settled = Case.objects.filter(
        decision=OuterRef("decision"),
        kind=Case.Kind.REVIEW,
        state=Case.State.DECIDED,
        closed_at__lte=OuterRef("used_at"),
    )
    return population.permit_uses(period).filter(
        ~Exists(settled), decision__evaluation__disposition="review"
    )


def uses_under_halt(period: Period) -> QuerySet[PermitUse]:
    """Permits used in the period while a halt over their decision was in force."""
    return population.permit_uses(period).filter(population.halted_at("used_at", "decision"))


def rulings(period: Period) -> QuerySet[Verdict]:
    """Verdicts that settle something: abstaining hands the case on, and what was ruled on a case
    that was still open at the cut-off is a ballot, sealed from whoever reads the report."""
    given = population.verdicts(period).filter(case__closed_at__lte=period.cut_off)
    return given.exclude(kind=VerdictKind.ABSTAIN)


def rights_to_differ(period: Period, decision_type: str = "") -> int:
    """Decision rights in force in the period that let their holders settle on another outcome."""
    rights = DecisionRight.objects.filter(
        Q(system="") | Q(system=period.system_slug),
        Q(valid_until=None) | Q(valid_until__gt=period.start),
        verdicts__overlap=[VerdictWord.OVERRIDE.value, VerdictWord.REVERSE.value],
        valid_from__lt=period.end,
    )
    if decision_type:
        rights = rights.filter(Q(decision_type="") | Q(decision_type=decision_type))
    return rights.count()


def estimated(
    label: str,
    estimate: Estimate | str,
    *,
    unit: Unit,
    n: int,
    query: str,
    period: Period,
) -> Figure:
    """A figure from an estimate, or from the sentence why there is none."""
    reason = estimate if isinstance(estimate, str) else ""
    found = None if isinstance(estimate, str) else estimate
    return Figure(
        label=label,
        query=query,
        period=period.span,
        unit=unit,
        n=n,
        value=found.value if found else None,
        interval=found.interval if found else None,
        no_interval=found.no_interval if found else "",
        not_assessable=reason,
    )


def quantile_of(
    label: str, counts: Counter[int], probability: str, *, unit: Unit, query: str, period: Period
) -> Figure:
    """A quantile of values given as value to count, such as 0.5 for the median."""
    try:
        estimate: Estimate | str = grouped_quantile(counts, Decimal(probability))
    except NotAssessableError as nothing:
        estimate = str(nothing)
    return estimated(label, estimate, unit=unit, n=counts.total(), query=query, period=period)
