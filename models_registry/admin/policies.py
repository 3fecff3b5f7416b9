"""Policies and their versions. Here, because a text is checked against the decision types that
it will rule."""

from __future__ import annotations

from datetime import datetime
from difflib import unified_diff
from typing import Any

from django.contrib import admin
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.base import ReadOnlyAdmin, RecordedAdmin
from governance.admin.show import NOTHING, demo_mark, listing, row_link, text_block, words
from governance.models import Actor, Policy, PolicyDraft, PolicyVersion, User
from governance.services.policies import create_policy
from models_registry.admin.policy_publishing import PublishPages


@admin.register(Policy)
class PolicyAdmin(PublishPages, RecordedAdmin):
    list_display = ["name", "demo", "slug", "newest", "owner", "types"]
    list_select_related = ["owner"]
    search_fields = ["name", "slug"]
    search_help_text = _("Name or slug")
    ordering = ["name"]
    add_fields = ["slug", "name"]
    change_fields = ["name", "owner"]
    shown_fields = ["slug", "versions_published", "ruled", "demo"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        policies: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = policies.annotate(
            newest_number=Max("versions__number"),
            type_count=Count("decision_types", distinct=True),
        )
        return counted

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> Policy:
        return create_policy(**form.cleaned_data, owner=person, actor=Actor.of(person), now=now)

    @admin.display(description=_("newest version"))
    def newest(self, row: Any) -> str:
        return gettext("none yet") if row.newest_number is None else f"v{row.newest_number}"

    @admin.display(description=_("decision types"))
    def types(self, row: Any) -> int:
        count: int = row.type_count
        return count

    @admin.display(description=_("versions"))
    def versions_published(self, row: Policy) -> str:
        return listing(row_link(version) for version in row.versions.select_related("policy"))

    @admin.display(description=_("decision types it rules"))
    def ruled(self, row: Policy) -> str:
        return words(row.decision_types.order_by("name"))

    @admin.display(description=_("mark"))
    def demo(self, row: Policy) -> str:
        return demo_mark(row.is_demo)


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    list_display = ["policy", "number", "mode", "valid_from", "valid_until", "published_at", "demo"]
    list_select_related = ["policy", "published_by"]
    list_filter = ["mode", "policy"]
    search_fields = ["policy__slug", "policy__name", "sha256"]
    search_help_text = _("Policy, or the digest of a text")
    ordering = ["policy__name", "-number"]
    fields = [
        "policy", "number", "mode", "valid_from", "valid_until", "published_at", "published_by",
        "sha256", "text_shown", "difference",
    ]  # fmt: skip

    @admin.display(description=_("text as published"))
    def text_shown(self, row: PolicyVersion) -> str:
        return text_block(row.text)

    @admin.display(description=_("changes from the version before"))
    def difference(self, row: PolicyVersion) -> str:
        before = PolicyVersion.objects.filter(policy=row.policy, number=row.number - 1).first()
        if before is None:
            return NOTHING
        lines = unified_diff(
            before.text.splitlines(),
            row.text.splitlines(),
            f"v{before.number}",
            f"v{row.number}",
            lineterm="",
        )
        return text_block("\n".join(lines))

    @admin.display(description=_("mark"))
    def demo(self, row: PolicyVersion) -> str:
        return demo_mark(row.policy.is_demo)


@admin.register(PolicyDraft)
class PolicyDraftAdmin(ReadOnlyAdmin):
    """Written on a page of its own; here each draft that there was is read."""

    list_display = ["policy", "state", "base", "revision", "author", "saved_at"]
    list_select_related = ["policy", "author"]
    list_filter = ["state", "policy"]
    search_fields = ["policy__slug", "policy__name"]
    search_help_text = _("Policy")
    ordering = ["-saved_at"]
    fields = ["policy", "state", "base", "revision", "author", "saved_at", "text_shown"]

    @admin.display(description=_("text as saved last"))
    def text_shown(self, row: PolicyDraft) -> str:
        return text_block(row.text)
