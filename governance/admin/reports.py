"""Reports: asked for and read on their own pages; here is the list of runs."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from governance.admin.base import ReadOnlyAdmin
from governance.admin.show import NOTHING
from governance.models import ReportDocument, ReportRun


@admin.register(ReportRun)
class ReportRunAdmin(ReadOnlyAdmin):
    list_display = ["requested_at", "kind", "system", "period_start", "period_end", "state"]
    list_filter = ["kind", "state"]
    search_fields = ["system"]
    search_help_text = _("Part of a system's slug")
    date_hierarchy = "requested_at"
    ordering = ["-requested_at"]
    fields = [
        "kind", "system", "period_start", "period_end", "cut_off", "requested_by",
        "requested_at", "state", "finished_at", "failure", "json_sha256", "pdf_sha256",
        "approval",
    ]  # fmt: skip

    @admin.display(description=_("SHA-256 of the JSON"))
    def json_sha256(self, row: ReportRun) -> str:
        return self._digest(row, "json_sha256")

    @admin.display(description=_("SHA-256 of the PDF"))
    def pdf_sha256(self, row: ReportRun) -> str:
        return self._digest(row, "pdf_sha256")

    @staticmethod
    def _digest(row: ReportRun, column: str) -> str:
        found = ReportDocument.objects.filter(run=row).values_list(column, flat=True).first()
        return found or NOTHING

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportRun]:
        runs: QuerySet[ReportRun] = super().get_queryset(request)
        return runs.select_related("requested_by")
