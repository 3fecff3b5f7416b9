"""A channel of the tests: it keeps what it was given, and answers as it is told to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from governance.ids import uuid7
from governance.models import Delivery, Destination, OutboxMessage
from governance.services import channels
from governance.services.channels import Addressed, Attempt, Outcome, Result
from governance.services.delivering import add_deliveries, prepare, settle, take_up
from governance.services.outbox import announce
from tests.factories import NOON

KIND = "test"
TAKEN = Outcome(Result.DELIVERED, 200)
NO = Outcome(Result.REFUSED, 500, "It answers 500.")
SILENT = Outcome(Result.UNANSWERED, None, "It gives no answer.")
SOON = timedelta(milliseconds=5)


@dataclass
class Recording:
    """`got`: reference and message of each attempt. `answer`: what an attempt comes to."""

    got: list[tuple[UUID, UUID]] = field(default_factory=list)
    answer: Callable[[UUID, UUID], Outcome] = lambda reference, message: TAKEN

    def prepare(self, delivery: Delivery, now: datetime) -> Attempt:
        reference, message = delivery.destination.reference, delivery.message_id

        def attempt() -> Outcome:
            self.got.append((reference, message))
            return self.answer(reference, message)

        return attempt

    def messages(self, reference: UUID) -> list[UUID]:
        return [message for to, message in self.got if to == reference]


def register(patch, recording: Recording, addressing=None) -> None:
    """For one test only."""
    patch.setattr(channels, "_senders", {**channels._senders, KIND: recording.prepare})
    if addressing is not None:
        patch.setattr(channels, "_addressings", {KIND: addressing})


def to_all(*references: UUID):
    """Every message to each of these, in order by decision."""

    def addressing(messages: list[OutboxMessage]) -> list[Addressed]:
        return [
            Addressed(KIND, reference, message.pk, channels.order_key_of(message))
            for message in messages
            for reference in references
        ]

    return addressing


def say(event="decision.finalised", *, decision: UUID | None = None, now=NOON) -> OutboxMessage:
    decision = decision or uuid7()
    body = {"decision": str(decision)}
    return announce(event, subject_id=decision, system="lending", body=body, now=now)


def put(reference: UUID, *messages: UUID, order_key: UUID | None = None, now=NOON):
    """Deliveries to one destination, as a fan-out adds them."""
    new = [Addressed(KIND, reference, message, order_key) for message in messages]
    return add_deliveries(new, now=now)


def work(now=NOON, *, lasted: timedelta = SOON) -> int:
    """Make every attempt that is due, one after the other; how many."""
    count = 0
    while (taken := take_up(now=now)) is not None:
        settle(taken, prepare(taken, now=now)(), lasted=lasted, now=now)
        count += 1
    return count


def place(reference: UUID) -> Destination:
    return Destination.objects.get(reference=reference)


def states(reference: UUID) -> list[str]:
    rows = Delivery.objects.filter(destination__reference=reference).order_by("id")
    return list(rows.values_list("state", flat=True))
