"""Making queues, and saying who reviews them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from governance.ledger import record
from governance.models import Actor, User
from reviews.models import Queue, QueueMembership


@transaction.atomic
def create_queue(
    *,
    slug: str,
    name: str,
    escalates_to: Queue | None,
    rung_within: timedelta,
    actor: Actor,
    now: datetime,
) -> Queue:
    """A queue that takes cases. `rung_within`: how long an escalated case may wait in it."""
    queue = Queue(slug=slug, name=name, escalates_to=escalates_to, rung_within=rung_within)
    body = {"slug": slug, "escalates_to": None if escalates_to is None else escalates_to.slug}
    record.keep(queue, "reviews.queue.created", actor=actor, at=now, body=body)
    return queue


@transaction.atomic
def add_reviewer(*, queue: Queue, person: User, actor: Actor, now: datetime) -> QueueMembership:
    """Let `person` see and claim a queue's cases. Whether they may rule, their rights say."""
    membership = QueueMembership(queue=queue, person=person)
    record.keep(
        membership,
        "reviews.queuemembership.created",
        actor=actor,
        at=now,
        body={"queue": queue.slug, "person": str(person.pseudonym)},
    )
    return membership
