"""Cases that nobody may rule on, and people who stepped aside."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from governance.admin.base import LargeTableAdmin
from governance.admin.show import page_link, row_link
from reviews.models import Recusal, StaffingAlarm


@admin.register(StaffingAlarm)
class StaffingAlarmAdmin(LargeTableAdmin):
    list_display = ["raised_at", "case_row", "queue", "detail", "cleared_at"]
    list_select_related = ["case__queue"]
    list_filter = [("cleared_at", admin.EmptyFieldListFilter), "case__queue"]
    search_fields = ["id"]
    uuid_search = ["id", "case_id"]
    search_help_text = _("The id of the alarm or of its case")
    fields = ["case_row", "page", "queue", "detail", "raised_at", "cleared_at"]

    @admin.display(description=_("case"))
    def case_row(self, row: StaffingAlarm) -> str:
        return row_link(row.case)

    @admin.display(description=_("page of the case"))
    def page(self, row: StaffingAlarm) -> str:
        return page_link("reviews:case", row.case_id, str(_("Open the case")))

    @admin.display(description=_("queue"))
    def queue(self, row: StaffingAlarm) -> Any:
        return row.case.queue


@admin.register(Recusal)
class RecusalAdmin(LargeTableAdmin):
    """What was said beside the reason stays sealed."""

    list_display = ["recused_at", "person", "case_row", "reason"]
    list_select_related = ["person", "case"]
    list_filter = ["reason"]
    search_fields = ["id"]
    uuid_search = ["id", "case_id", "decision_id"]
    search_help_text = _("The id of the recusal, its case or its decision")
    fields = ["person", "case_row", "reason", "recused_at"]

    @admin.display(description=_("case"))
    def case_row(self, row: Recusal) -> str:
        return row_link(row.case)
