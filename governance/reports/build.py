"""Puts a document together: the kind's words, the caller's frame, the registered sections."""

from collections.abc import Callable

from governance.reports.document import Coverage, Document, Frame, Section
from governance.reports.kinds import KINDS
from governance.reports.period import Period
from governance.reports.sections import sections_for


def _unwatched(done: int, title: str) -> None:
    """For those who need not know how far it is."""


def build_document(
    kind: str,
    period: Period,
    frame: Frame,
    before_section: Callable[[int, str], None] = _unwatched,
) -> Document:
    """The report of `kind` over `period`, its sections numbered in their order.

    Reads no clock and writes nothing; the sections read rows known at `period.cut_off`. A fault
    in one section stops the whole report: one that silently lacked a part would mislead.
    `before_section` is told how many sections are made, and the title of the next.
    Raises KeyError for an unknown kind, ValueError where no section is registered for it.
    """
    report = KINDS[kind]
    sections: list[Section] = []
    for registered in sections_for(kind):
        before_section(len(sections), registered.title)
        sections.append(
            registered.make(period).placed(
                id=registered.id,
                title=registered.title,
                law=registered.law,
                number=len(sections) + 1,
            )
        )
    return Document(
        kind=report.id,
        title=report.title,
        law=report.law,
        intro=report.intro,
        definitions=report.definitions,
        coverage=Coverage(period.span, period.cut_off),
        frame=frame,
        sections=tuple(sections),
    )
