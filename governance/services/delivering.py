"""Deliveries: taken up under a lease, sent outside of any transaction, settled.

A destination is sent one thing at a time; the others have their turn meanwhile. What a killed
worker held is sent again when its lease is over: at least once, under one id.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Now

from governance.delivery_schedule import LONGEST_WISH, rest_after, wait_after
from governance.ids import uuid7
from governance.models import Delivery, Destination
from governance.models.deliveries import DestinationQuerySet
from governance.services.channels import Addressed, Attempt, Outcome, Result, sender_of

logger = logging.getLogger(__name__)

# Well beyond what an attempt takes, whatever the other side and the resolver of names do.
LEASE = timedelta(seconds=60)
# An attempt that takes longer makes its destination a slow one.
SLOW = timedelta(seconds=2)
_LONGEST_FAULT = 300
_random = SystemRandom()

# In one order for all, so that two writers cannot lock crosswise.
_HOLD = """
    SELECT id, kind, reference FROM governance_destination
    WHERE (kind, reference) IN (SELECT * FROM unnest(%s::text[], %s::uuid[]))
    ORDER BY id FOR NO KEY UPDATE
"""
# What is added gets its turn now, unless the destination has to rest.
_WAKE = """
    UPDATE governance_destination AS known
    SET next_at = greatest(least(known.next_at, added.at), known.rests_until)
    FROM unnest(%s::uuid[], %s::timestamptz[]) AS added (id, at)
    WHERE known.id = added.id
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that this worker holds. `lease`: names the attempt, so that one that comes to
    its end too late changes nothing. `is_slow`: as the destination was at the last attempt."""

    delivery: Delivery
    lease: UUID
    is_slow: bool


def add_deliveries(new: Sequence[Addressed], *, now: datetime) -> list[Delivery]:
    """Put deliveries in the queue, in this order (a step).

    It holds the destinations until the transaction ends: for short ones, such as the fan-out. A
    verb leaves an outbox message instead.
    """
    if not new:
        return []
    ids = _destinations({(one.kind, one.reference) for one in new})
    added = [
        Delivery(
            destination_id=ids[one.kind, one.reference],
            message_id=one.message_id,
            order_key=one.order_key,
            created_at=now,
            next_at=one.not_before or now,
        )
        for one in new
    ]
    Delivery.objects.bulk_create(added, batch_size=1_000)
    _wake(added)
    return added


def _destinations(places: set[tuple[str, UUID]]) -> dict[tuple[str, UUID], UUID]:
    ordered = sorted(places)
    fresh = [Destination(kind=kind, reference=reference) for kind, reference in ordered]
    Destination.objects.bulk_create(fresh, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [list(column) for column in zip(*ordered, strict=True)])
        return {(kind, reference): id_ for id_, kind, reference in cursor.fetchall()}


def _wake(added: Sequence[Delivery]) -> None:
    earliest: dict[UUID, datetime] = {}
    for one in added:
        assert one.next_at is not None
        earliest[one.destination_id] = min(
            one.next_at, earliest.get(one.destination_id, one.next_at)
        )
    with connection.cursor() as cursor:
        cursor.execute(_WAKE, [list(earliest), list(earliest.values())])


def any_due(now: datetime) -> bool:
    """Whether there is anything that `take_up` might take."""
    return _due(now).exists()


def take_up(*, now: datetime, quick_only: bool = False) -> Taken | None:
    """Hold the destination whose turn it is, and what is to be sent there; None: nothing is due.

    `quick_only`: leave out those that were slow at their last attempt.
    """
    while True:
        with transaction.atomic():
            due = _due(now).filter(is_slow=False) if quick_only else _due(now)
            locked = due.select_for_update(skip_locked=True, no_key=True)
            destination = locked.order_by("next_at").first()
            if destination is None:
                return None
            delivery = _head(destination, now)
            if delivery is not None:
                return _leased(destination, delivery)
            destination.next_at = _next_turn(destination, now)
            destination.save(update_fields=["next_at"])


def _due(now: datetime) -> DestinationQuerySet:
    return Destination.objects.free().filter(next_at__lte=now, is_held=False)


def _head(destination: Destination, now: datetime) -> Delivery | None:
    """The oldest due delivery that nothing of its order stands before.

    One that has to wait is put off until that is due, and so is not looked at in every round.
    """
    before = Delivery.objects.pending().filter(
        destination=destination, order_key=OuterRef("order_key"), id__lt=OuterRef("id")
    )
    due = (
        Delivery.objects.pending()
        .filter(destination=destination, next_at__lte=now)
        .annotate(blocked_until=Subquery(before.order_by("id").values("next_at")[:1]))
        .order_by("next_at", "id")
    )
    while True:
        first = due.first()
        blocked_until: datetime | None = getattr(first, "blocked_until", None)
        if first is None or blocked_until is None:
            return first
        first.next_at = blocked_until
        first.save(update_fields=["next_at"])


def _leased(destination: Destination, delivery: Delivery) -> Taken:
    lease = uuid7()
    Destination.objects.filter(pk=destination.pk).update(lease=lease, leased_until=Now() + LEASE)
    delivery.destination = destination
    return Taken(delivery, lease, destination.is_slow)


def _next_turn(destination: Destination, now: datetime) -> datetime | None:
    """Behind all whose turn came before, so that a long queue does not keep others waiting."""
    waiting = Delivery.objects.pending().filter(destination=destination).order_by("next_at", "id")
    first = waiting.values_list("next_at", flat=True).first()
    if first is None:
        return None
    return max(first, now, destination.rests_until or now)


def prepare(taken: Taken, *, now: datetime) -> Attempt:
    """The attempt at what was taken up. One that cannot be prepared fails as one that was made."""
    try:
        return sender_of(taken.delivery.destination.kind)(taken.delivery, now)
    except Exception:
        # A process edge: a sender's fault must not stop the round.
        logger.exception("the delivery of %s could not be prepared", taken.delivery.message_id)
        return lambda: Outcome(
            Result.REFUSED, detail="It could not be prepared; the log of the worker says why."
        )


@transaction.atomic
def settle(taken: Taken, outcome: Outcome, *, lasted: timedelta, now: datetime) -> bool:
    """Keep what an attempt came to, and let the destination go. False: the lease was over and
    another attempt has it, so that this one's end counts for nothing."""
    destination = Destination.objects.select_for_update(no_key=True).get(
        pk=taken.delivery.destination_id
    )
    if destination.lease != taken.lease:
        return False
    _settle_delivery(taken.delivery, outcome, now)
    _judge(destination, outcome, lasted, now)
    destination.lease = destination.leased_until = None
    destination.next_at = _next_turn(destination, now)
    destination.save()
    return True


def _settle_delivery(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    attempts = delivery.attempts + 1
    wait = wait_after(attempts, chance=_random.random())
    changes: dict[str, object] = {
        "attempts": attempts,
        "tried_at": now,
        "status": outcome.status,
        "fault": "",
    }
    if outcome.result is Result.DELIVERED:
        changes |= {"state": Delivery.State.DELIVERED, "next_at": None, "ended_at": now}
    elif wait is None or outcome.result is Result.IMPOSSIBLE:
        changes |= {"state": Delivery.State.DEAD, "next_at": None, "ended_at": now}
    else:
        changes |= {"next_at": now + wait}
    if outcome.result is not Result.DELIVERED:
        changes["fault"] = outcome.detail[:_LONGEST_FAULT]
    # Somebody may have ended or removed it meanwhile.
    Delivery.objects.pending().filter(pk=delivery.pk).update(**changes)
    if "ended_at" in changes and delivery.order_key is not None:
        followers = Delivery.objects.pending().filter(
            destination=delivery.destination_id, order_key=delivery.order_key, attempts=0
        )
        followers.filter(next_at__gt=now).update(next_at=now)


def _judge(destination: Destination, outcome: Outcome, lasted: timedelta, now: datetime) -> None:
    """What an attempt says about its destination."""
    destination.is_slow = lasted > SLOW
    rest = outcome.rest
    if outcome.result is Result.UNANSWERED:
        destination.silences += 1
        rest = rest_after(destination.silences, chance=_random.random())
    else:
        destination.silences = 0
    destination.rests_until = now + min(rest, LONGEST_WISH) if rest else None
    if outcome.result is Result.DELIVERED:
        destination.failing_since = None
    elif outcome.result is not Result.IMPOSSIBLE:
        destination.failing_since = destination.failing_since or now
    if outcome.result is Result.GONE:
        destination.is_gone = destination.is_held = True
