"""Pauses of cases: shown here, made and ended on the case's page."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from governance.admin.base import LargeTableAdmin
from governance.admin.show import NOTHING, row_link
from reviews.models import Pause


@admin.register(Pause)
class PauseAdmin(LargeTableAdmin):
    """What stands sealed beside the reason is not shown here."""

    list_display = ["case_row", "reason", "paused_by", "paused_at", "ends_at", "ended_at", "how"]
    list_select_related = ["case", "paused_by", "end"]
    list_filter = ["reason"]
    search_fields = ["id"]
    uuid_search = ["id", "case_id"]
    search_help_text = _("The id of the pause or its case")
    fields = [
        "case_row", "reason", "paused_by", "paused_at", "ends_at", "due_at", "ended_at", "how",
    ]  # fmt: skip

    @admin.display(description=_("case"))
    def case_row(self, row: Pause) -> str:
        return row_link(row.case)

    @admin.display(description=_("ended"))
    def ended_at(self, row: Pause) -> datetime | str:
        return row.end.ended_at if hasattr(row, "end") else NOTHING

    @admin.display(description=_("how"))
    def how(self, row: Pause) -> str:
        return row.end.get_how_display() if hasattr(row, "end") else NOTHING
