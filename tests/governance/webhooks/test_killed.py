"""kill -9 of a worker in the middle of a delivery: it is made again, under the same id."""

import os
import signal
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from governance.models import Delivery, Destination
from governance.services.delivering import LEASE
from governance.services.delivery_rounds import deliver_due
from governance.services.fan_out import fan_out
from tests.crash.forked import ended, fork
from tests.factories import NOON, build_world
from tests.governance.webhooks.receivers import ROUND, deliver, endpoint_at, receiving, status
from tests.governance.webhooks.test_sending import say

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.crash]

KILLED = -signal.SIGKILL


def let_the_leases_end():
    for place in Destination.objects.exclude(leased_until=None):
        ended_at = place.leased_until - LEASE - timedelta(seconds=1)
        Destination.objects.filter(pk=place.pk).update(leased_until=ended_at)


def test_a_worker_killed_while_it_waits_for_the_answer_loses_nothing():
    world = build_world()
    workers = []

    def answer(client, receiver):
        # The message is there, and its sender dies before it hears so.
        if workers:
            os.kill(workers.pop(), signal.SIGKILL)
            receiver.done.wait(0.1)
        status(200)(client, receiver)

    with receiving(answer) as receiver:
        endpoint_at(world, receiver.url)
        messages = [str(say().pk) for _ in range(3)]
        while fan_out(now=NOON):
            pass
        # The child is told to the receiver before it sends anything.
        ready, go = os.pipe()

        def work():
            os.read(ready, 1)
            deliver_due(clock=lambda: NOON, within=ROUND)

        worker = fork(work)
        workers.append(worker)
        os.write(go, b"!")
        assert ended(worker) == KILLED
        assert set(Delivery.objects.values_list("state", flat=True)) == {"pending"}
        deliver(NOON)
        assert len(receiver.got) == 1
        let_the_leases_end()
        deliver(NOON)

    assert receiver.ids == [messages[0], *messages]
    assert receiver.got[0].body == receiver.got[1].body
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_a_worker_killed_over_its_fan_out_leaves_it_whole_to_the_next():
    world = build_world()
    with receiving() as receiver:
        endpoint_at(world, receiver.url)
        messages = [str(say().pk) for _ in range(5)]

        def fan_out_and_die():
            with transaction.atomic():
                assert fan_out(now=NOON) == 5
                os.kill(os.getpid(), signal.SIGKILL)

        assert ended(fork(fan_out_and_die)) == KILLED
        assert not Delivery.objects.exists()
        deliver(timezone.now())
    assert receiver.ids == messages
