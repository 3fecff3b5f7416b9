"""Queues and who reviews them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from governance.admin.base import RecordedAdmin
from governance.admin.show import listing, row_link, simulated_mark
from reviews.models import Queue, QueueMembership


@admin.register(Queue)
class QueueAdmin(RecordedAdmin):
    list_display = [
        "name",
        "slug",
        "is_open",
        "escalates_to",
        "rung_within",
        "lease_within",
        "size",
    ]
    list_select_related = ["escalates_to"]
    list_filter = ["is_open"]
    search_fields = ["name", "slug"]
    search_help_text = _("Name or slug")
    ordering = ["name"]
    add_fields = ["slug", "name", "escalates_to", "rung_within", "lease_within"]
    change_fields = ["name", "escalates_to", "rung_within", "lease_within", "is_open"]
    shown_fields = ["slug", "members"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queues: QuerySet[Any] = super().get_queryset(request)
        return queues.annotate(member_count=Count("memberships"))

    @admin.display(description=_("reviewers"))
    def size(self, row: Any) -> int:
        count: int = row.member_count
        return count

    @admin.display(description=_("reviewers"))
    def members(self, row: Queue) -> str:
        held = row.memberships.select_related("person", "queue").order_by("person__display_name")
        return listing(row_link(membership) for membership in held)


@admin.register(QueueMembership)
class QueueMembershipAdmin(RecordedAdmin):
    """Who reviews which queue: added and taken away, never edited."""

    list_display = ["person", "queue", "simulated"]
    list_select_related = ["person", "queue"]
    list_filter = ["queue"]
    search_fields = ["person__username", "person__display_name"]
    search_help_text = _("Name or user name")
    ordering = ["queue__name", "person__display_name"]
    add_fields = ["queue", "person"]
    shown_fields = ["queue", "person", "simulated"]
    delete_perm = None

    @admin.display(description=_("mark"))
    def simulated(self, row: QueueMembership) -> str:
        return simulated_mark(row.person.is_simulated)
