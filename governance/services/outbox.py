"""Messages for integrators, in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from governance.models import OutboxMessage
from governance.models.bulk import insert_all


def announce(
    event: str, *, subject_id: UUID, system: str, body: Mapping[str, object], now: datetime
) -> OutboxMessage:
    """Leave a message (a step). `system`: slug; `body`: ids and states, never personal data."""
    return OutboxMessage.objects.create(
        event=event, subject_id=subject_id, system=system, body=dict(body), created_at=now
    )


def announce_all(messages: Sequence[OutboxMessage]) -> None:
    """Leave many messages, unsaved ones, in one statement and in their order (a step)."""
    insert_all(messages)
