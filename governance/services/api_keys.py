"""Integrators' clients and keys."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from governance.errors import DomainError, FieldError, InputInvalid
from governance.ledger import record
from governance.models import Actor, ApiClient, ApiKey, Scope, User

_PREFIX_BYTES = 6
_SECRET_BYTES = 32


class KeyRevoked(DomainError):
    code = "key_revoked"
    status = 409
    title = "The key was already revoked"


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key and its text, `prefix.secret`, which is nowhere stored and shown once."""

    key: ApiKey
    text: str


@transaction.atomic
def create_client(
    *, name: str, systems: Sequence[str], owner: User, actor: Actor, now: datetime
) -> ApiClient:
    """A client that may speak for the named systems (slugs). It can do nothing without a key."""
    client = ApiClient(name=name, systems=list(systems), owner=owner)
    record.keep(
        client,
        "governance.apiclient.created",
        actor=actor,
        at=now,
        body={"name": name, "systems": list(systems)},
    )
    return client


@transaction.atomic
def issue_key(
    *,
    client: ApiClient,
    scopes: Sequence[Scope],
    expires_at: datetime,
    actor: Actor,
    now: datetime,
) -> IssuedKey:
    """A key with the given scopes only. Raises InputInvalid: no scope, or already expired."""
    errors = []
    if not scopes:
        errors.append(FieldError("/scopes", "Name at least one scope.", "required"))
    if expires_at <= now:
        errors.append(FieldError("/expires_at", "Lies in the past.", "past"))
    if errors:
        raise InputInvalid("The key cannot be issued", errors=errors)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    key = ApiKey(
        client=client,
        prefix=secrets.token_hex(_PREFIX_BYTES),
        secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
        scopes=[scope.value for scope in scopes],
        expires_at=expires_at,
    )
    record.keep(
        key,
        "governance.apikey.issued",
        actor=actor,
        at=now,
        body={"client": str(client.pk), "prefix": key.prefix, "scopes": key.scopes},
    )
    return IssuedKey(key, f"{key.prefix}.{secret}")


@transaction.atomic
def revoke_key(*, key: ApiKey, actor: Actor, now: datetime) -> ApiKey:
    """End a key at once. Raises KeyRevoked the second time."""
    held = ApiKey.objects.select_for_update().get(pk=key.pk)
    if held.revoked_at is not None:
        raise KeyRevoked(f"{held} was revoked at {held.revoked_at.isoformat()}")
    held.revoked_at = now
    record.keep(held, "governance.apikey.revoked", actor=actor, at=now, fields=["revoked_at"])
    return held
