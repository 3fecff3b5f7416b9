"""Runs of the questionnaire, as they were recorded."""

from __future__ import annotations

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.base import ReadOnlyAdmin
from governance.admin.show import demo_mark, pretty_json
from models_registry.admin.outcome import OutcomeShown
from models_registry.classification import RiskClass, is_current
from models_registry.models import Classification


@admin.register(Classification)
class ClassificationAdmin(ReadOnlyAdmin):
    list_display = ["system", "risk", "classified_at", "author", "current", "demo"]
    list_select_related = ["system", "author"]
    list_filter = ["risk_class", "system"]
    search_fields = ["system__name", "system__slug"]
    search_help_text = _("Name or slug of the system")
    ordering = ["-classified_at"]
    fields = ["system", "risk", "classified_at", "author", "law", "outcome_shown", "answers_shown"]

    @admin.display(description=_("risk class"))
    def risk(self, row: Classification) -> str:
        return RiskClass(row.risk_class).label

    @admin.display(description=_("rests on today's law"), boolean=True)
    def current(self, row: Classification) -> bool:
        return is_current(row.law_version)

    @admin.display(description=_("law and questions"))
    def law(self, row: Classification) -> str:
        if is_current(row.law_version):
            return row.law_version
        return gettext("%s. Law or questions have changed since: classify again.") % row.law_version

    @admin.display(description=_("outcome"))
    def outcome_shown(self, row: Classification) -> str:
        return render_to_string(
            "admin/models_registry/outcome.html",
            {"outcome": OutcomeShown.of(row.outcome, timezone.now())},
        )

    @admin.display(description=_("answers"))
    def answers_shown(self, row: Classification) -> str:
        return pretty_json(row.answers)

    @admin.display(description=_("mark"))
    def demo(self, row: Classification) -> str:
        return demo_mark(row.system.is_demo)
