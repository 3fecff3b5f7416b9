"""API clients and their keys. Here, because clients speak for systems of the registry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done
from governance.admin.base import ReadOnlyAdmin, RecordedAdmin
from governance.admin.fields import SeveralField, future_instant
from governance.admin.show import listing, row_link, words
from governance.models import Actor, ApiClient, ApiKey, Scope, User
from governance.services.api_keys import create_client, issue_key, revoke_key
from models_registry.admin.choices import systems_field


class _KeyToIssue(forms.Form):
    scopes = SeveralField(label=_("Scopes"), choices=Scope.choices)
    expires_at = future_instant(_("Expires"), required=True)


class IssueKey(Act):
    name = "issue-key"
    label = _("Issue a key")
    explanation = _("The key is shown once. Only a hash of it is stored.")
    permission = "governance.issue_apikey"
    form_class = _KeyToIssue

    def fits(self, row: ApiClient) -> bool:
        return row.is_active

    def carry_out(self, row: ApiClient, form: Any, *, person: User, now: datetime) -> Done:
        issued = issue_key(
            client=row,
            scopes=[Scope(scope) for scope in form.cleaned_data["scopes"]],
            expires_at=form.cleaned_data["expires_at"],
            actor=Actor.of(person),
            now=now,
        )
        return Done(gettext("The new key of %s") % row, secret=issued.text)


@admin.register(ApiClient)
class ApiClientAdmin(RecordedAdmin):
    list_display = ["name", "systems_named", "owner", "is_active"]
    list_select_related = ["owner"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    uuid_search = ["id"]
    search_help_text = _("Name or id")
    ordering = ["name"]
    add_fields = ["name", "systems", "owner"]
    change_fields = ["name", "systems", "owner", "is_active"]
    shown_fields = ["keys_issued"]
    field_forms = {"systems": systems_field}
    acts = [IssueKey()]

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> ApiClient:
        return create_client(**form.cleaned_data, actor=Actor.of(person), now=now)

    @admin.display(description=_("AI systems"))
    def systems_named(self, row: ApiClient) -> str:
        return words(row.systems)

    @admin.display(description=_("keys"))
    def keys_issued(self, row: ApiClient) -> str:
        return listing(row_link(key) for key in row.keys.order_by("-id"))


class RevokeKey(Act):
    name = "revoke"
    label = _("Revoke the key")
    explanation = _("From now on every request with this key is refused.")
    permission = "governance.issue_apikey"
    is_grave = True

    def fits(self, row: ApiKey) -> bool:
        return row.revoked_at is None

    def carry_out(self, row: ApiKey, form: Any, *, person: User, now: datetime) -> Done:
        revoke_key(key=row, actor=Actor.of(person), now=now)
        return Done(gettext("The key was revoked."))


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys are issued on their client's page. The hash of the secret is shown nowhere."""

    list_display = ["prefix", "client", "scopes_named", "expires_at", "revoked_at", "usable"]
    list_select_related = ["client"]
    search_fields = ["prefix", "client__name"]
    search_help_text = _("Prefix of the key, or name of its client")
    ordering = ["-id"]
    fields = ["prefix", "client", "scopes_named", "expires_at", "revoked_at", "usable"]
    acts = [RevokeKey()]

    @admin.display(description=_("scopes"))
    def scopes_named(self, row: ApiKey) -> str:
        return words(row.scopes)

    @admin.display(description=_("usable"), boolean=True)
    def usable(self, row: ApiKey) -> bool:
        return row.is_usable(timezone.now())
