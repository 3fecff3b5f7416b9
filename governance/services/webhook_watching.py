"""Giving up endpoints that take nothing any more, and saying so."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from governance.models import Actor, Destination, WebhookEndpoint
from governance.selectors.webhook_deliveries import KIND
from governance.services.outbox import announce
from governance.services.webhooks import MANAGE, State, put_aside


def give_up_dead_endpoints(*, actor: Actor, now: datetime) -> list[UUID]:
    """Put aside each active endpoint that said it is gone, that took nothing for too long, or
    whose owner may have none any more; which ones."""
    active = WebhookEndpoint.objects.filter(state=State.ACTIVE)
    failing = Destination.objects.filter(kind=KIND).filter(
        Q(is_gone=True) | Q(failing_since__lte=now - settings.COUNTERSIGN_WEBHOOK_FAILING_LIMIT)
    )
    suspects = set(failing.values_list("reference", flat=True))
    suspects |= {one.pk for one in active.select_related("client", "person") if _orphaned(one)}
    keys = active.filter(pk__in=suspects).order_by("pk").values_list("pk", flat=True)
    return [key for key in keys if give_up(endpoint_id=key, actor=actor, now=now)]


@transaction.atomic
def give_up(*, endpoint_id: UUID, actor: Actor, now: datetime) -> bool:
    """Put an endpoint aside as dead, with its entry and its message, if it still is; else False."""
    endpoints = WebhookEndpoint.objects.filter(state=State.ACTIVE).select_for_update(
        of=("self",), no_key=True, skip_locked=True
    )
    held = endpoints.select_related("client", "person").filter(pk=endpoint_id).first()
    why = held and _why(held, now)
    if held is None or not why:
        return False
    put_aside(held, State.DEAD, why, actor, now)
    announce(
        "webhook.paused",
        subject_id=held.pk,
        system="",
        body={"endpoint": str(held.pk), "reason": why},
        now=now,
    )
    return True


def _why(endpoint: WebhookEndpoint, now: datetime) -> str:
    if _orphaned(endpoint):
        return "Whoever it belongs to may have none any more."
    place = Destination.objects.filter(kind=KIND, reference=endpoint.pk).first()
    if place is None:
        return ""
    if place.is_gone:
        return "It answered 410: it is gone for good."
    limit = settings.COUNTERSIGN_WEBHOOK_FAILING_LIMIT
    if place.failing_since is not None and place.failing_since <= now - limit:
        hours = limit.total_seconds() / 3600
        return f"It has taken nothing for over {hours:.0f} hours."
    return ""


def _orphaned(endpoint: WebhookEndpoint) -> bool:
    if endpoint.client is not None:
        return not endpoint.client.is_active
    person = endpoint.person
    return person is None or not person.is_active or not person.has_perm(MANAGE)
