"""Chapter 7 of the oversight report: what was owed to people and authorities, and what is known."""

from __future__ import annotations

from governance.models import LedgerEntry
from governance.reports import figures
from governance.reports.blocks import Column, Finding, Result, Table
from governance.reports.document import Section
from governance.reports.period import Period
from governance.reports.sections import section
from governance.reports.wording import instant
from models_registry.models import AISystem
from models_registry.selectors.known import bindings_at, classification_at, status_spans

# Duties whose discharge happens outside the product: nothing here records it.
_UNRECORDED = {
    "eu-ai-act:26.5.incident": "Incident notices and their times are not recorded.",
    "eu-ai-act:26.7": "Notices to workers and their representatives are not recorded.",
    "eu-ai-act:26.8": "Only the registration id of the system is recorded.",
    "eu-ai-act:26.9": "Impact assessments are not recorded.",
    "eu-ai-act:26.11": "Notices to the persons concerned are not recorded.",
    "eu-ai-act:26.12": "Requests of authorities are not recorded.",
}


@section(
    report="human_oversight",
    order=70,
    id="duties",
    title="Duties to people and authorities",
    law=("AI Act Art. 26(5), (7), (11) and (12)",),
)
def duties(period: Period) -> Section:
    spans = status_spans(AISystem, period.system_id, period.cut_off)
    suspended = [span for span in spans if span.status == AISystem.Status.SUSPENDED]
    in_period = [span for span in suspended if period.start <= span.since < period.end]
    suspensions = figures.count(
        "Suspensions of the system",
        len(in_period),
        len(spans),
        query="Changes of the system's status to suspended, of all its statuses up to the cut-off",
        period=period.span,
        sample=_changes(period) if in_period else (),
    )
    rows = tuple(
        (instant(span.since), instant(span.until) if span.until else "still suspended")
        for span in in_period
    )
    tables = (Table("Suspensions", (Column("From"), Column("Until")), rows),) if rows else ()
    findings = tuple(
        Finding(
            check=f"unrecorded-{bound.obligation.id.partition(':')[2]}",
            title=bound.obligation.title,
            obligations=(bound.obligation.id,),
            result=Result.NOT_ASSESSABLE,
            reason=_UNRECORDED[bound.obligation.id],
        )
        for bound in bindings_at(
            classification_at(period.system_id, period.cut_off), period.cut_off
        )
        if bound.obligation.id in _UNRECORDED
    )
    return Section(blocks=(suspensions, *tables, *findings))


def _changes(period: Period) -> tuple[str, ...]:
    entries = LedgerEntry.objects.filter(
        subject_type=AISystem._meta.label_lower,
        subject_id=period.system_id,
        at__gte=period.start,
        at__lt=period.end,
    )
    return tuple(str(key) for key in entries.order_by("id").values_list("id", flat=True)[:5])
