"""What page and PDF both show: a document as nested plain values, numbers already in words.

Templates and typst only lay out; nothing is computed or worded twice. Shape:
`{language, title, subtitle, law, cover, status, chapters}`; a chapter is `{id, number, title,
law, empty, blocks}`; a block has a `type` of paragraph, pairs, figures, table, chart, findings.
Figures, and findings, that follow one another stand together in one block.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count, groupby
from typing import Any, Final

from governance.reports import frame_sections
from governance.reports.blocks import (
    Cell,
    Figure,
    Finding,
    KeyValues,
    Paragraph,
    Result,
    Table,
    Unit,
)
from governance.reports.charts import draw
from governance.reports.document import Block, Document, Section
from governance.reports.wording import GROUP, RESULTS, cell, instant, interval, number

View = dict[str, Any]

_ROWS_SHOWN: Final = 3
_FIXED: Final = frozenset({"svg", "id", "key", "type"})


def build_view(document: Document, spell: Callable[[str], str]) -> View:
    """The document for one rendering; `spell` turns text into what that rendering can show."""
    front = (frame_sections.about(document), frame_sections.findings(document))
    back = (
        frame_sections.records_used(document),
        frame_sections.ledger_check(document),
        frame_sections.known_gaps(document),
        frame_sections.approvals(document),
    )
    numbered = (
        *(("", section) for section in front),
        *((str(section.number), section) for section in document.sections),
        *(zip("ABCD", back, strict=True)),
    )
    charts = count(1)
    view: View = {
        "language": document.language,
        "title": document.title,
        "subtitle": document.subtitle,
        "law": document.law,
        "cover": _cover(document),
        "status": _status(document),
        "chapters": [chapter_view(label, section, charts, spell) for label, section in numbered],
    }
    return mapped(view, spell)


def mapped(view: View, change: Callable[[str], str]) -> View:
    """The view with `change` applied to its text; pictures and identifiers are left alone."""

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return change(value)
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return {key: item if key in _FIXED else walk(item) for key, item in value.items()}
        return value

    return {key: walk(value) for key, value in view.items()}


def _cover(document: Document) -> list[list[str]]:
    subject, coverage = document.frame.subject, document.coverage
    approved = ", ".join(approval.name for approval in document.frame.approvals)
    return [
        ["Organisation", subject.organisation],
        ["Role", subject.role],
        ["AI system", subject.system],
        ["Model versions", ", ".join(subject.versions) or "none in the period"],
        ["Period", f"{instant(coverage.span.start)} to {instant(coverage.span.end)}"],
        ["Cut-off", instant(coverage.cut_off)],
        ["Approved by", approved or "nobody yet: this is a draft"],
        ["Report", subject.report_id],
        ["Made by", document.frame.generator],
    ]


def _status(document: Document) -> View:
    """The line of results on the cover: the ledger's check and how many findings of each kind."""
    tally = Counter(
        block.result
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Finding)
    )
    check = document.frame.ledger
    return {
        "ledger": {"key": str(check.result), "words": frame_sections.LEDGER_WORDS[check.result]},
        "notice": frame_sections.NOT_A_CERTIFICATE,
        "tally": [
            {"key": str(result), "words": RESULTS[result], "count": str(tally[result])}
            for result in Result
        ],
    }


def chapter_view(
    label: str, section: Section, charts: Iterator[int], spell: Callable[[str], str]
) -> View:
    """One section; `charts` numbers the charts of the whole document."""
    blocks: list[View] = []
    for kind, group in groupby(section.blocks, key=type):
        members = list(group)
        if kind is Figure:
            figures = [_figure(member) for member in members if isinstance(member, Figure)]
            blocks.append({"type": "figures", "figures": figures})
        elif kind is Finding:
            found = [_finding(member) for member in members if isinstance(member, Finding)]
            blocks.append({"type": "findings", "findings": found})
        else:
            blocks.extend(_block(member, charts, spell) for member in members)
    return {
        "id": section.id,
        "number": label,
        "title": section.title,
        "law": list(section.law),
        "empty": section.empty_because or "",
        "blocks": blocks,
    }


def _block(block: Block, charts: Iterator[int], spell: Callable[[str], str]) -> View:
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "text": block.text}
    if isinstance(block, KeyValues):
        pairs = [[key, cell(value)] for key, value in block.pairs]
        return {"type": "pairs", "pairs": pairs}
    if isinstance(block, Table):
        return _table(block)
    assert not isinstance(block, Figure | Finding)
    table = _table(block.table())
    svg = draw(block, key=f"chart-{next(charts)}", spell=spell)
    return {
        "type": "chart",
        "title": block.title,
        "alt": block.alt,
        "svg": svg,
        "table": {**table, "caption": f"{block.title}: the numbers"},
    }


def _table(table: Table) -> View:
    def shown(index: int, value: Cell) -> View:
        column = table.columns[index]
        return {
            "text": cell(value, column.unit),
            "numeric": column.numeric,
            "header": index == table.row_header,
        }

    return {
        "type": "table",
        "caption": table.caption,
        "columns": [{"title": c.title, "numeric": c.numeric} for c in table.columns],
        "rows": [[shown(index, value) for index, value in enumerate(row)] for row in table.rows],
        "note": table.note,
    }


def _figure(figure: Figure) -> View:
    counted = f"n{GROUP}={GROUP}{number(figure.n, Unit.COUNT)}"
    if figure.numerator is not None and figure.denominator is not None:
        counted = f"{cell(figure.numerator)} of {cell(figure.denominator)}, {counted}"
    if figure.value is None:
        bounds = ""
    elif figure.interval is not None:
        bounds = interval(figure.interval, figure.unit)
    else:
        bounds = f"no interval: {figure.no_interval}"
    return {
        "label": figure.label,
        "value": "" if figure.value is None else number(figure.value, figure.unit),
        "reason": figure.not_assessable,
        "counted": counted,
        "interval": bounds,
        "query": figure.query,
        "period": f"{instant(figure.period.start)} to {instant(figure.period.end)}",
        **_sample(figure.sample),
    }


def _finding(finding: Finding) -> View:
    return {
        "check": finding.check,
        "title": finding.title,
        "key": str(finding.result),
        "result": RESULTS[finding.result],
        "reason": finding.reason,
        "obligations": list(finding.obligations),
        **_sample(finding.sample),
    }


def _sample(rows: tuple[str, ...]) -> View:
    """The first rows behind a number; the JSON names them all."""
    more = len(rows) - _ROWS_SHOWN
    return {
        "sample": list(rows[:_ROWS_SHOWN]),
        "more": f"and {more} more in the JSON" if more > 0 else "",
    }
