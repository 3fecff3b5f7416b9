"""What people do with deliveries: send them again, hold a destination, let it go on; and the end
of what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from governance.doorbell import ring
from governance.models import Delivery, Destination

SWEEP = "governance.tasks.deliver"
_AT_ONCE = 5_000


@transaction.atomic
def send_again(*, destination: Destination, deliveries: Sequence[int], now: datetime) -> int:
    """Put deliveries of one destination that are over back into the queue, with all their
    attempts before them (a step); how many. Those that wait anyway stay as they are."""
    held = Destination.objects.select_for_update(no_key=True).get(pk=destination.pk)
    over = Delivery.objects.filter(destination=held, pk__in=deliveries)
    return _put_back(held, over.exclude(state=Delivery.State.PENDING), now)


@transaction.atomic
def send_dead_again(*, destination: Destination, now: datetime, most: int = _AT_ONCE) -> int:
    """The same for the oldest that were given up (a step); how many, at most `most`."""
    held = Destination.objects.select_for_update(no_key=True).get(pk=destination.pk)
    dead = Delivery.objects.filter(destination=held, state=Delivery.State.DEAD)
    oldest = dead.order_by("id").values("pk")[:most]
    return _put_back(held, Delivery.objects.filter(pk__in=oldest), now)


@transaction.atomic
def hold(*, destination: Destination) -> None:
    """Keep what waits for a destination, and what comes, without sending it (a step)."""
    held = Destination.objects.select_for_update(no_key=True).get(pk=destination.pk)
    held.is_held = True
    held.save(update_fields=["is_held"])


@transaction.atomic
def let_go_on(*, destination: Destination, now: datetime) -> None:
    """Send what waits for a destination, at once and with all its attempts before it (a step).

    Nothing is held against it any more: neither that it was silent, nor that it had gone.
    """
    held = Destination.objects.select_for_update(no_key=True).get(pk=destination.pk)
    tried = Delivery.objects.pending().filter(destination=held, attempts__gt=0)
    tried.update(attempts=0, next_at=now)
    held.is_held = held.is_gone = held.is_slow = False
    held.silences, held.failing_since = 0, None
    held.rests_until, held.next_at = None, now
    held.save()
    ring_after_commit()


def ring_after_commit() -> None:
    """Have a worker deliver now; without one the sweep does it a moment later."""
    transaction.on_commit(partial(ring, SWEEP), robust=True)


def prune(*, now: datetime) -> int:
    """Remove deliveries older than they are kept, whatever became of them; how many.

    They come in the order in which they were made, so that no index is needed to find them. The
    outbox messages stay, and can be sent anew.
    """
    limit, removed = now - settings.COUNTERSIGN_DELIVERIES_KEPT_FOR, 0
    while True:
        oldest = Delivery.objects.order_by("id").values("pk")[:_AT_ONCE]
        count, _ = Delivery.objects.filter(pk__in=oldest, created_at__lt=limit).delete()
        removed += count
        if count < _AT_ONCE:
            return removed


def _put_back(held: Destination, over: QuerySet[Delivery], now: datetime) -> int:
    count = over.update(
        state=Delivery.State.PENDING, attempts=0, next_at=now, ended_at=None, status=None, fault=""
    )
    if count:
        held.rests_until, held.next_at = None, now
        held.save(update_fields=["rests_until", "next_at"])
        ring_after_commit()
    return count
