"""A report as one frozen value: its frame, its sections, and what makes it checkable.

Pure: no Django, no clock, no database. A document is written in one language and never
translated afterwards, for its bytes are evidence; the pages around it are translated instead.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from governance.reports.blocks import Figure, Finding, KeyValues, Paragraph, Table, require_text
from governance.reports.chart_blocks import Chart
from governance.reports.period import Span, require_utc

FORMAT: Final = "countersign-report/1"

Block = Paragraph | KeyValues | Figure | Table | Chart | Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered part of a report. One without blocks says why in `empty_because`.

    The writer of a section gives `blocks` or `empty_because`; `id`, `title`, `law` and `number`
    are the registry's, set by `placed`.
    """

    blocks: tuple[Block, ...] = ()
    empty_because: str | None = None
    id: str = ""
    title: str = ""
    law: tuple[str, ...] = ()
    number: int = 0

    def __post_init__(self) -> None:
        if self.blocks and self.empty_because is not None:
            raise ValueError("a section with blocks is not empty")
        if not self.blocks:
            require_text("why the section is empty", self.empty_because)

    def placed(self, *, id: str, title: str, law: tuple[str, ...], number: int) -> "Section":
        """The same section at its place in a report."""
        return replace(self, id=id, title=title, law=law, number=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose report this is, on what. `role`: the organisation's role under the AI Act."""

    report_id: str
    organisation: str
    role: str
    system: str
    versions: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in ("report_id", "organisation", "role", "system"):
            require_text(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class Coverage:
    """What time is covered, and up to which instant records count as known. Aware UTC."""

    span: Span
    cut_off: datetime

    def __post_init__(self) -> None:
        require_utc("cut_off", self.cut_off)
        if self.cut_off < self.span.end:
            raise ValueError("the period ends at its cut-off at the latest")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalStatus:
    """One provision the report is evidence for, and since when it binds whom.

    `applies_from` is None where the date is not settled; `confidence` says how sure we are.
    """

    provision: str
    applies_from: date | None
    scope: str
    confidence: str
    source: str

    def __post_init__(self) -> None:
        for name in ("provision", "scope", "confidence", "source"):
            require_text(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """Records of one kind that the figures were drawn from; `sha256` in lower-case hex."""

    name: str
    count: int
    sha256: str

    def __post_init__(self) -> None:
        require_text("manifest name", self.name)
        if self.count < 0:
            raise ValueError(f"{self.name}: a count below zero")
        if len(self.sha256) != 64 or set(self.sha256) - set("0123456789abcdef"):
            raise ValueError(f"{self.name}: not a SHA-256 in lower-case hex")


class LedgerResult(StrEnum):
    """What became of the check of the ledger. Anything but `verified` is shown as a warning.

    `unsealed`: the entries agree with each other, but there was no signed checkpoint to hold them
    against.
    """

    VERIFIED = "verified"
    UNSEALED = "unsealed"
    FAILED = "failed"
    NOT_RUN = "not_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCheck:
    """The ledger's check at the cut-off. Size, root and instant are those of the checkpoint."""

    result: LedgerResult
    detail: str
    origin: str | None = None
    tree_size: int | None = None
    root_hash: str | None = None
    signed_at: datetime | None = None

    def __post_init__(self) -> None:
        require_text("detail of the ledger check", self.detail)
        if self.signed_at is not None:
            require_utc("signed_at", self.signed_at)
        known = None not in (self.origin, self.tree_size, self.root_hash, self.signed_at)
        if self.result is LedgerResult.VERIFIED and not known:
            raise ValueError("a verified ledger has an origin, a size, a root and an instant")


@dataclass(frozen=True, slots=True)
class Approval:
    """A person who stands for the report. An act of the system is never an approval."""

    name: str
    role: str
    at: datetime
    statement: str

    def __post_init__(self) -> None:
        require_text("approver", self.name)
        require_text("role of the approver", self.role)
        require_text("statement of the approver", self.statement)
        require_utc("at", self.at)


@dataclass(frozen=True, slots=True)
class Definition:
    """A word of the report and what it means in it."""

    term: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every report carries around its sections. `scope`: the query, in words."""

    subject: Subject
    scope: str
    generator: str
    legal_status: tuple[LegalStatus, ...]
    manifest: tuple[ManifestEntry, ...]
    ledger: LedgerCheck
    known_gaps: tuple[str, ...]
    approvals: tuple[Approval, ...] = ()

    def __post_init__(self) -> None:
        require_text("scope", self.scope)
        require_text("generator", self.generator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report. Sections stand in order, numbered from 1, each id once."""

    kind: str
    title: str
    law: str
    intro: str
    definitions: tuple[Definition, ...]
    coverage: Coverage
    frame: Frame
    sections: tuple[Section, ...]
    language: str = "en"

    def __post_init__(self) -> None:
        for name in ("kind", "title", "law", "intro", "language"):
            require_text(name, getattr(self, name))
        if not self.sections:
            raise ValueError("a report without sections says nothing")
        numbers = [section.number for section in self.sections]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("sections are numbered from 1, in order")
        ids = {section.id for section in self.sections}
        if len(ids) != len(self.sections) or "" in ids:
            raise ValueError("each section has an id of its own")

    @property
    def subtitle(self) -> str:
        """The line under the title: of what the report speaks."""
        return f"{self.frame.subject.system}, {self.frame.subject.organisation}"
