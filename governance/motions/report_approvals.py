"""Approving a finished report: exactly these bytes, by somebody who did not ask for them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from governance.errors import DomainError, FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, Motion, ReportDocument, ReportRun, User
from governance.motions.registry import Act, Content, Description, Matter, register
from governance.motions.shape import key, read_content, text
from governance.services.report_access import ISSUE_REPORTS, readable_reports

NAME = "governance.report.approve"
_DIGEST = text(64)


class ReportApproved(DomainError):
    code = "report_approved"
    title = "This report is approved already"


class ReportNotFinished(DomainError):
    code = "report_not_finished"
    title = "Only a finished report can be approved"


def content_of(run: ReportRun) -> Content:
    """What is approved: the report's bytes. Raises ReportNotFinished."""
    document = ReportDocument.objects.filter(run=run).only("json_sha256", "pdf_sha256").first()
    if document is None:
        raise ReportNotFinished(f"The report is {run.get_state_display()}")
    return {
        "report": str(run.pk),
        "json_sha256": document.json_sha256,
        "pdf_sha256": document.pdf_sha256,
    }


def check(content: Content, mover: User, now: datetime) -> Matter:
    """Raises InputInvalid: a report that is not theirs to read, or other bytes; ReportNotFinished,
    ReportApproved."""
    fields = {"report": key, "json_sha256": _DIGEST, "pdf_sha256": _DIGEST}
    run = readable_reports(mover).filter(pk=read_content(content, fields)["report"]).first()
    if run is None:
        raise _invalid(FieldError("/report", "There is no such report for you.", "unknown"))
    if content != content_of(run):
        raise _invalid(FieldError("/json_sha256", "The report has other bytes.", "other_content"))
    _check_not_approved(run)
    days = f"{run.period_start:%Y-%m-%d} to {run.period_end:%Y-%m-%d}"
    return Matter(f"Approve: {run.get_kind_display()}, {run.system}, {days}", run)


def carry_out(motion: Motion, actor: Actor, now: datetime) -> ReportRun:
    run = ReportRun.objects.select_for_update().get(pk=motion.content["report"])
    _check_not_approved(run)
    run.approval = motion
    record.keep(
        run,
        "governance.report.approved",
        actor=actor,
        at=now,
        fields=["approval"],
        body={**motion.content, "motion": str(motion.pk)},
    )
    return run


def describe(motion: Motion) -> Description:
    run = ReportRun.objects.get(pk=motion.content["report"])
    return Description(
        rows=(
            (_("Report"), run.get_kind_display()),
            (_("AI system"), run.system),
            (_("Period"), f"{run.period_start:%Y-%m-%d} to {run.period_end:%Y-%m-%d}"),
            (_("Cut-off"), f"{run.cut_off:%Y-%m-%d %H:%M} UTC"),
            (_("SHA-256 of the JSON"), motion.content["json_sha256"]),
            (_("SHA-256 of the PDF"), motion.content["pdf_sha256"]),
        ),
        links=((_("Read the report"), "reports:report", str(run.pk)),),
    )


def bar(motion: Motion, voter: User) -> str:
    run = readable_reports(voter).filter(pk=motion.content["report"]).first()
    if run is None:
        return _("This report is not yours to read")
    if run.requested_by_id == voter.pk:
        return _("You asked for this report; somebody else approves it")
    return ""


def scope(person: User) -> Q:
    """Motions on the reports that they may read."""
    return Q(subject_id__in=readable_reports(person).order_by().values("pk"))


def votable(person: User) -> Q:
    asked_for = ReportRun.objects.filter(requested_by=person).order_by()
    return scope(person) & ~Q(subject_id__in=asked_for.values("pk"))


def _check_not_approved(run: ReportRun) -> None:
    if run.approval_id is not None:
        raise ReportApproved("Two people have approved exactly this document")


def _invalid(fault: FieldError) -> InputInvalid:
    return InputInvalid("This report cannot be approved", errors=[fault])


register(
    Act(
        name=NAME,
        title=gettext_noop("Approve a report"),
        move_perm=ISSUE_REPORTS,
        vote_perm=ISSUE_REPORTS,
        check=check,
        carry_out=carry_out,
        describe=describe,
        bar=bar,
        scope=scope,
        votable=votable,
    )
)
