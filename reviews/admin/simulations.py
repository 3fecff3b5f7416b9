"""Simulations and shadows: asked for and read on the lab's pages; here are their lists."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from governance.admin.base import ReadOnlyAdmin
from governance.admin.show import page_link
from reviews.models import Shadow, Simulation


@admin.register(Simulation)
class SimulationAdmin(ReadOnlyAdmin):
    list_display = ["requested_at", "policy", "period_start", "period_end", "state", "differences"]
    list_select_related = ["policy"]
    list_filter = ["state"]
    search_fields = ["sha256"]
    search_help_text = _("Part of the SHA-256 of the text")
    date_hierarchy = "requested_at"
    ordering = ["-requested_at"]
    fields = [
        "policy", "page", "sha256", "period_start", "period_end", "groups", "requested_by",
        "requested_at", "state", "finished_at", "failure", "decisions", "changed", "differences",
    ]  # fmt: skip

    @admin.display(description=_("page of the simulation"))
    def page(self, row: Simulation) -> str:
        return page_link("reviews:simulation", row.pk, str(_("Open the simulation")))


@admin.register(Shadow)
class ShadowAdmin(ReadOnlyAdmin):
    list_display = ["started_at", "policy", "until", "ended_at", "failure"]
    list_select_related = ["policy"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    search_fields = ["sha256"]
    search_help_text = _("Part of the SHA-256 of the text")
    date_hierarchy = "started_at"
    ordering = ["-started_at"]
    fields = [
        "policy", "page", "sha256", "started_at", "started_by", "until", "ended_at", "ended_by",
        "failure",
    ]  # fmt: skip

    @admin.display(description=_("page of the shadow"))
    def page(self, row: Shadow) -> str:
        return page_link("reviews:shadow", row.pk, str(_("Open the shadow")))
