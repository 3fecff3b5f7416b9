"""Changes of intervention levels. Read only: levels are raised and lowered on their own pages."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from governance.admin.base import LargeTableAdmin
from models_registry.models import LevelChange


@admin.register(LevelChange)
class LevelChangeAdmin(LargeTableAdmin):
    list_display = ["changed_at", "decision_type", "from_level", "to_level", "reason", "by"]
    list_select_related = ["decision_type", "changed_by"]
    list_filter = ["to_level", "decision_type"]
    search_fields: ClassVar = ["id"]
    uuid_search = ["id", "alarm"]
    search_help_text = _("The id of the change or of the alarm that brought it")
    fields = [
        "decision_type", "from_level", "to_level", "reason", "changed_at", "by", "alarm", "motion",
    ]  # fmt: skip

    @admin.display(description=_("by"))
    def by(self, row: LevelChange) -> str:
        return str(row.changed_by or row.changed_by_label)
