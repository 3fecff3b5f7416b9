"""Evidence about a report: that it was asked for, made and issued, and the report itself."""

from __future__ import annotations

from governance.errors import DomainError
from governance.evidence.registry import Asked, NamedFile, Scope, evidence_about
from governance.models import EvidenceBundle, ReportDocument, ReportRun
from governance.services.report_access import readable_reports


class ReportNotDone(DomainError):
    code = "report_not_done"
    title = "There is no report yet"


@evidence_about(EvidenceBundle.About.REPORT)
def of_report(asked: Asked) -> Scope:
    """The run's entries, and the files that the entry of its issue names."""
    run = readable_reports(asked.person).get(pk=asked.about_id)
    document = ReportDocument.objects.filter(run=run).first()
    if document is None:
        raise ReportNotDone(f"The report is {run.get_state_display()}")
    files = (
        NamedFile("report.json", bytes(document.json), run.pk, "json_sha256"),
        NamedFile("report.pdf", bytes(document.pdf), run.pk, "pdf_sha256"),
    )
    return Scope(rows=(ReportRun.objects.filter(pk=run.pk),), files=files)
