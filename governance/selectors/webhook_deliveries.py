"""The deliveries of an endpoint, with what they tell of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import QuerySet

from governance.models import Delivery, Destination, OutboxMessage, WebhookEndpoint

KIND = "webhook"
# Beyond it a page says "more than": to count all would cost what there are.
MOST_COUNTED = 10_000
S = TypeVar("S", bound=Sequence[Delivery])


def deliveries_of(endpoint: WebhookEndpoint) -> QuerySet[Delivery]:
    """All that are kept, in no order."""
    place = Destination.objects.filter(kind=KIND, reference=endpoint.pk)
    return Delivery.objects.filter(destination__in=place.values("pk"))


def with_messages(deliveries: S) -> S:
    """The same deliveries, each with its `message`; one query."""
    found = OutboxMessage.objects.in_bulk([one.message_id for one in deliveries])
    for one in deliveries:
        one.message = found.get(one.message_id)  # type: ignore[attr-defined]
    return deliveries


def counted(endpoint: WebhookEndpoint) -> dict[str, int]:
    """How many wait and how many were given up, each counted up to MOST_COUNTED."""
    return {
        state.value: deliveries_of(endpoint).filter(state=state)[:MOST_COUNTED].count()
        for state in (Delivery.State.PENDING, Delivery.State.DEAD)
    }
