"""From the outbox to deliveries: each message to everybody it is for, once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from governance.models import OutboxMessage, OutboxPending
from governance.services.channels import addressed
from governance.services.delivering import add_deliveries

logger = logging.getLogger(__name__)

BATCH = 500
# One at a time: with two, a later message of a decision could overtake an earlier one.
_TURN = 0xFA0
_TRY_AGAIN_AFTER = timedelta(minutes=1)


@transaction.atomic
def fan_out(*, now: datetime, limit: int = BATCH) -> int:
    """Give the oldest waiting messages to those they are for; how many left the queue.

    The queue holds what is committed and nothing else, so an open transaction is neither skipped
    nor waited for. None while another process is at it. A message whose addressing fails waits a
    minute and is tried again, and the others go on.
    """
    if not _take_turn():
        return 0
    due = OutboxPending.objects.filter(Q(retry_at=None) | Q(retry_at__lte=now))
    waiting = list(due.order_by("seq")[:limit])
    if not waiting:
        return 0
    done = waiting if _delivered(waiting, now) else [one for one in waiting if _alone(one, now)]
    OutboxPending.objects.filter(seq__in=[one.seq for one in done]).delete()
    return len(done)


def _take_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])
        [(taken,)] = cursor.fetchall()
    return bool(taken)


def _delivered(waiting: Sequence[OutboxPending], now: datetime) -> bool:
    found = OutboxMessage.objects.in_bulk([one.message_id for one in waiting])
    messages = [found[one.message_id] for one in waiting if one.message_id in found]
    try:
        with transaction.atomic():
            add_deliveries(addressed(messages), now=now)
    except Exception:
        # A process edge: what one message does to one channel must not stop all others.
        logger.exception("the fan-out of %s messages failed", len(messages))
        return False
    return True


def _alone(one: OutboxPending, now: datetime) -> bool:
    if _delivered([one], now):
        return True
    one.retry_at = now + _TRY_AGAIN_AFTER
    one.save(update_fields=["retry_at"])
    return False
