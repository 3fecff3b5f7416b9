"""Endpoints of integrators: made, changed, paused, resumed, removed, tried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from governance.errors import DomainError, FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, ApiClient, Destination, OutboxMessage, User, WebhookEndpoint
from governance.outbox_events import PING
from governance.selectors.webhook_deliveries import KIND
from governance.services.outbox import announce
from governance.services.redelivering import hold, let_go_on, ring_after_commit
from governance.services.webhook_choices import Chosen, faults_of
from governance.services.webhook_secrets import forget_secrets, give_secret

State = WebhookEndpoint.State
MANAGE = "governance.manage_webhookendpoint"
VIEW = "governance.view_webhookendpoint"
MOST_ENDPOINTS = 50
OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=7)
_LONGEST_REASON = 300


class EndpointChanged(DomainError):
    code = "endpoint_changed"
    status = 412
    title = "Somebody has changed the endpoint since you read it"


class EndpointState(DomainError):
    code = "endpoint_state"
    status = 409
    title = "The endpoint is in another state"


class TooManyEndpoints(DomainError):
    code = "too_many_endpoints"
    status = 409
    title = "There are as many endpoints as one owner may have"


@dataclass(frozen=True, slots=True)
class Issued:
    """An endpoint and a new secret of it, which is shown once and stored sealed."""

    endpoint: WebhookEndpoint
    secret: str


def visible_endpoints(owner: ApiClient | User) -> QuerySet[WebhookEndpoint]:
    """A program's own endpoints; a person's permission covers all. Others' answer 404."""
    endpoints = WebhookEndpoint.objects.standing().select_related("client", "person")
    if isinstance(owner, ApiClient):
        return endpoints.filter(client=owner)
    return endpoints if owner.has_perm(VIEW) or owner.has_perm(MANAGE) else endpoints.none()


@transaction.atomic
def create_endpoint(
    *, chosen: Chosen, owner: ApiClient | User, actor: Actor, now: datetime
) -> Issued:
    """An active endpoint of `owner`, and its first secret.

    Raises InputInvalid naming each fault: an address that may not be called, an event there is
    not, a system that is not the owner's. Raises TooManyEndpoints.
    """
    _check(chosen, owner)
    owned: dict[str, Any] = {"client" if isinstance(owner, ApiClient) else "person": owner}
    if WebhookEndpoint.objects.standing().filter(**owned).count() >= MOST_ENDPOINTS:
        raise TooManyEndpoints(f"{MOST_ENDPOINTS}; remove one that is not needed")
    endpoint = WebhookEndpoint(created_at=now, state_at=now, **owned)
    _set(endpoint, chosen)
    _keep(endpoint, "created", actor, now, chosen.as_body())
    return Issued(endpoint, give_secret(endpoint, overlap=timedelta(), now=now))


@transaction.atomic
def change_endpoint(
    *, endpoint_id: UUID, chosen: Chosen, seen: int, actor: Actor, now: datetime
) -> WebhookEndpoint:
    """Replace what was chosen. What waits is sent to the new address.

    `seen`: the revision that the caller read. Raises EndpointChanged, InputInvalid.
    """
    held = locked(endpoint_id)
    if held.revision != seen:
        raise EndpointChanged(f"It is at revision {held.revision}")
    _check(chosen, held.client or held.person)
    _set(held, chosen)
    held.revision += 1
    _keep(held, "changed", actor, now, chosen.as_body(),
          ["url", "description", "events", "systems", "revision"])  # fmt: skip
    return held


@transaction.atomic
def rotate_secret(*, endpoint_id: UUID, overlap: timedelta, actor: Actor, now: datetime) -> Issued:
    """A new secret; the old one signs as well until `overlap` is over. None: it ends at once.

    Raises InputInvalid for an overlap of more than a week.
    """
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        days = LONGEST_OVERLAP.days
        fault = FieldError("/overlap_hours", f"From none to {days} days.", "out_of_range")
        raise InputInvalid("The secret cannot be rotated", errors=[fault])
    held = locked(endpoint_id)
    secret = give_secret(held, overlap=overlap, now=now)
    record.append(
        "governance.webhookendpoint.secret_rotated",
        subject=held,
        actor=actor,
        at=now,
        body={"old_valid_until": (now + overlap).isoformat()},
    )
    return Issued(held, secret)


@transaction.atomic
def pause_endpoint(
    *, endpoint_id: UUID, reason: str, actor: Actor, now: datetime
) -> WebhookEndpoint:
    """Send it nothing; what comes waits for it. Raises EndpointState unless it is active."""
    held = locked(endpoint_id)
    if held.state != State.ACTIVE:
        raise EndpointState(f"It is {held.get_state_display()}, so it cannot be paused")
    return put_aside(held, State.PAUSED, reason, actor, now)


@transaction.atomic
def resume_endpoint(*, endpoint_id: UUID, actor: Actor, now: datetime) -> WebhookEndpoint:
    """Send it what waited, and what comes. Raises EndpointState when it is active."""
    held = locked(endpoint_id)
    if held.state == State.ACTIVE:
        raise EndpointState("It is active already")
    _to_state(held, State.ACTIVE, "", now)
    _keep(held, "resumed", actor, now, {}, ["state", "state_reason", "state_at"])
    let_go_on(destination=destination_of(held), now=now)
    return held


@transaction.atomic
def remove_endpoint(*, endpoint_id: UUID, actor: Actor, now: datetime) -> None:
    """It gets nothing any more, its secrets are gone, and nobody finds it."""
    held = locked(endpoint_id)
    _to_state(held, State.REMOVED, "", now)
    _keep(held, "removed", actor, now, {}, ["state", "state_reason", "state_at"])
    forget_secrets(held)
    hold(destination=destination_of(held))


@transaction.atomic
def ping_endpoint(*, endpoint_id: UUID, actor: Actor, now: datetime) -> OutboxMessage:
    """Send it a message that tells of nothing; its delivery shows what came of it.

    Raises EndpointState unless it is active.
    """
    held = locked(endpoint_id)
    if held.state != State.ACTIVE:
        raise EndpointState(f"It is {held.get_state_display()}: resume it first")
    message = announce(
        PING, subject_id=held.pk, system="", body={"endpoint": str(held.pk)}, now=now
    )
    ring_after_commit()
    return message


def locked(endpoint_id: UUID) -> WebhookEndpoint:
    """An endpoint that is not removed, held until the transaction ends (a step)."""
    endpoints = WebhookEndpoint.objects.standing().select_related("client", "person")
    return endpoints.select_for_update(of=("self",), no_key=True).get(pk=endpoint_id)


def put_aside(
    held: WebhookEndpoint, state: State, reason: str, actor: Actor, now: datetime
) -> WebhookEndpoint:
    """Pause a locked endpoint, or give it up (a step)."""
    _to_state(held, state, reason[:_LONGEST_REASON], now)
    body = {"state": state.value, "reason": held.state_reason}
    _keep(held, "paused", actor, now, body, ["state", "state_reason", "state_at"])
    hold(destination=destination_of(held))
    return held


def destination_of(endpoint: WebhookEndpoint) -> Destination:
    """Where the round of deliveries stands with an endpoint."""
    return Destination.objects.get_or_create(kind=KIND, reference=endpoint.pk)[0]


def _check(chosen: Chosen, owner: ApiClient | User | None) -> None:
    errors = faults_of(chosen, owner)
    if errors:
        raise InputInvalid("The endpoint cannot be kept like this", errors=errors)


def _set(endpoint: WebhookEndpoint, chosen: Chosen) -> None:
    endpoint.url, endpoint.description = chosen.url, chosen.description
    endpoint.events, endpoint.systems = list(chosen.events), list(chosen.systems)


def _to_state(endpoint: WebhookEndpoint, state: State, reason: str, now: datetime) -> None:
    endpoint.state, endpoint.state_reason, endpoint.state_at = state, reason, now


def _keep(
    endpoint: WebhookEndpoint,
    done: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, object],
    fields: Sequence[str] = (),
) -> None:
    event = f"governance.webhookendpoint.{done}"
    record.keep(endpoint, event, actor=actor, at=now, body=body, fields=fields)
