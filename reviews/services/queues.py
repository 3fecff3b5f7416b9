"""Setting up queues and saying who reviews them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from governance.ledger import record
from governance.models import Actor, User
from reviews.models import Ladder, Queue, QueueMembership


@transaction.atomic
def create_queue(
    *,
    slug: str,
    name: str,
    escalates_to: Queue | None = None,
    ladder: Ladder | None = None,
    rung_within: timedelta = timedelta(hours=4),
    lease_within: timedelta = timedelta(minutes=15),
    actor: Actor,
    now: datetime,
) -> Queue:
    """A queue that takes cases from now on. Late ones climb `ladder`, or else the queues above,
    of which `escalates_to` is the first."""
    queue = Queue(
        slug=slug,
        name=name,
        escalates_to=escalates_to,
        ladder=ladder,
        rung_within=rung_within,
        lease_within=lease_within,
    )
    record.keep(
        queue,
        "reviews.queue.created",
        actor=actor,
        at=now,
        body={
            "slug": slug,
            "escalates_to": None if escalates_to is None else escalates_to.slug,
            **({} if ladder is None else {"ladder": ladder.slug}),
        },
    )
    return queue


@transaction.atomic
def open_or_close_queue(*, queue: Queue, is_open: bool, actor: Actor, now: datetime) -> Queue:
    """Let a queue take cases, or no more. Those that wait in it stay."""
    held = Queue.objects.select_for_update().get(pk=queue.pk)
    held.is_open = is_open
    event = "reviews.queue.opened" if is_open else "reviews.queue.closed"
    record.keep(held, event, actor=actor, at=now, fields=["is_open"])
    return held


@transaction.atomic
def add_member(*, queue: Queue, person: User, actor: Actor, now: datetime) -> QueueMembership:
    """Let a person see and claim the queue's cases, as far as their rights go."""
    membership = QueueMembership(queue=queue, person=person)
    record.keep(
        membership,
        "reviews.queuemembership.added",
        actor=actor,
        at=now,
        body={"queue": queue.slug, "person": str(person.pseudonym)},
    )
    return membership


@transaction.atomic
def remove_member(*, membership: QueueMembership, actor: Actor, now: datetime) -> None:
    """Take a person out of a queue. Cases they hold stay theirs until the lease ends, but they
    can no longer see them, so no verdict of theirs is taken."""
    held = (
        QueueMembership.objects.select_for_update(of=("self",))
        .select_related("queue", "person")
        .get(pk=membership.pk)
    )
    body = {"queue": held.queue.slug, "person": str(held.person.pseudonym)}
    key = held.pk
    held.delete_by(actor)
    held.pk = key
    record.append("reviews.queuemembership.removed", subject=held, actor=actor, at=now, body=body)
