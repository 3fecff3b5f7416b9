"""Endpoints of webhooks and what is on its way: to read. What is done with them, their pages do."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from governance.admin.base import ReadOnlyAdmin
from governance.admin.show import words
from governance.models import WebhookEndpoint


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    """Without the secrets, which nobody is shown a second time."""

    list_display = ["description", "shown_url", "state", "owner", "state_at"]
    list_filter = ["state"]
    list_select_related = ["client", "person"]
    ordering = ["-pk"]
    fields = [
        "description", "shown_url", "chosen_events", "chosen_systems", "owner", "state",
        "state_reason", "state_at", "created_at",
    ]  # fmt: skip

    @admin.display(description=_("events"))
    def chosen_events(self, row: WebhookEndpoint) -> str:
        return words(row.events)

    @admin.display(description=_("AI systems"))
    def chosen_systems(self, row: WebhookEndpoint) -> str:
        return words(row.systems)
