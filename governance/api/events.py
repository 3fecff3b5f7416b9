"""What happened, for integrators who ask for it."""

from __future__ import annotations

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Subquery
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.pagination import OldestFirst, page_of, uuid_parameter
from governance.api.permissions import has_perm, has_scope
from governance.api.serializers import EntryOut, EventOut
from governance.api.views import ApiView
from governance.evidence.registry import entries_sealed_from
from governance.models import Leaf, LedgerEntry, OutboxMessage, Scope
from governance.outbox_events import PING


class Events(ApiView):
    """GET events: 200 a page of messages for the client's systems, oldest first."""

    permission_classes = [has_scope(Scope.DECISIONS_READ)]

    @extend_schema(
        operation_id="list_events",
        summary="Read events",
        parameters=[
            OpenApiParameter("cursor", str, description="from `next` of the page before"),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: EventOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Messages such as `decision.finalised`, each written with the change it tells of."""
        messages = OutboxMessage.objects.filter(system__in=["", *self.client.systems])
        messages = messages.exclude(event=PING)
        return page_of(messages, EventOut, self, OldestFirst())


class LedgerEntries(ApiView):
    """GET ledger/entries: 200 a page of entries, newest first."""

    permission_classes = [has_perm("governance.view_ledgerentry")]

    @extend_schema(
        operation_id="list_ledger_entries",
        summary="Read the ledger",
        parameters=[
            OpenApiParameter("subject", str, description="id of what the entries are about"),
            OpenApiParameter("event", str),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="at most 500"),
        ],
        responses={200: EntryOut(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Entries with their leaf bytes; check a hash with SHA-256 over 0x00 and the bytes. The
        leaf of a ballot that is still sealed is null, as is what the AI system said on a case
        that you have yet to judge without it."""
        place = Leaf.objects.filter(entry_id=OuterRef("pk")).values("index")
        sealed = entries_sealed_from(self.person, timezone.now())
        entries = LedgerEntry.objects.annotate(
            leaf_index=Subquery(place),
            is_sealed=ExpressionWrapper(sealed, output_field=BooleanField()),
        )
        if "subject" in request.query_params:
            entries = entries.filter(subject_id=uuid_parameter(request, "subject"))
        if "event" in request.query_params:
            entries = entries.filter(event=request.query_params["event"])
        return page_of(entries, EntryOut, self)
