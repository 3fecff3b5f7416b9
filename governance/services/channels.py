"""The kinds of destination there are: how each one is addressed, and how it is sent to.

register_addressing("webhook", endpoints_for)
register_sender("webhook", prepare)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from governance.models import Delivery, OutboxMessage


class Result(Enum):
    """What came of an attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"  # there was an answer, and it was no
    UNANSWERED = "unanswered"  # no answer in time: the destination rests
    GONE = "gone"  # the destination says that it is no more: it is held
    IMPOSSIBLE = "impossible"  # no later attempt could do better: given up at once


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to. `detail`: a sentence for people, without personal data.

    `rest`: how long the destination asked not to be sent anything.
    """

    result: Result
    status: int | None = None
    detail: str = ""
    rest: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Addressed:
    """One message for one destination. `not_before`: when it may be sent at the earliest.

    What has an `order_key` waits for what was addressed before it, and for no instant.
    """

    kind: str
    reference: UUID
    message_id: UUID
    order_key: UUID | None = None
    not_before: datetime | None = None

    def __post_init__(self) -> None:
        if self.order_key is not None and self.not_before is not None:
            raise ValueError("What is delivered in order cannot wait for an instant of its own")


# Whom messages are for, asked in the transaction of the fan-out.
Addressing = Callable[[Sequence[OutboxMessage]], Iterable[Addressed]]
# Reads what an attempt needs from the database and gives back the attempt itself, which runs in a
# thread, touches no database, and ends well within `governance.services.delivering.LEASE`.
Attempt = Callable[[], Outcome]
Prepare = Callable[[Delivery, datetime], Attempt]

_addressings: dict[str, Addressing] = {}
_senders: dict[str, Prepare] = {}


def register_addressing(name: str, addressing: Addressing) -> None:
    """Have every outbox message shown to `addressing`, which says whom it is for."""
    _addressings[name] = addressing


def register_sender(kind: str, prepare: Prepare) -> None:
    """Have deliveries to destinations of this kind made by `prepare`'s attempts."""
    _senders[kind] = prepare


def addressed(messages: Sequence[OutboxMessage]) -> list[Addressed]:
    """Whom the messages are for, message by message in their order."""
    place = {message.pk: number for number, message in enumerate(messages)}
    found = [one for addressing in _addressings.values() for one in addressing(messages)]
    return sorted(found, key=lambda one: place[one.message_id])


def sender_of(kind: str) -> Prepare:
    """Raises KeyError for a kind that nobody registered."""
    return _senders[kind]


def order_key_of(message: OutboxMessage) -> UUID:
    """The decision that a message is about, else its subject: messages about one stay in order."""
    decision = message.body.get("decision")
    return UUID(decision) if isinstance(decision, str) else message.subject_id
