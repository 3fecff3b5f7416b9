"""Sending again what could not be delivered of the notices."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.errors import DomainError
from governance.ledger import record
from governance.models import Actor, Delivery, Destination, NoticeMessage, User
from governance.selectors.undelivered import undelivered
from governance.services.redelivering import send_again

MOST_AT_ONCE = 1_000


class NothingToSend(DomainError):
    code = "nothing_to_send"
    title = "There is nothing to send again"


@transaction.atomic
def send_notices_again(*, delivery_id: int | None, by: User, now: datetime) -> int:
    """Put one message that was given up back on its way, or the oldest of all where none is named;
    how many. Each bears the id that it had.

    Raises NothingToSend: it was delivered, is tried anyway, or is too old and was forgotten.
    """
    dead = undelivered().filter(state=Delivery.State.DEAD).order_by("id")
    if delivery_id is not None:
        dead = dead.filter(pk=delivery_id)
    rows = list(dead[:MOST_AT_ONCE])
    known = set(
        NoticeMessage.objects.filter(pk__in=[one.message_id for one in rows]).values_list(
            "pk", flat=True
        )
    )
    by_place: defaultdict[UUID, list[int]] = defaultdict(list)
    for one in rows:
        if one.message_id in known:
            by_place[one.destination_id].append(one.pk)
    count = 0
    # In one order for all, so that two people cannot lock crosswise.
    for place in Destination.objects.filter(pk__in=by_place).order_by("pk"):
        count += send_again(destination=place, deliveries=by_place[place.pk], now=now)
    if not count:
        raise NothingToSend("It was delivered, is being tried, or is too old")
    record.append(
        "governance.notices.sent_again",
        subject=by,
        actor=Actor.of(by),
        at=now,
        body={"count": count},
    )
    return count
