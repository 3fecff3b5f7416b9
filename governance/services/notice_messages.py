"""What leaves the product: messages by mail and chat, and notices that wait for a summary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q

from governance.models import ChatAddress, HeldNotice, Notice, NoticeChoices, NoticeMessage
from governance.notices.hours import Hours, leaves_at
from governance.notices.kinds import Channel, kind_named
from governance.notices.registry import Telling
from governance.selectors.holders import roles_with
from governance.services.channels import Addressed
from governance.services.delivering import add_deliveries

MAIL, CHAT = "mail", "chat"
"""The kinds of destination of the deliveries."""
MAIL_LANES = 4
_LANES_OF_MAIL = UUID("6f0b6a52-3c0f-4f2d-9a3e-6d1a5b8f7c11")

# People whose summaries are made in one sweep; the next goes on.
_PEOPLE_PER_SWEEP = 500


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A notice for one channel outside of the product. `chat`: id of the person's chat address."""

    notice: Notice
    channel: Channel
    hours: Hours
    urgent: bool
    chat: UUID | None


def leave_messages(outgoing: Iterable[Outgoing], *, now: datetime) -> None:
    """Send each at once, or hold it until it may leave (a step)."""
    messages, held = [], []
    for one in outgoing:
        at = leaves_at(now, one.hours, urgent=one.urgent)
        if at <= now:
            messages.append(_message([one.notice], one.channel, one.chat, now))
        else:
            held.append(
                HeldNotice(
                    notice=one.notice,
                    person_id=one.notice.person_id,
                    channel=one.channel.value,
                    leaves_at=at,
                )
            )
    HeldNotice.objects.bulk_create(held, batch_size=1_000)
    _send(messages, now)


def tell_places(telling: Telling, kind_name: str, now: datetime) -> None:
    """Tell the chats of the queue and of the roles that an event concerns (a step)."""
    roles = [key for key, _ in roles_with(kind_named(kind_name).holders)]
    its = Q(role__in=roles)
    if telling.queue:
        its |= Q(queue=telling.queue)
    places = ChatAddress.objects.filter(its, removed_at=None, person=None)
    item = _item(telling.kind, telling.values, telling.path, telling.cause.at)
    _send([NoticeMessage(chat=place, items=[item], created_at=now) for place in places], now)


@transaction.atomic
def release_held(*, now: datetime) -> int:
    """Send what was held and may leave now: all that one person has on one channel in one message.
    How many notices left.

    Two at once share the people out: each holds a person's choices while it gathers.
    """
    due = HeldNotice.objects.filter(leaves_at__lte=now)
    waiting = NoticeChoices.objects.filter(person__in=due.values("person"))
    people = waiting.order_by("pk").select_for_update(skip_locked=True, no_key=True)
    ids = list(people.values_list("person_id", flat=True)[:_PEOPLE_PER_SWEEP])
    held = list(due.filter(person__in=ids).select_related("notice").order_by("notice_id"))
    chats = dict(
        ChatAddress.objects.filter(person__in=ids, removed_at=None).values_list("person_id", "pk")
    )
    by_person: defaultdict[tuple[UUID, str], list[Notice]] = defaultdict(list)
    for one in held:
        by_person[one.person_id, one.channel].append(one.notice)
    messages = [
        _message(notices, Channel(channel), chats.get(person), now)
        for (person, channel), notices in by_person.items()
        # Their chat was taken away meanwhile; the product has it still.
        if channel != Channel.CHAT or person in chats
    ]
    _send(messages, now)
    HeldNotice.objects.filter(pk__in=[one.pk for one in held]).delete()
    return len(held)


def _message(
    notices: Sequence[Notice], channel: Channel, chat: UUID | None, now: datetime
) -> NoticeMessage:
    return NoticeMessage(
        person_id=notices[0].person_id,
        chat_id=chat if channel is Channel.CHAT else None,
        items=[_item(one.kind, one.values, one.path, one.at) for one in notices],
        created_at=now,
    )


def _item(kind: str, values: Any, path: str, at: datetime) -> dict[str, Any]:
    return {"kind": kind, "values": dict(values), "path": path, "at": at.isoformat()}


def _send(messages: Sequence[NoticeMessage], now: datetime) -> None:
    """Put them on their way. The mail server is one receiver, with a few lanes: when it is down all
    of them rest, and not each person's mail tries it by itself."""
    NoticeMessage.objects.bulk_create(messages, batch_size=1_000)
    add_deliveries([Addressed(*_receiver(one), message_id=one.pk) for one in messages], now=now)


def _receiver(message: NoticeMessage) -> tuple[str, UUID]:
    if message.chat_id is not None:
        return CHAT, message.chat_id
    assert message.person_id is not None
    return MAIL, uuid5(_LANES_OF_MAIL, str(message.person_id.int % MAIL_LANES))
