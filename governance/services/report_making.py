"""Making a report: the frame around the sections, and its three renderings. Reads, never writes."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid5

from django.conf import settings
from django.utils.translation import override

from governance.models import ReportRun
from governance.reports.build import build_document
from governance.reports.document import Frame, Subject
from governance.reports.period import Period
from governance.reports.render_html import render_html
from governance.reports.render_json import render_json
from governance.reports.render_pdf import render_pdf
from governance.reports.sections import sections_for
from governance.reports.sources import (
    governed_systems,
    known_gaps,
    manifest,
    system_frame,
)
from governance.services.report_ledger import ledger_check

# Names every report of ours, whichever installation made it.
_NAMESPACE = UUID("6b1a3e3c-52d1-5f0e-9d7c-3f3a8f3ce0d1")
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class MadeReport:
    """One report in its three forms."""

    json: bytes
    html: bytes
    pdf: bytes


# A report is written in one language, whatever the worker's: its bytes are evidence.
@override("en")
def make_report(run: ReportRun, progress: Progress) -> MadeReport:
    """The report of a run. The JSON depends on kind, system, period, cut-off and records alone.

    `progress(done, total, step)` is called before each step. Raises what a section raises, and
    LookupError when the system is unknown.
    """
    period = period_of(run)
    steps = [*(section.title for section in sections_for(run.kind)), "Putting the files together"]
    progress(0, len(steps), steps[0])
    document = build_document(
        run.kind,
        period,
        _frame(run, period),
        before_section=lambda done, title: progress(done, len(steps), title),
    )
    progress(len(steps) - 1, len(steps), steps[-1])
    return MadeReport(
        json=render_json(document),
        html=render_html(document, standalone=True).encode(),
        pdf=render_pdf(document),
    )


def period_of(run: ReportRun) -> Period:
    """What the sections of a run are asked for. Raises LookupError when the system is unknown."""
    system = next((known for known in governed_systems() if known.slug == run.system), None)
    if system is None:
        raise LookupError(f"There is no AI system {run.system!r}")
    return Period(
        system_id=system.id,
        system_slug=system.slug,
        start=run.period_start,
        end=run.period_end,
        cut_off=run.cut_off,
    )


def report_id(run: ReportRun) -> UUID:
    """The same for each run over the same kind, system, period and cut-off (RFC 9562, UUIDv5)."""
    instants = (run.period_start, run.period_end, run.cut_off)
    parts = [run.kind, run.system, *(at.isoformat() for at in instants)]
    return uuid5(_NAMESPACE, "\n".join(parts))


def _frame(run: ReportRun, period: Period) -> Frame:
    system = system_frame(run.kind, period)
    subject = Subject(
        report_id=str(report_id(run)),
        organisation=system.organisation,
        role=system.role,
        system=system.name,
        versions=system.versions,
    )
    return Frame(
        subject=subject,
        scope=(
            f"The AI system {run.system}: the decisions that were received in the period, the work "
            "of people on its cases in the period, and what became of both up to the cut-off."
        ),
        generator=_generator(),
        legal_status=system.legal_status,
        manifest=manifest(period),
        ledger=ledger_check(period),
        known_gaps=known_gaps(run.kind, period),
    )


@cache
def _generator() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return f"Countersign {project['project']['version']}"
