"""The work's part of every report's frame: which records stand behind it, and what it lacks."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q

from governance.reports.document import ManifestEntry
from governance.reports.period import Period
from governance.reports.sources import gap_source, manifest_source
from governance.selectors.manifests import manifest_entry
from reviews.models import (
    Case,
    Contestation,
    Decision,
    Evaluation,
    Execution,
    GroundTruth,
    PermitUse,
    Verdict,
)
from reviews.report_sections import population


@manifest_source
def records(period: Period) -> Sequence[ManifestEntry]:
    received = population.decisions(period)
    cut_off = period.cut_off
    cases = Case.objects.filter(
        Q(decision__received_at__gte=period.start, decision__received_at__lt=period.end)
        | Q(state=Case.State.DECIDED, closed_at__gte=period.start, closed_at__lt=period.end),
        decision__system=period.system_id,
    )
    executions = Execution.objects.filter(decision__in=received, recorded_at__lte=cut_off)
    truths = GroundTruth.objects.filter(decision__system=period.system_id, recorded_at__lte=cut_off)
    return (
        manifest_entry(Decision, received, cut_off),
        manifest_entry(
            Evaluation, Evaluation.objects.filter(decision__in=received.values("pk")), cut_off
        ),
        manifest_entry(Case, cases, cut_off),
        manifest_entry(Verdict, population.verdicts(period), cut_off),
        manifest_entry(Contestation, population.contestations(period), cut_off),
        manifest_entry(PermitUse, population.permit_uses(period), cut_off),
        manifest_entry(Execution, executions, cut_off),
        manifest_entry(GroundTruth, truths, cut_off),
    )


@gap_source
def gaps(kind: str, period: Period) -> Sequence[str]:
    found = []
    given = population.verdicts(period).aggregate(
        n=Count("pk"), simulated=Count("pk", filter=Q(ruled_by__is_simulated=True))
    )
    if given["simulated"]:
        found.append(
            f"Demo data: {given['simulated']} of {given['n']} verdicts were given by simulated "
            "people."
        )
    known = (
        population.decided_cases(period)
        .annotate(g=population.newest_truth(period, "decision"))
        .aggregate(n=Count("pk"), known=Count("pk", filter=Q(g__isnull=False)))
    )
    unknown = known["n"] - known["known"]
    if unknown:
        found.append(
            f"The true outcome of {unknown} of {known['n']} decided cases is not known, so no rate "
            "of errors speaks of them."
        )
    found.append(
        "No control cases are recorded: how well people find errors is judged from outcomes that "
        "became known later."
    )
    found.append(
        "Which evidence a reviewer opened, and for how long they looked at it, is not recorded."
    )
    if kind == "automated_decisions":
        found.append(
            "Attributes of groups of people are not recorded, so no figure is split by them."
        )
    return found
