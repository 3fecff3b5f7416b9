"""Audit rates of passed decisions, and reversals that nobody confirmed."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from governance.admin.base import LargeTableAdmin
from governance.admin.show import page_link, row_link
from reviews.models import AuditRate, ReversalAlarm


@admin.register(AuditRate)
class AuditRateAdmin(LargeTableAdmin):
    """The history of a row says when its rate changed, and what that rested on."""

    list_display = ["changed_at", "decision_type", "segment", "rate", "reason", "upper_bound"]
    list_select_related = ["decision_type"]
    list_filter = ["reason", "decision_type"]
    search_fields = ["id"]
    uuid_search = ["id"]
    search_help_text = _("The id of the rate")
    fields = [
        "decision_type",
        "policy_version",
        "segment",
        "rate",
        "reason",
        "audited",
        "errors",
        "upper_bound",
        "changed_at",
    ]


@admin.register(ReversalAlarm)
class ReversalAlarmAdmin(LargeTableAdmin):
    list_display = ["raised_at", "decision_row", "ordered_at", "cleared_at"]
    list_select_related = ["reversal__decision"]
    list_filter = [("cleared_at", admin.EmptyFieldListFilter)]
    search_fields = ["id"]
    uuid_search = ["id", "reversal_id", "reversal__decision_id"]
    search_help_text = _("The id of the alarm, its reversal or its decision")
    fields = ["decision_row", "page", "ordered_at", "raised_at", "cleared_at"]

    @admin.display(description=_("decision"))
    def decision_row(self, row: ReversalAlarm) -> str:
        return row_link(row.reversal.decision)

    @admin.display(description=_("page of the decision"))
    def page(self, row: ReversalAlarm) -> str:
        return page_link("reviews:decision", row.reversal.decision_id, str(_("Open the decision")))

    @admin.display(description=_("ordered"))
    def ordered_at(self, row: ReversalAlarm) -> object:
        return row.reversal.ordered_at
