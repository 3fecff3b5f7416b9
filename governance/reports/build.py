"""Puts a document together: the kind's words, the caller's frame, the registered sections."""

from governance.reports.document import Coverage, Document, Frame
from governance.reports.kinds import KINDS
from governance.reports.period import Period
from governance.reports.sections import sections_for


def build_document(kind: str, period: Period, frame: Frame) -> Document:
    """The report of `kind` over `period`, its sections numbered in their order.

    Reads no clock and writes nothing; the sections read rows known at `period.cut_off`. A fault
    in one section stops the whole report: one that silently lacked a part would mislead.
    Raises KeyError for an unknown kind, ValueError where no section is registered for it.
    """
    report = KINDS[kind]
    sections = tuple(
        registered.make(period).placed(
            id=registered.id, title=registered.title, law=registered.law, number=number
        )
        for number, registered in enumerate(sections_for(kind), start=1)
    )
    return Document(
        kind=report.id,
        title=report.title,
        law=report.law,
        intro=report.intro,
        definitions=report.definitions,
        coverage=Coverage(period.span, period.cut_off),
        frame=frame,
        sections=sections,
    )
