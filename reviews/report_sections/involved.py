"""Chapter 2 of the Article 22 report: how much people settled, type by type, with figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from governance.reports import figures
from governance.reports.blocks import Figure, Paragraph
from governance.reports.document import Block, Section
from governance.reports.period import Period
from governance.reports.sections import section
from governance.reports.statistics import rounded
from models_registry.models import DecisionType
from models_registry.selectors.known import types_at
from reviews.metrics.involvement import Condition, Involved, involvement
from reviews.metrics.limits import DEPENDENCE, TOO_FAST_SHARE
from reviews.models import Case, Decision, Permit, VerdictKind
from reviews.report_sections import population
from reviews.report_sections.measured import (
    catch_rate,
    contrary_executions,
    measured_reliance,
    rights_to_differ,
    rulings,
    too_fast,
    verdict_seconds,
)
from reviews.report_sections.population import sample
from reviews.selectors.competence import competent


@dataclass(frozen=True, slots=True)
class Tested:
    """One decision type, its class and the figures that gave it. `adverse_unreviewed`: decisions
    given leave for an adverse outcome without a person's ruling."""

    kind: DecisionType
    decisions: int
    involved: Involved
    adverse_unreviewed: int
    figures: tuple[Figure, ...]


def tested(kind: DecisionType, period: Period) -> Tested:
    """Put one decision type to the test of `reviews.metrics.involvement`."""
    received = population.decisions(period).filter(decision_type=kind.pk)
    cases = population.decided_cases(period).filter(
        decision__decision_type=kind.pk, kind=Case.Kind.REVIEW
    )
    leave = _given_leave(period, kind)
    dependence, followed = _dependence(period, kind)
    hasty = _hasty(period, kind)
    held = _competence(period, kind)
    first = cases.aggregate(n=Count("pk"), blind=Count("pk", filter=Q(blind_first=True)))
    found = involvement(
        has_effect=kind.effect != "none",
        decisions=received.count(),
        in_effect=leave.n,
        unreviewed=leave.n - int(leave.numerator or 0),
        conditions=(
            _authority(kind, period),
            _competent(held),
            _took_time(hasty),
            _took_effect(kind, period),
            _independent(dependence),
        ),
        all_judged_first=bool(first["n"]) and first["n"] == first["blind"],
    )
    caught = catch_rate(period, measured_reliance(period, cases))
    return Tested(
        kind=kind,
        decisions=received.count(),
        involved=found,
        adverse_unreviewed=_unreviewed(period, kind)
        .filter(outcome__in=adverse_outcomes(kind))
        .count(),
        figures=(leave, held, hasty, dependence, followed, caught),
    )


@section(
    report="automated_decisions",
    order=20,
    id="involvement",
    title="Meaningful involvement",
    law=("GDPR Art. 22(1)", "GDPR Art. 22(3)"),
)
def meaningful_involvement(period: Period) -> Section:
    kinds = types_at(period.system_id, period.cut_off)
    if not kinds:
        return Section(empty_because="No decision type was defined before the cut-off.")
    blocks: list[Block] = [
        Paragraph(
            "A person's part counts as meaningful if the decision takes effect only after it, the "
            "person has the authority and the competence to decide otherwise, takes the time, does "
            "so with effect, and the result does not merely repeat the output. Which evidence was "
            "opened is not recorded and is not among the conditions. What is not shown counts as "
            "not given."
        )
    ]
    for kind in kinds:
        blocks.append(Paragraph(f"{kind.name} ({kind.slug})"))
        blocks.extend(tested(kind, period).figures)
    return Section(blocks=tuple(blocks))


def _given_leave(period: Period, kind: DecisionType) -> Figure:
    """Permits are what a decision takes effect under."""
    permits = _permits(period, kind)
    counts = permits.aggregate(
        n=Count("decision", distinct=True),
        unreviewed=Count("decision", distinct=True, filter=Q(verdict_ids=[])),
    )
    return figures.share(
        f"{kind.slug}: leave given only after a person's ruling",
        counts["n"] - counts["unreviewed"],
        counts["n"],
        query=(
            "Decisions of the type for which a permit was issued in the period on verdicts alone, "
            "of all decisions of the type for which one was issued"
        ),
        period=period.span,
        sample=sample(Decision.objects.filter(pk__in=_unreviewed(period, kind).values("decision"))),
    )


def _permits(period: Period, kind: DecisionType) -> QuerySet[Permit]:
    return Permit.objects.filter(
        decision__decision_type=kind.pk,
        issued_at__gte=period.start,
        issued_at__lt=period.end,
    )


def _unreviewed(period: Period, kind: DecisionType) -> QuerySet[Permit]:
    """Permits that rest on no verdict."""
    return _permits(period, kind).filter(verdict_ids=[])


def adverse_outcomes(kind: DecisionType) -> frozenset[str]:
    return frozenset(key for key, spec in kind.outcome_specs.items() if spec["adverse"])


def _dependence(period: Period, kind: DecisionType) -> tuple[Figure, Figure]:
    counts = _settled(period, kind)
    query = (
        "Cases of the type decided in the period before the decision could take effect, by the "
        "AI system's output and the final outcome"
    )
    return (
        figures.output_dependence(
            f"{kind.slug}: dependence U (M18)", counts, query=query, period=period.span
        ),
        figures.follow_rate(
            f"{kind.slug}: adverse outputs followed (M18)",
            counts,
            adverse_outcomes(kind),
            query=f"{query}: adverse outputs that ended in an adverse outcome",
            period=period.span,
        ),
    )


def _settled(period: Period, kind: DecisionType) -> Mapping[tuple[str, str], int]:
    rows = (
        population.decided_cases(period)
        .filter(decision__decision_type=kind.pk, kind=Case.Kind.REVIEW)
        .values("final_outcome", a=F("decision__outcome"))
        .annotate(n=Count("pk"))
        .order_by("a", "final_outcome")
    )
    return {(row["a"], row["final_outcome"]): row["n"] for row in rows}


def _hasty(period: Period, kind: DecisionType) -> Figure:
    given = population.verdicts(period).filter(case__decision__decision_type=kind.pk)
    return too_fast(period, verdict_seconds(given), given)


def _competence(period: Period, kind: DecisionType) -> Figure:
    given = population.verdicts(period).filter(case__decision__decision_type=kind.pk)
    held = competent()
    counts = given.aggregate(n=Count("pk"), held=Count("pk", filter=held))
    return figures.share(
        f"{kind.slug}: verdicts by people with valid competence (M14)",
        counts["held"],
        counts["n"],
        query="Verdicts on cases of the type given under a proof valid for the version, of all",
        period=period.span,
        sample=sample(given.exclude(held)) if counts["n"] > counts["held"] else (),
    )


def _authority(kind: DecisionType, period: Period) -> Condition:
    rights = rights_to_differ(period, kind.slug)
    return Condition(
        "people had the authority to decide otherwise",
        rights > 0,
        f"{rights} decision rights in force in the period allow another outcome.",
    )


def _competent(held: Figure) -> Condition:
    holds = None if held.value is None else held.value == 1
    return Condition(
        "people had valid competence", holds, f"{held.numerator} of {held.n} verdicts."
    )


def _took_time(hasty: Figure) -> Condition:
    holds = None if hasty.value is None else hasty.value <= TOO_FAST_SHARE.value
    return Condition(
        "people took a plausible time",
        holds,
        f"{hasty.numerator} of {hasty.n} verdicts lay under the floor; {TOO_FAST_SHARE.reason}.",
    )


def _took_effect(kind: DecisionType, period: Period) -> Condition:
    changing = rulings(period).filter(
        case__decision__decision_type=kind.pk,
        kind__in=[VerdictKind.OVERRIDE, VerdictKind.REVERSE],
    )
    n = changing.count()
    broken = contrary_executions(period).filter(decision__decision_type=kind.pk).count()
    return Condition(
        "people decided otherwise, with effect",
        False if broken else (True if n else None),
        f"{n} verdicts replaced the output, and {broken} decisions were carried out otherwise "
        "than people had settled.",
    )


def _independent(dependence: Figure) -> Condition:
    if dependence.value is None:
        return Condition("the result did not repeat the output", None, dependence.not_assessable)
    return Condition(
        "the result did not repeat the output",
        dependence.value <= DEPENDENCE.value,
        f"U is {rounded(dependence.value)}; our limit is {DEPENDENCE.value}: {DEPENDENCE.reason}.",
    )
