"""The secrets of endpoints: made, sealed, opened for signing, and gone when they are over."""

from __future__ import annotations

from datetime import datetime, timedelta

from governance.ledger.keys import seal, unseal, webhook_key
from governance.models import WebhookEndpoint, WebhookSecret
from governance.webhook_signature import new_secret


def give_secret(endpoint: WebhookEndpoint, *, overlap: timedelta, now: datetime) -> str:
    """Make an endpoint's secret anew (a step); its text, which is shown once.

    The one before stays valid for `overlap`, and so do those that still are: both sign meanwhile.
    """
    endpoint.secrets.filter(valid_until__lte=now).delete()
    before = endpoint.secrets.filter(valid_until=None)
    if overlap:
        before.update(valid_until=now + overlap)
    else:
        endpoint.secrets.all().delete()
    text = new_secret()
    sealed = seal(webhook_key(), text.encode(), endpoint.pk.bytes)
    WebhookSecret.objects.create(endpoint=endpoint, sealed=sealed, created_at=now)
    return text


def valid_secrets(endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first."""
    return [
        unseal(webhook_key(), bytes(row.sealed), endpoint.pk.bytes).decode()
        for row in endpoint.secrets.valid(now)
    ]


def forget_secrets(endpoint: WebhookEndpoint) -> None:
    """Leave no secret of an endpoint that is removed (a step)."""
    endpoint.secrets.all().delete()
