"""The ledger, refused tries, messages to integrators, and the envelopes of sealed content."""

from __future__ import annotations

from typing import Any

import orjson
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.base import LargeTableAdmin, person_of, uuid_of
from governance.admin.history import names_of
from governance.admin.show import NOTHING, pretty_json
from governance.evidence.registry import entries_sealed_from
from governance.models import LedgerEntry, OutboxMessage, Payload, Refusal

# One step down the index per event, instead of a walk along all entries.
_EVENTS = """
    WITH RECURSIVE found AS (
        (SELECT event FROM governance_ledgerentry ORDER BY event LIMIT 1)
        UNION ALL
        SELECT (SELECT event FROM governance_ledgerentry WHERE event > found.event
                ORDER BY event LIMIT 1)
        FROM found WHERE found.event IS NOT NULL
    )
    SELECT event FROM found WHERE event IS NOT NULL
"""


class EventFilter(admin.SimpleListFilter):
    title = _("event")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(_EVENTS)
            return [(event, event) for (event,) in cursor.fetchall()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(event=self.value()) if self.value() else queryset


@admin.register(LedgerEntry)
class LedgerEntryAdmin(LargeTableAdmin):
    """The entries as they were appended. The leaf is the evidence; the columns repeat it."""

    list_display = ["at", "event", "subject_type", "subject_id", "object_seq", "actor"]
    list_filter = [EventFilter]
    search_fields = ["subject_id"]
    search_help_text = _("The id of what the entry is about")
    fields = [
        "event", "at", "actor", "who", "subject_type", "subject_id", "object_seq",
        "history_id", "payload_id", "log", "hash", "previous", "leaf_shown",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        entries: QuerySet[Any] = super().get_queryset(request)
        sealed = entries_sealed_from(person_of(request), timezone.now())
        told: QuerySet[Any] = entries.defer("leaf", "leaf_hash", "object_prev").annotate(
            is_sealed=ExpressionWrapper(sealed, output_field=BooleanField())
        )
        return told

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term:
            return queryset, False
        key = uuid_of(search_term)
        if key is None:
            return queryset.none(), False
        # The index begins with the type, so all types are named.
        kinds = [model._meta.label_lower for model in apps.get_models()]
        return queryset.filter(subject_type__in=kinds, subject_id=key), False

    @admin.display(description=_("who that is"))
    def who(self, row: LedgerEntry) -> str:
        return names_of([row.actor]).get(row.actor, NOTHING)

    @admin.display(description=_("leaf hash"))
    def hash(self, row: LedgerEntry) -> str:
        return bytes(row.leaf_hash).hex()

    @admin.display(description=_("hash of the subject's previous entry"))
    def previous(self, row: LedgerEntry) -> str:
        return NOTHING if row.object_prev is None else bytes(row.object_prev).hex()

    @admin.display(description=_("leaf, formatted for reading"))
    def leaf_shown(self, row: Any) -> str:
        if row.is_sealed:
            return gettext(
                "Sealed: a ballot, until enough people have ruled, or what you are to judge "
                "without it first."
            )
        return pretty_json(orjson.loads(bytes(row.leaf)))


@admin.register(OutboxMessage)
class OutboxMessageAdmin(LargeTableAdmin):
    list_display = ["created_at", "event", "system", "subject_id"]
    uuid_search = ["id", "subject_id"]
    search_fields = ["system"]
    search_help_text = _("The id of the message or of what it is about, or part of a system's name")
    fields = ["event", "system", "subject_id", "created_at", "body_shown"]

    @admin.display(description=_("body"))
    def body_shown(self, row: OutboxMessage) -> str:
        return pretty_json(row.body)


@admin.register(Refusal)
class RefusalAdmin(LargeTableAdmin):
    list_display = ["refused_at", "act", "code", "actor", "request_id"]
    search_fields = ["=code", "=actor", "=request_id", "=act"]
    search_help_text = _("An exact code, act, actor or request id")
    fields = ["refused_at", "act", "code", "actor", "who", "request_id"]

    @admin.display(description=_("who that is"))
    def who(self, row: Refusal) -> str:
        return names_of([row.actor]).get(row.actor, NOTHING)


@admin.register(Payload)
class PayloadAdmin(LargeTableAdmin):
    """Envelopes only: what is sealed in them, and every key, never leaves the database here."""

    list_display = ["created_at", "kind", "id", "subject_id", "size"]
    list_filter = ["kind"]
    uuid_search = ["id", "subject_id"]
    search_fields = ["id"]
    search_help_text = _("The id of a payload or the pseudonym of a data subject")
    fields = ["id", "kind", "subject_id", "algorithm", "created_at", "size"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        sized: QuerySet[Any] = rows.annotate(size=Length("sealed"))
        return sized.defer("sealed", "commitment_key")

    @admin.display(description=_("sealed bytes"))
    def size(self, row: Any) -> int:
        size: int = row.size
        return size

    @admin.display(description=_("data subject"))
    def subject_id(self, row: Payload) -> str:
        return str(row.subject_id)
