"""Report runs: who asked for which report, how far it is, and what came out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.base import AppendOnly
from governance.models.motion import Motion
from governance.models.run import Run, RunProgress
from governance.models.user import User


class ReportKind(models.TextChoices):
    HUMAN_OVERSIGHT = "human_oversight", _("Human oversight and logging report")
    AUTOMATED_DECISIONS = "automated_decisions", _("Automated decision-making report")


class ReportRun(Run):
    """One report on one AI system and period."""

    kind = models.CharField(max_length=32, choices=ReportKind)
    system = models.SlugField(_("AI system"), help_text="slug")
    period_start = models.DateTimeField(help_text="UTC instant, inclusive")
    period_end = models.DateTimeField(help_text="UTC instant, exclusive")
    cut_off = models.DateTimeField(help_text="records after this UTC instant are left out")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="report_runs")
    approval = models.OneToOneField(
        Motion,
        models.PROTECT,
        null=True,
        related_name="approved_report",
        help_text="the motion by which the finished report was approved",
    )

    class Meta:
        verbose_name = _("report")
        indexes = [
            models.Index(
                fields=["requested_at"],
                name="report_waiting",
                condition=Q(state__in=["queued", "running"]),
            ),
            models.Index(fields=["system", "-requested_at"], name="report_by_system"),
        ]
        constraints = [
            models.CheckConstraint(
                name="report_period_ends_after_it_begins",
                condition=Q(period_end__gt=models.F("period_start")),
            ),
            models.CheckConstraint(
                name="finished_report_says_when",
                condition=~Q(state__in=["done", "failed"], finished_at=None),
            ),
        ]
        permissions = [("issue_report", "Can issue reports")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.system}"


class ReportProgress(RunProgress):
    """How far a running report is."""

    run = models.OneToOneField(ReportRun, models.CASCADE, primary_key=True, related_name="progress")


class ReportDocument(AppendOnly):
    """The finished report in its three forms. The JSON is the report; the others render it."""

    is_entered = False
    hashed = ("json", "pdf")
    issued_as = "governance.report.issued"

    run = models.OneToOneField(ReportRun, models.PROTECT, related_name="document")
    json = models.BinaryField()
    html = models.BinaryField()
    pdf = models.BinaryField()
    json_sha256 = models.CharField(max_length=64)
    pdf_sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"document of {self.run_id}"
