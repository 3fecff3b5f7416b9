"""Chapter 4 of the Article 22 report: intervention, point of view, contest (M17)."""

from __future__ import annotations

from django.db.models import Case as CaseWhen
from django.db.models import Count, DateTimeField, F, Func, Q, QuerySet, When

from governance.reports import figures
from governance.reports.blocks import Figure, Finding, Paragraph, Result, Unit
from governance.reports.document import Section
from governance.reports.period import Period
from governance.reports.sections import section
from reviews.models import Case, Contestation
from reviews.report_sections import population
from reviews.report_sections.measured import days_between, quantile_of
from reviews.report_sections.population import sample

_NONE = (
    "No contestation was received in the period, so neither number, time nor result can be given."
)


@section(
    report="automated_decisions",
    order=40,
    id="safeguards",
    title="Safeguards used",
    law=("GDPR Art. 22(3)",),
)
def safeguards(period: Period) -> Section:
    audits = population.decided_cases(period).filter(kind=Case.Kind.AUDIT)
    changed = audits.exclude(final_outcome=F("decision__outcome"))
    figure = figures.share(
        "Passed decisions that people changed afterwards",
        changed.count(),
        audits.count(),
        query=(
            "Audits of passed decisions decided in the period with another outcome than the AI "
            "system's, of all audits decided in the period"
        ),
        period=period.span,
        sample=sample(changed),
    )
    return Section(
        blocks=(
            Paragraph(
                "A contestation is a challenge by a person concerned. Whoever rules on it has not "
                "ruled on the decision before, holds an equal or higher right, and confirms having "
                "read the person's statement before the rest of the case is shown to them."
            ),
            *_contested(period),
            Paragraph("On the organisation's own initiative:"),
            figure,
            *_findings(period),
        )
    )


def _contested(period: Period) -> tuple[Figure, ...]:
    """M17: requests, median days, how many were changed."""
    received, decided = population.contested(period), population.contests_decided(period)
    changed = decided.filter(result=Contestation.Result.CHANGED)
    due, late = _due(period), _late(period)
    return (
        figures.count(
            "Contestations received (M17)",
            received.count(),
            population.decisions(period).count(),
            query=(
                "Contestations received in the period and registered by the cut-off; n counts the "
                "decisions received in the period"
            ),
            period=period.span,
            sample=sample(received),
        ),
        quantile_of(
            "Days from receipt to the reviewer's result, median (M17)",
            days_between(decided, "closed_at", "received_at"),
            "0.5",
            unit=Unit.DAYS,
            query="Whole days from receipt to result, of the contestations decided in the period",
            period=period,
        ),
        figures.share(
            "Contested decisions that were changed (M17)",
            changed.count(),
            decided.count(),
            query=(
                "Contestations decided in the period with another outcome than the one that stood, "
                "of all contestations decided in the period"
            ),
            period=period.span,
            sample=sample(changed),
        ),
        figures.share(
            "Answers that were late",
            late.count(),
            due.count(),
            query=(
                "Contestations whose letter was sent after it was due, or had not been sent by the "
                "cut-off, of those whose answer was due in the period"
            ),
            period=period.span,
            sample=sample(late),
        ),
    )


def _due(period: Period) -> QuerySet[Contestation]:
    """Whose answer was due in the period as known at the cut-off; withdrawn ones need none."""
    withdrawn = Q(state=Contestation.State.WITHDRAWN, closed_at__lte=period.cut_off)
    return (
        population.contestations(period)
        .exclude(withdrawn)
        .annotate(due=_due_as_known(period))
        .filter(due__gte=period.start, due__lt=period.end)
    )


def _late(period: Period) -> QuerySet[Contestation]:
    unsent = Q(sent_at=None) | Q(sent_at__gt=period.cut_off)
    return _due(period).filter(unsent | Q(sent_at__gt=F("due")))


def _due_as_known(period: Period) -> CaseWhen:
    """The deadline at the cut-off: an extension that came later does not count."""
    first = Func(
        F("received_at"),
        template="(%(expressions)s + interval '1 month')",
        output_field=DateTimeField(),
    )
    return CaseWhen(When(extended_at__gt=period.cut_off, then=first), default=F("due_at"))


def _findings(period: Period) -> tuple[Finding, ...]:
    """Made of what the records show; whether the law is met is for the reader to judge."""
    received = population.contested(period)
    counts = population.contestations(period).aggregate(
        received=Count("pk", filter=Q(pk__in=received.values("pk"))),
        decided=Count("pk", filter=Q(pk__in=population.contests_decided(period).values("pk"))),
    )
    due, late = _due(period).count(), _late(period)
    late_count = late.count()
    if not counts["received"] and not counts["decided"] and not due:
        return tuple(
            _finding(right, title, Result.NOT_ASSESSABLE, _NONE) for right, title in _RIGHTS
        )
    n, decided = counts["received"], counts["decided"]
    told = f"{n} received, {decided} decided by another person in the period."
    ruled = Result.MET if decided else Result.NOT_ASSESSABLE
    in_time = (
        f"{late_count} of {due} answers that were due in the period were late."
        if due
        else "No answer was due in the period."
    )
    answered = Result.PARTLY if late_count else Result.MET if due else Result.NOT_ASSESSABLE
    if due and late_count == due:
        answered = Result.NOT_MET
    view = f"{told} Each ruling came after the reviewer had confirmed reading the statement."
    results = (
        (ruled, told if decided else f"{told} Nobody has ruled in the period."),
        (ruled, view if decided else f"{told} Nobody has ruled in the period."),
        (answered, f"{told} {in_time}"),
    )
    return tuple(
        _finding(right, title, result, reason, sample(late) if right == "contest" else ())
        for (right, title), (result, reason) in zip(_RIGHTS, results, strict=True)
    )


_RIGHTS = (
    ("intervention", "Persons concerned obtained the intervention of a person"),
    ("view", "Persons concerned could express their point of view"),
    ("contest", "Persons concerned could contest the decision and got an answer in time"),
)


def _finding(
    right: str, title: str, result: Result, reason: str, rows: tuple[str, ...] = ()
) -> Finding:
    obligations = [f"gdpr:22.3.{right}"] + (["gdpr:12.3"] if right == "contest" else [])
    return Finding(
        check=f"article-22-3-{right}",
        title=title,
        obligations=tuple(obligations),
        result=result,
        reason=reason,
        sample=rows,
    )
