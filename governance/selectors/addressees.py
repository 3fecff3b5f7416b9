"""People as notices reach them: what they chose, and where they have an address."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from governance.models import ChatAddress, NoticeChoices, User
from governance.notices.hours import Hours
from governance.notices.kinds import Channel

_NO_CHOICES = NoticeChoices()


@dataclass(frozen=True, slots=True)
class Addressee:
    """One person. `chosen`: kind to channels, where they said otherwise; `chat`: id of their chat
    address, if they have one."""

    chosen: Mapping[str, Collection[str]]
    hours: Hours
    has_mail: bool
    chat: UUID | None

    def reached_by(self, channels: Iterable[Channel]) -> Iterator[Channel]:
        """Of these channels those outside of the product by which they can be reached."""
        if Channel.MAIL in channels and self.has_mail:
            yield Channel.MAIL
        if Channel.CHAT in channels and self.chat is not None:
            yield Channel.CHAT


def addressees_of(people: Collection[UUID]) -> dict[UUID, Addressee]:
    """Of these people those with an open account. Three queries, however many they are."""
    mails = dict(User.objects.filter(pk__in=people, is_active=True).values_list("pk", "email"))
    choices = {row.person_id: row for row in NoticeChoices.objects.filter(person__in=mails)}
    chats = dict(
        ChatAddress.objects.filter(person__in=mails, removed_at=None).values_list("person_id", "pk")
    )
    return {
        person: _addressee(mail, choices.get(person, _NO_CHOICES), chats.get(person))
        for person, mail in mails.items()
    }


def _addressee(mail: str, choices: NoticeChoices, chat: UUID | None) -> Addressee:
    return Addressee(
        chosen=choices.channels,
        hours=choices.hours,
        has_mail=bool(mail) and settings.COUNTERSIGN_SENDS_MAIL,
        chat=chat,
    )
