"""Messages of the past, sent to an endpoint once more: of a period, chosen ones, the dead ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from governance.errors import FieldError, InputInvalid
from governance.ids import first_id
from governance.ledger import record
from governance.models import Actor, OutboxMessage, WebhookEndpoint
from governance.outbox_events import EVERY_EVENT, PING
from governance.selectors.webhook_deliveries import KIND
from governance.services.channels import Addressed, order_key_of
from governance.services.delivering import add_deliveries
from governance.services.redelivering import ring_after_commit, send_again, send_dead_again
from governance.services.webhook_sending import wants
from governance.services.webhooks import EndpointState, destination_of, locked

MOST_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Replay:
    """How many messages are on their way again, and where a further call goes on, if there are
    more: with `after`, the id of the last one."""

    count: int
    after: UUID | None


@transaction.atomic
def replay_period(
    *,
    endpoint_id: UUID,
    start: datetime,
    end: datetime,
    after: UUID | None,
    actor: Actor,
    now: datetime,
) -> Replay:
    """Send again what was announced from `start` to before `end`, in order, each under its own id:
    of the events and systems that the endpoint has chosen, at most MOST_AT_ONCE.

    Raises InputInvalid for a period that is empty, EndpointState unless the endpoint is active.
    """
    if start >= end:
        fault = FieldError("/until", "Must lie after `from`.", "order")
        raise InputInvalid("There is nothing to replay", errors=[fault])
    held = _active(endpoint_id)
    found = _chosen(held).filter(pk__gte=first_id(start), pk__lt=first_id(end))
    if after is not None:
        found = found.filter(pk__gt=after)
    messages = list(found.order_by("pk")[: MOST_AT_ONCE + 1])
    more, messages = len(messages) > MOST_AT_ONCE, messages[:MOST_AT_ONCE]
    body = {"from": start.isoformat(), "until": end.isoformat()}
    _send(held, messages, body, actor, now)
    return Replay(len(messages), messages[-1].pk if more else None)


@transaction.atomic
def replay_messages(
    *, endpoint_id: UUID, messages: Sequence[UUID], actor: Actor, now: datetime
) -> Replay:
    """Send these messages again, oldest first. Raises InputInvalid naming each that is not there
    or not for this endpoint, EndpointState unless it is active."""
    held = _active(endpoint_id)
    known = OutboxMessage.objects.in_bulk(messages)
    faults = [
        FieldError(f"/messages/{number}", "There is no such message for this endpoint.", "unknown")
        for number, key in enumerate(messages)
        if key not in known or not wants(held, known[key])
    ]
    if faults:
        raise InputInvalid("These cannot be replayed", errors=faults)
    _send(held, [known[key] for key in sorted(known)], {}, actor, now)
    return Replay(len(known), None)


@transaction.atomic
def redeliver(
    *, endpoint_id: UUID, deliveries: Sequence[int] | None, actor: Actor, now: datetime
) -> int:
    """Send deliveries that are over again, or all that were given up (at most 5,000); how many.

    Raises EndpointState unless the endpoint is active.
    """
    held = _active(endpoint_id)
    destination = destination_of(held)
    if deliveries is None:
        count = send_dead_again(destination=destination, now=now)
    else:
        count = send_again(destination=destination, deliveries=deliveries, now=now)
    if count:
        _enter(held, "redelivered", {"deliveries": count}, actor, now)
    return count


def _active(endpoint_id: UUID) -> WebhookEndpoint:
    held = locked(endpoint_id)
    if held.state != WebhookEndpoint.State.ACTIVE:
        raise EndpointState(f"It is {held.get_state_display()}: resume it first")
    return held


def _chosen(endpoint: WebhookEndpoint) -> QuerySet[OutboxMessage]:
    found = OutboxMessage.objects.exclude(event=PING)
    if EVERY_EVENT not in endpoint.events:
        found = found.filter(event__in=endpoint.events)
    systems = endpoint.systems or (endpoint.client.systems if endpoint.client else None)
    if systems is None:
        return found
    if endpoint.client is not None:
        systems = [system for system in systems if system in endpoint.client.systems]
    return found.filter(system__in=["", *systems])


def _send(
    held: WebhookEndpoint,
    messages: Sequence[OutboxMessage],
    body: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    new = [Addressed(KIND, held.pk, message.pk, order_key_of(message)) for message in messages]
    add_deliveries(new, now=now)
    _enter(held, "replayed", {**body, "messages": len(new)}, actor, now)
    ring_after_commit()


def _enter(
    held: WebhookEndpoint, done: str, body: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    event = f"governance.webhookendpoint.{done}"
    record.append(event, subject=held, actor=actor, at=now, body=body)
