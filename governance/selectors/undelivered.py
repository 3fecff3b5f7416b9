"""Notices that could not be delivered, or not yet: to whom, by which way, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from governance.models import ChatAddress, Delivery, NoticeMessage

KINDS = ("mail", "chat")


@dataclass(frozen=True, slots=True)
class Undelivered:
    """`message`: None when it was forgotten, and can not be sent again."""

    delivery: Delivery
    message: NoticeMessage | None

    @property
    def to(self) -> str:
        """Whom it was for: a person, or the queue or role of a chat."""
        if self.message is None:
            return ""
        if self.message.person is not None:
            return str(self.message.person)
        chat = self.message.chat
        assert isinstance(chat, ChatAddress)
        return chat.queue if chat.role is None else str(chat.role)


def undelivered(kinds: Collection[str] = KINDS) -> QuerySet[Delivery]:
    """Those that were given up, and those that failed and are tried again."""
    failing = Q(state=Delivery.State.DEAD) | Q(state=Delivery.State.PENDING, attempts__gt=0)
    found = Delivery.objects.filter(failing, destination__kind__in=kinds)
    return found.select_related("destination")


def with_messages(deliveries: Sequence[Delivery]) -> list[Undelivered]:
    """Each with what it was to carry. One query."""
    messages = NoticeMessage.objects.select_related("person", "chat__role").in_bulk(
        [one.message_id for one in deliveries]
    )
    return [Undelivered(one, messages.get(one.message_id)) for one in deliveries]
