"""Chapter 4 of the oversight report: Article 14(4)(a) to (e), a page each.

Each page holds what the design provides, what was measured, and a finding that names its rule.
The law sets no thresholds; where a finding needs a limit, it is one of ours and is stated.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q

from governance.reports import figures
from governance.reports.blocks import Figure, Finding, KeyValues, Paragraph, Result
from governance.reports.document import Section
from governance.reports.period import Period
from governance.reports.sections import section
from models_registry.selectors.known import versions_at
from reviews.metrics.limits import TOO_FAST_SHARE
from reviews.metrics.reliance import self_reliance
from reviews.models import PermitVoid, PriorJudgement
from reviews.report_sections import population
from reviews.report_sections.measured import (
    NO_CONTROLS,
    catch_rate,
    certified,
    contrary_executions,
    executed_overrides,
    measured_reliance,
    override_rate,
    rights_to_differ,
    too_fast,
    uses_under_halt,
    verdict_seconds,
)
from reviews.report_sections.population import sample

_REPORT = "human_oversight"
_NO_VERDICT = "No verdict was given in the period."


def _finding(
    letter: str, title: str, result: Result, reason: str, rows: tuple[str, ...] = ()
) -> Finding:
    return Finding(
        check=f"article-14-4-{letter}",
        title=title,
        obligations=(f"eu-ai-act:14.4.{letter}",),
        result=result,
        reason=reason,
        sample=rows,
    )


@section(
    report=_REPORT,
    order=41,
    id="article_14_4_a",
    title="Understanding and monitoring",
    law=("AI Act Art. 14(4)(a)",),
)
def understanding(period: Period) -> Section:
    versions = versions_at(period.system_id, period.cut_off)
    proven, found = certified(period), measured_reliance(period)
    caught = catch_rate(period, found)
    title = "People understand the system's limits and notice its errors"
    if not proven.figure.n:
        finding = _finding("a", title, Result.NOT_ASSESSABLE, _NO_VERDICT)
    elif proven.lapsed_count:
        reason = f"{proven.lapsed_count} verdicts were given without a valid proof of competence."
        finding = _finding("a", title, Result.NOT_MET, reason, sample(proven.lapsed))
    elif found.hits:
        reason = (
            f"Every verdict was given under a valid proof, and {found.hits} of {found.errors} "
            "outputs known to be wrong were overridden."
        )
        result = Result.MET if found.hits == found.errors else Result.PARTLY
        finding = _finding("a", title, result, reason)
    else:
        reason = (
            "Every verdict was given under a valid proof, but no wrong output is known to have "
            "been overridden, so that people notice errors is not shown."
        )
        finding = _finding("a", title, Result.PARTLY, reason)
    stated = sum(1 for version in versions if version.limits)
    design = KeyValues(
        (
            ("Versions with stated limits", f"{stated} of {len(versions)}"),
            ("Where they are shown", "on the case page, beside the output"),
            ("Proof of competence", "asked for at each claim and each verdict"),
        )
    )
    return Section(blocks=(design, Paragraph(NO_CONTROLS), proven.figure, caught, finding))


@section(
    report=_REPORT,
    order=42,
    id="article_14_4_b",
    title="Automation bias",
    law=("AI Act Art. 14(4)(b)",),
)
def automation_bias(period: Period) -> Section:
    found = measured_reliance(period)
    given = population.verdicts(period)
    seconds = verdict_seconds(given)
    hasty = too_fast(period, seconds, given)
    blind = population.decided_cases(period).filter(blind_first=True).count()
    detection = figures.error_detection(
        hits=found.hits,
        errors=found.errors,
        false_alarms=found.false_alarms,
        correct=found.correct,
        query="Cases decided in the period whose true outcome became known (M5)",
        period=period.span,
    )
    title = "People remain aware of automation bias"
    if not seconds:
        finding = _finding("b", title, Result.NOT_ASSESSABLE, _NO_VERDICT)
    elif hasty.interval is not None and hasty.interval.low > TOO_FAST_SHARE.value:
        reason = f"More verdicts were under the floor than our limit: {TOO_FAST_SHARE.reason}."
        finding = _finding("b", title, Result.NOT_MET, reason, hasty.sample)
    elif blind and detection[0].interval is not None and detection[0].interval.low > 0:
        reason = (
            f"{blind} cases were judged before the output was shown, and people told wrong outputs "
            "from right ones better than chance."
        )
        finding = _finding("b", title, Result.MET, reason)
    else:
        missing = [] if blind else ["no case was judged before the output was shown"]
        if detection[0].interval is None or detection[0].interval.low <= 0:
            missing.append("that people tell wrong outputs from right ones is not shown")
        reason = f"{'; '.join(missing).capitalize()}."
        finding = _finding("b", title, Result.PARTLY, reason)
    design = KeyValues(
        (
            ("Cases judged before the output was shown", blind),
            ("Preselected verdict", "none: each verdict is chosen and given a reason"),
        )
    )
    blocks = (design, *detection, *_reliance(period), _anchoring(period), hasty, finding)
    return Section(blocks=blocks)


def _reliance(period: Period) -> tuple[Figure, Figure]:
    """M6, from cases that were judged before the output was shown and whose truth is known."""
    rows = (
        _judged_first(period)
        .annotate(
            a=F("case__decision__outcome"),
            h=F("case__final_outcome"),
            g=population.newest_truth(period, "case__decision"),
        )
        .filter(g__isnull=False)
        .values("a", "outcome", "h", "g")
        .annotate(n=Count("pk"))
    )
    found = self_reliance({(r["a"], r["outcome"], r["h"], r["g"]): r["n"] for r in rows})
    words = "of the cases judged before the output was shown whose true outcome became known"
    return (
        figures.share(
            "Own right judgement kept against a wrong output (M6, RSR)",
            *found.kept_own,
            query=f"Right first judgements kept where the output was wrong, {words}",
            period=period.span,
        ),
        figures.share(
            "Wrong own judgement given up for a right output (M6, RAIR)",
            *found.took_advice,
            query=f"Wrong first judgements given up where the output was right, {words}",
            period=period.span,
        ),
    )


def _judged_first(period: Period) -> Any:
    return PriorJudgement.objects.filter(case__in=population.decided_cases(period).values("pk"))


def _anchoring(period: Period) -> Figure:
    """M7: how much more people agree with an output that they have seen."""
    shown = (
        population.decided_cases(period)
        .filter(blind_first=False)
        .aggregate(n=Count("pk"), same=Count("pk", filter=Q(final_outcome=F("decision__outcome"))))
    )
    hidden = _judged_first(period).aggregate(
        n=Count("pk"), same=Count("pk", filter=Q(outcome=F("case__decision__outcome")))
    )
    return figures.difference(
        "Agreement when shown less agreement before seeing (M7)",
        (shown["same"], shown["n"]),
        (hidden["same"], hidden["n"]),
        query=(
            "Share of decided cases that ended as the output said where it was shown at once, less "
            "the share of first judgements equal to an output not yet shown"
        ),
        period=period.span,
    )


@section(
    report=_REPORT,
    order=43,
    id="article_14_4_c",
    title="Interpretation of outputs",
    law=("AI Act Art. 14(4)(c)",),
)
def interpretation(period: Period) -> Section:
    decided = population.decided_cases(period)
    counts = decided.aggregate(
        n=Count("pk"), stated=Count("pk", filter=Q(decision__confidence__isnull=False))
    )
    stated = figures.share(
        "Reviewed outputs with a stated confidence",
        counts["stated"],
        counts["n"],
        query="Decided cases of the period whose decision came with a confidence, of all of them",
        period=period.span,
        sample=sample(decided.filter(decision__confidence=None)),
    )
    design = Paragraph(
        "The case page shows the outcome, its confidence in words and figures, and the factors "
        "that the AI system sent, with direction and weight. The explanation is sealed with the "
        "decision; whether one came, and whether it was opened, is not counted here."
    )
    finding = _finding(
        "c",
        "People can interpret the output correctly",
        Result.NOT_ASSESSABLE,
        "Whether explanations were opened and understood is not recorded.",
    )
    return Section(blocks=(design, stated, finding))


@section(
    report=_REPORT,
    order=44,
    id="article_14_4_d",
    title="Disregarding, overriding, reversing",
    law=("AI Act Art. 14(4)(d)",),
)
def overriding(period: Period) -> Section:
    found = measured_reliance(period)
    contrary = contrary_executions(period)
    broken = contrary.count()
    carried_out = executed_overrides(period).count()
    title = "People can disregard, override or reverse the output, and it takes effect"
    allowing = rights_to_differ(period)
    if broken:
        reason = f"{broken} decisions were carried out otherwise than people had settled."
        finding = _finding("d", title, Result.NOT_MET, reason, sample(contrary))
    elif not found.decided:
        finding = _finding("d", title, Result.NOT_ASSESSABLE, "No case was decided.")
    elif carried_out:
        reason = (
            f"{carried_out} of {found.overridden} overrides took effect by the cut-off, and "
            "nothing was carried out otherwise than people had settled."
        )
        finding = _finding("d", title, Result.MET, reason)
    else:
        reason = (
            f"{allowing} decision rights allow it, but no override took effect in the period, so "
            "that it does is not shown."
        )
        finding = _finding("d", title, Result.PARTLY, reason)
    design = KeyValues(
        (
            ("Decision rights that allow another outcome", allowing),
            ("What an override does", "voids the permit and issues one for the corrected outcome"),
        )
    )
    return Section(blocks=(design, override_rate(period, found), finding))


@section(
    report=_REPORT,
    order=45,
    id="article_14_4_e",
    title="Stopping the system",
    law=("AI Act Art. 14(4)(e)",),
)
def stopping(period: Period) -> Section:
    placed = population.halts(period).filter(placed_at__gte=period.start, placed_at__lt=period.end)
    counts = placed.aggregate(n=Count("pk"), drills=Count("pk", filter=Q(is_drill=True)))
    ran_on = uses_under_halt(period)
    broken = ran_on.count()
    title = "People can stop the system, and it stops"
    if broken:
        reason = f"{broken} permits were used while a halt over their decision was in force."
        finding = _finding("e", title, Result.NOT_MET, reason, sample(ran_on))
    elif counts["n"]:
        reason = (
            f"Halts placed: {counts['n']}, drills among them: {counts['drills']}. No permit was "
            "used under one."
        )
        finding = _finding("e", title, Result.MET, reason, sample(placed))
    else:
        reason = "No halt was placed or rehearsed in the period, so that it stops is not shown."
        finding = _finding("e", title, Result.PARTLY, reason)
    voided = PermitVoid.objects.filter(
        permit__decision__system=period.system_id,
        reason=PermitVoid.Reason.HALT,
        voided_at__gte=period.start,
        voided_at__lt=period.end,
    )
    design = KeyValues(
        (
            ("Halts placed", counts["n"] - counts["drills"]),
            ("Drills", counts["drills"]),
            ("Unused permits made void by them", voided.count()),
            ("Time to the halt", "none: permits are void in the halt's own transaction (M15)"),
        )
    )
    said = Paragraph(
        "When the executing system itself came to rest is not reported back, so the time until "
        "then cannot be given."
    )
    return Section(blocks=(design, said, _executions(period, broken, ran_on), finding))


def _executions(period: Period, broken: int, rows: Any) -> Figure:
    uses: int = population.permit_uses(period).count()
    return figures.count(
        "Carried out under a halt (M15)",
        broken,
        uses,
        query="Permits used while a halt over their decision was in force, of all permits used",
        period=period.span,
        sample=sample(rows) if broken else (),
    )
