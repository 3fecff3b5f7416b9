"""Chapter 6 of the oversight report: what was logged, whether it is whole, how long it is kept."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count

from governance.ledger.continuity import Continuity, EventCount, continuity, event_counts
from governance.ledger.verify import Wrong
from governance.models import LedgerEntry, Refusal, VerificationRun
from governance.reports import figures
from governance.reports.blocks import Column, Finding, KeyValues, Paragraph, Result, Table
from governance.reports.document import Block, Section
from governance.reports.period import Period
from governance.reports.sections import section
from governance.reports.wording import instant
from governance.selectors.archived import InArchive, in_archive
from governance.services.verifying.whole import verify_ledger

# AI Act Art. 19(1) and 26(6): at least six months.
SIX_MONTHS = timedelta(days=183)
# Entries that are checked one by one while a report is made: a few seconds' worth.
VERIFIED_AT_ONCE = 100_000

# Which events serve which purpose of Art. 12(2), by the beginning of their name. First match wins.
_PURPOSES: tuple[tuple[str, str], ...] = (
    ("models_registry.halt.", "a"),
    ("models_registry.modelversion.", "a"),
    ("models_registry.aisystem.", "a"),
    ("models_registry.decisiontype.", "a"),
    ("models_registry.classification.", "a"),
    ("models_registry.incident.", "a"),
    ("reviews.reversal.", "a"),
    ("reviews.permit.voided", "a"),
    ("governance.policyversion.", "a"),
    ("governance.act.refused", "a"),
    ("reviews.truth.", "b"),
    ("reviews.decision.", "b"),
    ("reviews.", "c"),
    ("models_registry.mandate.", "c"),
    ("governance.", "c"),
    ("models_registry.", "c"),
)
_PURPOSE_WORDS = {
    "a": "12(2)(a) risk and modification",
    "b": "12(2)(b) post-market monitoring",
    "c": "12(2)(c) operation",
}


@section(
    report="human_oversight",
    order=60,
    id="logging",
    title="Logging",
    law=("AI Act Art. 12", "AI Act Art. 19(1)", "AI Act Art. 26(6)"),
)
def logging(period: Period) -> Section:
    events = event_counts(period.start, period.end, period.cut_off)
    if not events:
        return Section(empty_because="The ledger holds no entry from before the cut-off.")
    whole = continuity(period.start, period.end)
    archived = in_archive(period.cut_off)
    return Section(
        blocks=(
            Paragraph(
                "The ledger is one log for the whole installation; the counts below are of all its "
                "AI systems. An entry is written in the transaction of the change it tells of, "
                "and the database refuses to change or delete it."
            ),
            *_archived(archived),
            _catalogue(events),
            *_continuity(whole, period),
            _verification(period),
            *_retention(events, archived, period),
            *_refusals(period),
        )
    )


def purpose_of(event: str) -> str:
    """The letter of Art. 12(2) that an event serves."""
    return next((letter for start, letter in _PURPOSES if event.startswith(start)), "c")


def _archived(archived: InArchive | None) -> tuple[Block, ...]:
    if archived is None:
        return ()
    return (
        Paragraph(
            f"{archived.entries} entries, of the time from {instant(archived.begins_at)} to "
            f"{instant(archived.ends_at)}, are in the archive only, where they are verified by "
            "themselves. The counts of this chapter leave them out."
        ),
    )


def _catalogue(events: list[EventCount]) -> Table:
    rows = sorted(
        (_PURPOSE_WORDS[purpose_of(entry.event)], entry.event, entry.in_period, entry.known)
        for entry in events
    )
    return Table(
        "Events logged",
        (
            Column("Purpose"),
            Column("Event"),
            Column("In the period", numeric=True),
            Column("Up to the cut-off", numeric=True),
        ),
        tuple(rows),
        note="Events serve one main purpose each; the assignment is ours.",
        row_header=1,
    )


def _continuity(whole: Continuity, period: Period) -> tuple[Block, ...]:
    sample = tuple(str(key) for key in whole.sample)
    figure = figures.share(
        "Entries that follow on their object's previous one",
        whole.entries - whole.broken,
        whole.entries,
        query=(
            "Ledger entries of the period whose counter and previous leaf hash are those of the "
            "object's entry before, or which are their object's first, of all entries of the period"
        ),
        period=period.span,
        sample=sample,
    )
    if not whole.entries:
        result, reason = Result.NOT_ASSESSABLE, "No entry was written in the period."
    elif whole.broken:
        result = Result.NOT_MET
        reason = f"{whole.broken} of {whole.entries} entries do not follow on the one before."
    else:
        result = Result.MET
        reason = f"All {whole.entries} entries of the period follow on their object's previous one."
    finding = Finding(
        check="log-continuity",
        title="The log of each object is continuous",
        obligations=("eu-ai-act:12.1",),
        result=result,
        reason=reason,
        sample=sample,
    )
    return figure, finding


def _verification(period: Period) -> Finding:
    """What the newest verification of everything before the cut-off said; where there was none, and
    the ledger is small, one that is made now. Its words name no count that grows."""
    ended = VerificationRun.objects.filter(is_whole=True, finished_at__lt=period.cut_off)
    run = ended.order_by("-finished_at").first()
    if run is not None:
        result, reason = _of_run(run)
    elif LedgerEntry.objects.filter(at__lt=period.cut_off).count() > VERIFIED_AT_ONCE:
        result = Result.NOT_ASSESSABLE
        reason = (
            f"The ledger held more than {VERIFIED_AT_ONCE} entries at the cut-off, and no "
            "verification of all of them had been made."
        )
    else:
        found = verify_ledger()
        result, reason = _found(found.fault_count, [fault.wrong for fault in found.faults])
    return Finding(
        check="log-verification",
        title="The log agrees with the records",
        obligations=("eu-ai-act:12.1",),
        result=result,
        reason=reason,
    )


def _of_run(run: VerificationRun) -> tuple[Result, str]:
    if run.state == VerificationRun.State.FAILED or run.finished_at is None:
        return Result.NOT_ASSESSABLE, f"The last verification failed: {run.failure}"
    result, reason = _found(run.fault_count, [Wrong(fault["wrong"]) for fault in run.findings])
    return result, f"Verified at {instant(run.finished_at)}: {reason}"


def _found(faults: int, kinds: list[Wrong]) -> tuple[Result, str]:
    if faults:
        wrong = ", ".join(sorted(set(kinds)))
        return Result.NOT_MET, f"Faults were found: {faults}, of these kinds: {wrong}."
    return Result.MET, (
        "Every entry, and each row, history row and payload that entries commit to, is what was "
        "entered; no row is without its entry. Payloads that were erased cannot be compared."
    )


def _retention(
    events: list[EventCount], archived: InArchive | None, period: Period
) -> tuple[Block, ...]:
    oldest = min(entry.oldest for entry in events)
    if archived is not None:
        oldest = min(oldest, archived.begins_at)
    kept = period.cut_off - oldest
    facts = KeyValues(
        (
            ("Oldest entry", instant(oldest)),
            ("Days kept so far", kept.days),
            ("Least period of the law, in days", SIX_MONTHS.days),
        )
    )
    if kept >= SIX_MONTHS:
        result = Result.MET
        reason = f"The log reaches back {kept.days} days, and entries cannot be deleted."
    else:
        result = Result.NOT_ASSESSABLE
        reason = (
            f"The log is {kept.days} days old, younger than six months, so its keeping for that "
            "long cannot be shown yet. Entries cannot be deleted through the product."
        )
    finding = Finding(
        check="log-retention",
        title="Logs are kept for six months or more",
        obligations=("eu-ai-act:19.1", "eu-ai-act:26.6"),
        result=result,
        reason=reason,
    )
    return facts, finding


def _refusals(period: Period) -> tuple[Block, ...]:
    refused = (
        Refusal.objects.filter(refused_at__gte=period.start, refused_at__lt=period.end)
        .values("code")
        .annotate(n=Count("id"))
        .order_by("-n", "code")
    )
    rows = tuple((row["code"], row["n"]) for row in refused)
    reads = Paragraph(
        "Who read the log is not recorded, so accesses cannot be listed. Tries that the rules "
        "refused are entered."
    )
    if not rows:
        return (reads, Paragraph("No try was refused in the period."))
    table = Table("Refused tries", (Column("Reason"), Column("Tries", numeric=True)), rows)
    return reads, table
