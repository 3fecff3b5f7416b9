"""Article 14(5): two people verify before anything is done, where the law asks for it."""

from __future__ import annotations

from django.db.models import Count, F, Q

from governance.reports import figures
from governance.reports.blocks import Finding, Paragraph, Result
from governance.reports.document import Section
from governance.reports.period import Period
from governance.reports.sections import section
from models_registry.classification import Flag, RiskClass
from models_registry.selectors.known import classification_at
from reviews.models import Case
from reviews.report_sections import population
from reviews.report_sections.population import sample


@section(
    report="human_oversight",
    order=46,
    id="article_14_5",
    title="Verification by two people",
    law=("AI Act Art. 14(5)",),
)
def two_people(period: Period) -> Section:
    classification = classification_at(period.system_id, period.cut_off)
    if classification is None:
        return Section(empty_because="The system was not classified before the cut-off.")
    outcome = classification.outcome
    bound = (
        Flag.REMOTE_IDENTIFICATION.value in outcome["flags"]
        and RiskClass.H3.value in outcome["classes"]
    )
    if not bound:
        return Section(
            empty_because=(
                "The system is not classified as remote biometric identification, to which alone "
                "Article 14(5) applies."
            )
        )
    used = population.permit_uses(period).annotate(
        voters=Count(
            "decision__cases__verdicts__ruled_by",
            distinct=True,
            filter=Q(
                decision__cases__kind=Case.Kind.REVIEW,
                decision__cases__verdicts__ruled_at__lte=F("used_at"),
                decision__cases__verdicts__outcome=F("permit__outcome"),
            ),
        )
    )
    total = used.count()
    single = used.filter(voters__lt=2)
    alone = single.count()
    figure = figures.share(
        "Carried out after two people had confirmed",
        total - alone,
        total,
        query=(
            "Permits used in the period before which two different people had ruled for the "
            "outcome, of all permits used in the period"
        ),
        period=period.span,
        sample=sample(single),
    )
    blind = Paragraph("Ballots are sealed from the other person until both are given.")
    if not total:
        result, reason = Result.NOT_ASSESSABLE, "Nothing was carried out in the period."
    elif alone:
        result, reason = Result.NOT_MET, f"{alone} of {total} were confirmed by fewer than two."
    else:
        result, reason = Result.MET, f"All {total} were confirmed by two people before."
    finding = Finding(
        check="article-14-5",
        title="Two people verified and confirmed before any action",
        obligations=("eu-ai-act:14.5",),
        result=result,
        reason=reason,
        sample=sample(single) if alone else (),
    )
    return Section(blocks=(blind, figure, finding))
