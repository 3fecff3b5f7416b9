"""A letter to one person, made of the reports' blocks: its content as JSON, as a page, as PDF.

A letter has no cover, no manifest and no findings: it answers somebody, in plain words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

from django.template.loader import render_to_string

from governance.reports.blocks import Column, KeyValues, Paragraph, Table, require_text
from governance.reports.document import Section
from governance.reports.glyphs import FONTS, breakable, printable, visible
from governance.reports.period import require_utc
from governance.reports.render_html import STYLE
from governance.reports.view import View, chapter_view, mapped

TEMPLATE: Final = Path(__file__).parent / "letter.typ"

LetterBlock = Paragraph | KeyValues | Table


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a letter under its heading."""

    title: str
    blocks: tuple[LetterBlock, ...]

    def __post_init__(self) -> None:
        require_text("heading", self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`made_at`: aware UTC, the date of the letter. `salutation`, `closing`, `contact`: the
    sender's own words, with line breaks; `note`: the small print."""

    language: str
    sender: str
    title: str
    reference: str
    made_at: datetime
    salutation: str
    parts: tuple[Part, ...]
    closing: str
    contact: str
    note: str

    def __post_init__(self) -> None:
        for name in ("language", "sender", "title", "reference", "salutation", "closing"):
            require_text(name, getattr(self, name))
        require_utc("made_at", self.made_at)

    def to_json(self) -> dict[str, Any]:
        return {
            "language": self.language,
            "sender": self.sender,
            "title": self.title,
            "reference": self.reference,
            "made_at": self.made_at.isoformat(),
            "salutation": self.salutation,
            "parts": [
                {"title": part.title, "blocks": [_block_json(block) for block in part.blocks]}
                for part in self.parts
            ],
            "closing": self.closing,
            "contact": self.contact,
            "note": self.note,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Letter:
        """The letter that `to_json` made `data` of. Raises KeyError, ValueError for others."""
        parts = tuple(
            Part(part["title"], tuple(_block(block) for block in part["blocks"]))
            for part in data["parts"]
        )
        made_at = datetime.fromisoformat(data["made_at"])
        return cls(**{**data, "parts": parts, "made_at": made_at})


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Running text, a paragraph for each of its lines that says something."""
    return tuple(Paragraph(line.strip()) for line in text.splitlines() if line.strip())


def letter_view(letter: Letter) -> View:
    """What `_letter.html` shows within a page of the site."""
    return mapped(_view(letter), visible)


def letter_html(letter: Letter) -> str:
    """One file that needs nothing else."""
    view = letter_view(letter)
    style = STYLE.read_text(encoding="utf-8")
    return render_to_string("governance/reports/letter.html", {"letter": view, "style": style})


def letter_pdf(letter: Letter) -> bytes:
    """The letter to print, PDF/A-3a and PDF/UA-1. The same letter gives the same bytes."""
    import typst

    view = mapped(mapped(_view(letter), printable), breakable)
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"view": json.dumps(view, ensure_ascii=False)},
        pdf_standards=["a-3a", "ua-1"],
        timestamp=letter.made_at.replace(microsecond=0),
        format="pdf",
    )


def _view(letter: Letter) -> View:
    charts = count(1)
    parts = [
        chapter_view("", Section(blocks=part.blocks, title=part.title), charts, str)
        for part in letter.parts
    ]
    return {
        "language": letter.language,
        "sender": letter.sender,
        "title": letter.title,
        "reference": letter.reference,
        "date": f"{letter.made_at.day} {letter.made_at:%B %Y}",
        "salutation": letter.salutation,
        "parts": parts,
        "closing": letter.closing.splitlines(),
        "contact": letter.contact.splitlines(),
        "note": letter.note,
    }


def _block_json(block: LetterBlock) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"text": block.text}
    if isinstance(block, KeyValues):
        return {"pairs": [list(pair) for pair in block.pairs]}
    return {
        "caption": block.caption,
        "columns": [column.title for column in block.columns],
        "rows": [list(row) for row in block.rows],
        "note": block.note,
    }


def _block(data: Mapping[str, Any]) -> LetterBlock:
    if "text" in data:
        return Paragraph(data["text"])
    if "pairs" in data:
        return KeyValues(tuple((key, value) for key, value in data["pairs"]))
    return table(data["caption"], data["columns"], data["rows"], data["note"])


def table(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], note: str = ""
) -> Table:
    """A table of texts."""
    return Table(caption, tuple(map(Column, columns)), tuple(map(tuple, rows)), note)
