"""Looks and alarms of monitors. Read only: what is done is done elsewhere."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from governance.admin.base import LargeTableAdmin
from governance.admin.show import row_link
from reviews.models import MonitorAlarm, MonitorRun


@admin.register(MonitorRun)
class MonitorRunAdmin(LargeTableAdmin):
    list_display = ["ran_at", "decision_type", "monitor", "statistic", "limit", "n", "finding"]
    list_select_related = ["decision_type"]
    list_filter = ["finding", "watches", "decision_type"]
    search_fields: ClassVar = ["id"]
    uuid_search = ["id"]
    search_help_text = _("The id of the look")
    fields = [
        "decision_type", "monitor", "watches", "spec", "ran_at", "window_start", "statistic",
        "lower_limit", "limit", "n", "least", "where", "finding",
    ]  # fmt: skip


@admin.register(MonitorAlarm)
class MonitorAlarmAdmin(LargeTableAdmin):
    list_display = ["raised_at", "decision_type", "monitor", "raised_to", "ended_at"]
    list_select_related = ["decision_type"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter), "watches", "decision_type"]
    search_fields: ClassVar = ["id"]
    uuid_search = ["id", "run_id"]
    search_help_text = _("The id of the alarm or of the look that gave it")
    fields = [
        "decision_type", "monitor", "watches", "look", "raised_to", "raised_at", "ended_at",
        "closed_by", "close_reason",
    ]  # fmt: skip

    @admin.display(description=_("look"))
    def look(self, row: MonitorAlarm) -> str:
        return row_link(row.run)
