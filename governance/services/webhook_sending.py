"""How outbox messages reach endpoints: whom each is for, its body, and the attempt to send it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial

import orjson
from django.conf import settings

from governance.ledger.bounded_http import Answer, NoAnswer, ask
from governance.ledger.public_addresses import public_addresses
from governance.models import Delivery, OutboxMessage, WebhookEndpoint
from governance.outbox_events import EVERY_EVENT, PING
from governance.selectors.webhook_deliveries import KIND
from governance.services.channels import (
    Addressed,
    Attempt,
    Outcome,
    Result,
    order_key_of,
    register_addressing,
    register_sender,
)
from governance.services.webhook_secrets import valid_secrets
from governance.webhook_signature import signed_headers

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
# Standard Webhooks suggests 15 to 30 seconds; an attempt must end well within its lease.
WITHIN_SECONDS = 10.0
_MOST_ANSWERED = 64 * 1024
_REST_UNASKED = timedelta(minutes=1)
_GONE = 410
_ASKS_FOR_REST = (429, 503)


def register() -> None:
    """Make webhooks one of the channels."""
    register_addressing(KIND, addressing)
    register_sender(KIND, prepare)


def addressing(messages: Sequence[OutboxMessage]) -> Iterable[Addressed]:
    """Each message to every endpoint that has chosen it, also to those that take nothing now."""
    endpoints = list(WebhookEndpoint.objects.standing().select_related("client"))
    for message in messages:
        key = order_key_of(message)
        for endpoint in endpoints:
            if wants(endpoint, message):
                yield Addressed(KIND, endpoint.pk, message.pk, key)


def wants(endpoint: WebhookEndpoint, message: OutboxMessage) -> bool:
    """Whether a message is among those that an endpoint has chosen and its owner may read."""
    if message.event == PING:
        return message.subject_id == endpoint.pk
    is_chosen = message.event in endpoint.events or EVERY_EVENT in endpoint.events
    return is_chosen and is_about(endpoint, message.system)


def is_about(endpoint: WebhookEndpoint, system: str) -> bool:
    """What concerns all systems is for everybody, as in the list of events."""
    if not system:
        return True
    if endpoint.systems and system not in endpoint.systems:
        return False
    return endpoint.client is None or system in endpoint.client.systems


def body_of(message: OutboxMessage) -> bytes:
    """The message as a CloudEvents 1.0 document; the same bytes at each attempt."""
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": str(message.pk),
            "source": settings.COUNTERSIGN_LOG_ORIGIN,
            "type": message.event,
            "subject": str(message.subject_id),
            "time": message.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "system": message.system,
            "data": message.body,
        }
    )


def prepare(delivery: Delivery, now: datetime) -> Attempt:
    """Reads what one attempt needs; the attempt itself touches no row."""
    endpoint = WebhookEndpoint.objects.standing().filter(pk=delivery.destination.reference).first()
    message = OutboxMessage.objects.filter(pk=delivery.message_id).first()
    if endpoint is None or message is None:
        missing = Outcome(Result.IMPOSSIBLE, detail="The endpoint or the message is gone.")
        return lambda: missing
    body = body_of(message)
    headers = signed_headers(
        message_id=str(message.pk),
        timestamp=int(now.timestamp()),
        body=body,
        secrets=valid_secrets(endpoint, now),
    )
    return partial(_attempt, endpoint.url, body, dict(headers), now)


def _attempt(url: str, body: bytes, headers: dict[str, str], now: datetime) -> Outcome:
    try:
        answer = ask(
            url,
            most_bytes=_MOST_ANSWERED,
            body=body,
            kind=CONTENT_TYPE,
            within=WITHIN_SECONDS,
            headers=headers,
            addresses=public_addresses(settings.COUNTERSIGN_WEBHOOK_NETWORKS),
        )
    except NoAnswer as fault:
        # Without what stands behind the question mark: it may be a secret of the receiver's.
        detail = str(fault).replace(url, url.partition("?")[0])
        return Outcome(Result.UNANSWERED, detail=detail)
    return outcome_of(answer, now)


def outcome_of(answer: Answer, now: datetime) -> Outcome:
    """What an answer means: only 200 to 299 is a yes."""
    status = answer.status
    if 200 <= status < 300:
        return Outcome(Result.DELIVERED, status)
    if status == _GONE:
        return Outcome(Result.GONE, status, "It answers 410: it is gone for good.")
    if 300 <= status < 400:
        return Outcome(Result.REFUSED, status, f"It answers {status}: nothing is redirected.")
    rest = _rest(answer.retry_after, now) if status in _ASKS_FOR_REST else None
    return Outcome(Result.REFUSED, status, f"It answers {status}.", rest)


def _rest(wish: str, now: datetime) -> timedelta:
    """What `Retry-After` asks for: seconds, or a date (RFC 9110 10.2.3)."""
    if wish.isascii() and wish.isdigit():
        return timedelta(seconds=min(int(wish[:9]), 10**6))
    try:
        return max(parsedate_to_datetime(wish).astimezone(UTC) - now, timedelta())
    except (ValueError, OverflowError):
        return _REST_UNASKED
