"""The frame of every report as sections: about, findings, records, ledger, gaps, approvals.

They are made of the same blocks as the apps' sections, so each rendering shows them for nothing.
"""

from governance.reports.blocks import Cell, Column, Finding, KeyValues, Paragraph, Table
from governance.reports.document import Document, LedgerResult, Section
from governance.reports.wording import RESULTS, instant

LEDGER_WORDS = {
    LedgerResult.VERIFIED: "Verified",
    LedgerResult.UNSEALED: "Checked, not sealed",
    LedgerResult.FAILED: "Failed",
    LedgerResult.NOT_RUN: "Not run",
}

HOW_TO_READ = (
    "Each figure names the rows it was drawn from, their number n, and a 95 % interval where the "
    "rows are a sample of what could have happened. Where an estimate is not possible, the report "
    "says why. The law sets no thresholds for these figures; limits shown are the organisation's "
    "own. All instants are in UTC."
)
NOT_A_CERTIFICATE = (
    "This report is evidence for the provisions it names. It certifies nothing: whether a "
    "provision is met is for its readers to judge."
)


def about(document: Document) -> Section:
    """What the report is, what it covers, what its words mean, which law it speaks to."""
    status = Table(
        "Legal status of the provisions",
        (
            Column("Provision"),
            Column("Applies from"),
            Column("Scope"),
            Column("Confidence"),
            Column("Source"),
        ),
        tuple(
            (
                line.provision,
                line.applies_from.isoformat() if line.applies_from else "not settled",
                line.scope,
                line.confidence,
                line.source,
            )
            for line in document.frame.legal_status
        ),
    )
    span = document.coverage.span
    covered = KeyValues(
        (
            ("Scope", document.frame.scope),
            ("Period", f"{instant(span.start)} up to, not including, {instant(span.end)}"),
            ("Cut-off", f"Records known at {instant(document.coverage.cut_off)}"),
        )
    )
    words = tuple((definition.term, definition.meaning) for definition in document.definitions)
    definitions = (Paragraph("Words used in this report:"), KeyValues(words)) if words else ()
    return Section(
        id="about",
        title="About this report",
        blocks=(
            Paragraph(document.intro),
            Paragraph(NOT_A_CERTIFICATE),
            covered,
            Paragraph(HOW_TO_READ),
            *definitions,
            status,
        ),
    )


def findings(document: Document) -> Section:
    """Every finding of every section in one table, in the order of the report."""
    rows: list[tuple[Cell, ...]] = [
        (block.title, RESULTS[block.result], section.number, ", ".join(block.obligations))
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Finding)
    ]
    title, id = "Findings at a glance", "findings"
    if not rows:
        return Section(id=id, title=title, empty_because="No check was run for this period.")
    columns = (Column("Check"), Column("Result"), Column("Section", True), Column("Obligations"))
    return Section(id=id, title=title, blocks=(Table("All findings", columns, tuple(rows)),))


def records_used(document: Document) -> Section:
    """The manifest: what was counted, how many rows, and the hash over them."""
    title, id = "Records used", "records"
    manifest = document.frame.manifest
    if not manifest:
        return Section(id=id, title=title, empty_because="No record fell under the scope.")
    rows = tuple((entry.name, entry.count, entry.sha256) for entry in manifest)
    columns = (Column("Records"), Column("Count", True), Column("SHA-256"))
    note = (
        "Each hash is over the rows that stood behind the figures at the cut-off. The same rows "
        "give the same hash, so a second run shows whether anything has changed since."
    )
    return Section(id=id, title=title, blocks=(Table("Hash manifest", columns, rows, note),))


def ledger_check(document: Document) -> Section:
    """What the ledger's verification gave, for which checkpoint."""
    check = document.frame.ledger
    at = instant(check.signed_at) if check.signed_at else None
    pairs: tuple[tuple[str, Cell], ...] = (
        ("Result", LEDGER_WORDS[check.result]),
        ("In words", check.detail),
        ("Log", check.origin),
        ("Entries in the tree", check.tree_size),
        ("Root hash", check.root_hash),
        ("Checkpoint signed at", at),
    )
    return Section(id="ledger", title="Verification of the record", blocks=(KeyValues(pairs),))


def known_gaps(document: Document) -> Section:
    """What the report does not show though a reader might expect it."""
    title, id = "Known gaps", "gaps"
    if not document.frame.known_gaps:
        nothing = "No gap is known to the organisation. This is its statement, not a proof."
        return Section(id=id, title=title, empty_because=nothing)
    blocks = tuple(Paragraph(gap) for gap in document.frame.known_gaps)
    return Section(id=id, title=title, blocks=blocks)


def approvals(document: Document) -> Section:
    """Who stands for the report."""
    title, id = "Approvals", "approvals"
    if not document.frame.approvals:
        nothing = "No person has approved this report. It is a draft."
        return Section(id=id, title=title, empty_because=nothing)
    rows = tuple(
        (approval.name, approval.role, instant(approval.at), approval.statement)
        for approval in document.frame.approvals
    )
    columns = (Column("Person"), Column("Role"), Column("At"), Column("Statement"))
    return Section(id=id, title=title, blocks=(Table("Approvals", columns, rows),))
