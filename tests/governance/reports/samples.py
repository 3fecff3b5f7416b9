"""Documents to test with: a full one of each kind, an empty one, a long one. All data invented."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from governance.reports import figures
from governance.reports.blocks import (
    Column,
    Finding,
    KeyValues,
    Paragraph,
    Result,
    Table,
    Unit,
)
from governance.reports.chart_blocks import BarChart, Flow, Histogram, LineChart, Link, Mark, Series
from governance.reports.document import (
    Approval,
    Block,
    Coverage,
    Document,
    Frame,
    LedgerCheck,
    LedgerResult,
    LegalStatus,
    ManifestEntry,
    Section,
    Subject,
)
from governance.reports.kinds import AUTOMATED_DECISIONS, HUMAN_OVERSIGHT, ReportKind
from governance.reports.period import Period

PERIOD = Period(
    system_id=UUID("019305a0-0000-7000-8000-000000000001"),
    system_slug="loan-approval",
    start=datetime(2026, 10, 1, tzinfo=UTC),
    end=datetime(2026, 11, 1, tzinfo=UTC),
    cut_off=datetime(2026, 11, 3, 6, 0, tzinfo=UTC),
)
SPAN = PERIOD.span
ROWS = tuple(f"019305a0-1c2d-7e3f-8a9b-{number:012x}" for number in range(8))

FRAME = Frame(
    subject=Subject(
        report_id="019305a0-ffff-7000-8000-00000000002a",
        organisation="Sample Bank (invented)",
        role="deployer",
        system="Loan approval",
        versions=("2.3.0", "2.4.1"),
    ),
    scope="All decisions of the AI system loan-approval that were taken in during the period.",
    generator="Countersign 0.1.0",
    legal_status=(
        LegalStatus(
            provision="AI Act Art. 26(2)",
            applies_from=date(2027, 12, 2),
            scope="high-risk systems of Annex III",
            confidence="very high, the text was read",
            source="Reg. (EU) 2024/1689 as amended by Reg. (EU) 2026/1744",
        ),
        LegalStatus(
            provision="AI Act Art. 19",
            applies_from=None,
            scope="high-risk systems of Annex I, Section B",
            confidence="two readings",
            source="Reg. (EU) 2024/1689",
        ),
    ),
    manifest=(
        ManifestEntry("reviews.Decision", 12480, "9f" * 32),
        ManifestEntry("reviews.Verdict", 1893, "0a" * 32),
    ),
    ledger=LedgerCheck(
        result=LedgerResult.VERIFIED,
        detail="All 48,211 leaves hash to the signed root; three checkpoints are consistent.",
        origin="ledger.example/countersign",
        tree_size=48211,
        root_hash="c1" * 32,
        signed_at=datetime(2026, 11, 3, 6, 0, tzinfo=UTC),
    ),
    known_gaps=(
        "The true outcome of 412 decisions is not known yet, so no error rate speaks of them.",
    ),
    approvals=(
        Approval(
            name="A. Example",
            role="Head of model risk",
            at=datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
            statement="I have read this report and stand for it.",
        ),
    ),
)

MONTHS = ("May", "June", "July", "August", "September", "October")

BARS = BarChart(
    "Override rate by confidence band",
    "Overrides fall from 41 % in the lowest confidence band to 2 % in the highest.",
    "Confidence",
    ("below 0.60", "0.60 to 0.75", "0.75 to 0.90", "0.90 and above"),
    (
        Series(
            "Observed",
            (Decimal("0.41"), Decimal("0.18"), Decimal("0.06"), Decimal("0.02")),
            (Decimal("0.33"), Decimal("0.14"), Decimal("0.045"), Decimal("0.012")),
            (Decimal("0.49"), Decimal("0.23"), Decimal("0.08"), Decimal("0.031")),
        ),
        Series(
            "Expected error",
            (Decimal("0.38"), Decimal("0.22"), Decimal("0.09"), None),
        ),
    ),
    Unit.SHARE,
)
LINES = LineChart(
    "Catch rate over time",
    "The catch rate rose from 62 % in May to 81 % in October; there were no cases in July.",
    "Month",
    MONTHS,
    (
        Series(
            "Control cases caught",
            tuple(Decimal(v) if v else None for v in ("0.62", "0.66", "", "0.70", "0.77", "0.81")),
            tuple(Decimal(v) if v else None for v in ("0.5", "0.55", "", "0.6", "0.68", "0.73")),
            tuple(Decimal(v) if v else None for v in ("0.73", "0.76", "", "0.79", "0.84", "0.87")),
        ),
    ),
    Unit.SHARE,
    mark=Mark("Own limit", Decimal("0.75")),
)
HISTOGRAM = Histogram(
    "Active time per verdict",
    "Most verdicts took 60 to 120 seconds; 31 of 1893 took less than the floor of 20 seconds.",
    "Active time, seconds",
    (0, 20, 40, 60, 80, 100, 120, 160, 200),
    (31, 142, 288, 467, 421, 302, 180, 62),
    Unit.SECONDS,
    floor=Mark("Floor", 20),
)
FLOW = Flow(
    "From output to final decision",
    "Of 700 refusals proposed, 640 were reviewed and 118 of these ended as approvals.",
    ("AI output", "Review", "Final decision"),
    (
        (
            Link("refuse", "reviewed", 640),
            Link("refuse", "not reviewed", 60),
            Link("approve", "reviewed", 90),
            Link("approve", "not reviewed", 1210),
        ),
        (
            Link("reviewed", "refused", 530),
            Link("reviewed", "approved", 200),
            Link("not reviewed", "refused", 60),
            Link("not reviewed", "approved", 1210),
        ),
    ),
)
FINDINGS = (
    Finding(
        check="execution-after-verdict",
        title="No decision was carried out before its verdict",
        obligations=("AIA-14(4)(d)", "AIA-26(2)"),
        result=Result.MET,
        reason="All 1,893 executions of reviewed decisions follow their verdict.",
    ),
    Finding(
        check="qualified-reviewers",
        title="Every verdict was given by a person qualified for the version",
        obligations=("AIA-26(2)",),
        result=Result.NOT_MET,
        reason="7 of 1,893 verdicts were given after the qualification for 2.4.1 had lapsed.",
        sample=ROWS[:7],
    ),
    Finding(
        check="stop-drill",
        title="The stop was rehearsed in the period",
        obligations=("AIA-14(4)(e)",),
        result=Result.PARTLY,
        reason="One drill was held; the policy asks for two.",
        sample=ROWS[:1],
    ),
    Finding(
        check="log-retention",
        title="Logs are kept for at least six months",
        obligations=("AIA-19(1)", "AIA-26(6)"),
        result=Result.NOT_ASSESSABLE,
        reason="The system has been in service for four months.",
    ),
)
FIGURES = (
    figures.share(
        "Override rate (M1)",
        173,
        1893,
        query="Verdicts whose outcome differs from the AI system's, of all verdicts.",
        period=SPAN,
        sample=ROWS,
    ),
    figures.quantile_figure(
        "Active time, median (M9)",
        [Decimal(20 + number % 97) for number in range(300)],
        0.5,
        unit=Unit.SECONDS,
        query="Active time on the case's page, per verdict.",
        period=SPAN,
    ),
    figures.count(
        "Executions after a halt (M15)",
        0,
        12480,
        query="Executions recorded while a halt over the decision's type was in force.",
        period=SPAN,
    ),
    figures.share(
        "Catch rate (M3)",
        0,
        0,
        query="Control cases with a wrong output that were overridden, of all such cases.",
        period=SPAN,
    ),
)
MATRIX = Table(
    "Decisions by type, mode and outcome",
    (
        Column("Decision type"),
        Column("Mode"),
        Column("Outcome"),
        Column("Decisions", numeric=True),
        Column("Reviewed", numeric=True, unit=Unit.SHARE),
    ),
    (
        ("loan-approval", "HITL", "refuse", 700, Decimal("0.914286")),
        ("loan-approval", "HITL", "approve", 1300, Decimal("0.069231")),
        ("limit-increase", "HOTL", "approve", 10480, None),
    ),
    note="A dash means that the mode asks for no review.",
)


def section(number: int, id: str, title: str, *blocks: Block) -> Section:
    return Section(blocks=blocks, id=id, title=title, law=("AI Act Art. 14(4)",), number=number)


def document(kind: ReportKind, *sections: Section, frame: Frame = FRAME) -> Document:
    return Document(
        kind=kind.id,
        title=kind.title,
        law=kind.law,
        intro=kind.intro,
        definitions=kind.definitions,
        coverage=Coverage(SPAN, PERIOD.cut_off),
        frame=frame,
        sections=sections,
    )


def human_oversight() -> Document:
    card = KeyValues((("Purpose", "Credit scoring of consumers"), ("Risk class", "high risk")))
    return document(
        HUMAN_OVERSIGHT,
        section(1, "system_card", "System card", Paragraph("Registered, in service."), card),
        section(2, "interventions", "Interventions", *FIGURES, BARS, LINES),
        section(3, "decisions", "Decisions", MATRIX, HISTOGRAM),
        Section(id="authorities", title="Authorities", number=4, empty_because="No request came."),
        section(5, "results", "Findings", *FINDINGS),
    )


def automated_decisions() -> Document:
    counts = {
        ("refuse", "refused"): 530,
        ("refuse", "approved"): 170,
        ("approve", "approved"): 1300,
    }
    dependence = figures.output_dependence(
        "Dependence U (M18)", counts, query="All decisions with a final outcome.", period=SPAN
    )
    return document(
        AUTOMATED_DECISIONS,
        section(1, "involvement", "Meaningful involvement", dependence, FLOW),
    )


def empty() -> Document:
    """Every part that may be empty is."""
    frame = replace(
        FRAME,
        subject=replace(FRAME.subject, versions=()),
        legal_status=(),
        manifest=(),
        known_gaps=(),
        approvals=(),
        ledger=LedgerCheck(result=LedgerResult.NOT_RUN, detail="No checkpoint exists yet."),
    )
    reason = "No decision was taken in during the period."
    titles = ("System card", "Oversight design", "People", "Interventions", "Logging")
    sections = tuple(
        Section(id=f"part-{number}", title=title, number=number, empty_because=reason)
        for number, title in enumerate(titles, start=1)
    )
    return document(HUMAN_OVERSIGHT, *sections, frame=frame)


def long(rows: int) -> Document:
    """One table of `rows` rows, for page breaks: about 40 rows to a page."""
    table = Table(
        "Verdicts",
        (
            Column("Verdict"),
            Column("Reason"),
            Column("Active time", numeric=True, unit=Unit.SECONDS),
        ),
        tuple(
            (ROWS[n % 8], "The income was read wrongly from the statement.", n) for n in range(rows)
        ),
    )
    return document(HUMAN_OVERSIGHT, section(1, "verdicts", "Verdicts", table))


MARKUP = '*bold* #panic("x") $x^2$ = Title <script>alert(1)</script> & "quoted" \\ @ref // /*'
RIGHT_TO_LEFT = "حكم بشري وقرار שלום עולם"
GREEK_AND_CYRILLIC = "Ανθρώπινη εποπτεία, Људски надзор, Ґанок"
EMOJI = "\N{GRINNING FACE}"
REVERSED = "approved\N{RIGHT-TO-LEFT OVERRIDE}desufer"


def hostile() -> Document:
    """Text that tries to be markup, to run out of its cell, or to say what it does not."""
    word = "x" * 400
    cells = (
        MARKUP,
        RIGHT_TO_LEFT,
        GREEK_AND_CYRILLIC,
        EMOJI,
        REVERSED,
        word,
        "long " * 2000,
        "\x07",
    )
    table = Table(MARKUP, (Column(MARKUP), Column("Text")), tuple((MARKUP, c) for c in cells))
    chart = BarChart(MARKUP, EMOJI, MARKUP, (MARKUP, word), (Series(MARKUP, (1, 2)),), Unit.COUNT)
    pairs = KeyValues(((word, MARKUP), (EMOJI, RIGHT_TO_LEFT)))
    subject = replace(FRAME.subject, organisation=MARKUP, system=f"{REVERSED} {EMOJI}")
    frame = replace(FRAME, subject=subject)
    finding = Finding(
        check=MARKUP,
        title=MARKUP,
        obligations=(MARKUP,),
        result=Result.NOT_MET,
        reason=MARKUP,
        sample=(MARKUP,),
    )
    figure = figures.share(MARKUP, 1, 2, query=MARKUP, period=SPAN, sample=(MARKUP, word))
    return document(
        HUMAN_OVERSIGHT,
        section(1, "texts", MARKUP, Paragraph(MARKUP), table, chart, pairs, finding, figure),
        Section(id="none", title=MARKUP, law=(MARKUP,), number=2, empty_because=MARKUP),
        frame=frame,
    )
