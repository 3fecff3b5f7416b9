"""Entering refused tries, after the refused change was rolled back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from governance.errors import DomainError
from governance.ledger import record
from governance.models import Actor, ApiClient, Refusal, User
from governance.request_id import request_id

# What a right or a state refused. Faulty input (400, 413, 422) is the caller's own business.
_ENTERED = frozenset({403, 409, 410, 412})


def enter_refusal(error: DomainError, *, actor: Any, act: str) -> None:
    """Enter a refused try of somebody who is known. Strangers and faulty input leave no entry."""
    if error.status not in _ENTERED and error.condition is None:
        return
    who = actor_of(actor)
    if who is None:
        return
    now = timezone.now()
    with transaction.atomic():
        refusal = Refusal(
            act=act,
            code=error.code,
            actor=who.label,
            request_id=request_id(),
            refused_at=now,
            condition=error.condition,
            about_id=error.about,
        )
        refusal.save(force_insert=True)
        record.append(
            "governance.act.refused",
            subject=refusal,
            actor=who,
            at=now,
            body={
                "act": act,
                "code": error.code,
                "condition": error.condition,
                "about": None if error.about is None else str(error.about),
            },
        )


def actor_of(signed_in: Any) -> Actor | None:
    """The actor behind a request's user; None for strangers."""
    if isinstance(signed_in, User):
        return Actor.of(signed_in)
    if isinstance(signed_in, ApiClient):
        return Actor.client(signed_in)
    return None
