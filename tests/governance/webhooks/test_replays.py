"""What was announced in the past is sent again, under the ids that it had."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.errors import InputInvalid
from governance.ids import uuid7
from governance.models import Delivery, LedgerEntry
from governance.services import webhook_replays
from governance.services.webhook_replays import redeliver, replay_messages, replay_period
from governance.services.webhooks import EndpointState, pause_endpoint, ping_endpoint
from tests.factories import NOON, SETUP, build_world
from tests.governance.webhooks.receivers import deliver, deliveries, endpoint_at, receiving, status
from tests.governance.webhooks.test_sending import say

pytestmark = pytest.mark.django_db

LONG = timedelta(hours=1)


@pytest.fixture
def world():
    return build_world()


def period(endpoint, *, after=None):
    now = timezone.now()
    return replay_period(
        endpoint_id=endpoint.pk,
        start=now - LONG,
        end=now + LONG,
        after=after,
        actor=SETUP,
        now=NOON,
    )


def test_a_period_is_sent_again_in_order_with_what_was_chosen_alone(world):
    with receiving() as receiver:
        messages = [say(), say("halt.placed"), say()]
        say(system="hiring")
        endpoint = endpoint_at(world, receiver.url, "decision.finalised").endpoint
        ping_endpoint(endpoint_id=endpoint.pk, actor=SETUP, now=NOON)
        deliver(NOON)
        receiver.got.clear()

        made = period(endpoint)
        deliver(NOON)

    assert (made.count, made.after) == (2, None)
    assert receiver.ids == [str(messages[0].pk), str(messages[2].pk)]
    entry = LedgerEntry.objects.get(event="governance.webhookendpoint.replayed")
    assert b'"messages":2' in bytes(entry.leaf)


def test_nothing_outside_of_the_period_is_sent(world):
    say()
    endpoint = endpoint_at(world, "https://receiver.example/").endpoint
    now = timezone.now()
    for start, end in ((now - 2 * LONG, now - LONG), (now + LONG, now + 2 * LONG)):
        made = replay_period(
            endpoint_id=endpoint.pk, start=start, end=end, after=None, actor=SETUP, now=NOON
        )
        assert made.count == 0


def test_a_long_period_is_replayed_in_parts_and_says_where_it_goes_on(world, monkeypatch):
    monkeypatch.setattr(webhook_replays, "MOST_AT_ONCE", 2)
    messages = [say().pk for _ in range(5)]
    endpoint = endpoint_at(world, "https://receiver.example/").endpoint
    after, counts = None, []
    while True:
        made = period(endpoint, after=after)
        counts.append(made.count)
        after = made.after
        if after is None:
            break
    assert counts == [2, 2, 1]
    assert [one.message_id for one in deliveries(endpoint)] == messages


def test_a_period_that_is_empty_is_refused(world):
    endpoint = endpoint_at(world, "https://receiver.example/").endpoint
    with pytest.raises(InputInvalid):
        replay_period(
            endpoint_id=endpoint.pk, start=NOON, end=NOON, after=None, actor=SETUP, now=NOON
        )


def test_chosen_messages_are_sent_again_and_others_are_named(world):
    with receiving() as receiver:
        endpoint = endpoint_at(world, receiver.url).endpoint
        first, second, elsewhere = say(), say(), say(system="hiring")
        deliver(NOON)
        replay_messages(
            endpoint_id=endpoint.pk, messages=[second.pk, first.pk], actor=SETUP, now=NOON
        )
        deliver(NOON)
        with pytest.raises(InputInvalid) as refused:
            replay_messages(
                endpoint_id=endpoint.pk,
                messages=[first.pk, elsewhere.pk, uuid7()],
                actor=SETUP,
                now=NOON,
            )
    assert receiver.ids == [str(one.pk) for one in (first, second, first, second)]
    assert [fault.pointer for fault in refused.value.errors] == ["/messages/1", "/messages/2"]
    assert Delivery.objects.count() == 4


def test_dead_letters_are_sent_again_one_or_all(world):
    with receiving() as receiver:
        endpoint = endpoint_at(world, receiver.url).endpoint
        messages = [say() for _ in range(3)]
        deliver(NOON)
        receiver.got.clear()
        Delivery.objects.update(state="dead")

        one = deliveries(endpoint)[1]
        act = {"endpoint_id": endpoint.pk, "actor": SETUP, "now": NOON}
        assert redeliver(deliveries=[one.pk, 10**12], **act) == 1
        deliver(NOON)
        assert receiver.ids == [str(messages[1].pk)]
        assert redeliver(deliveries=None, **act) == 2
        deliver(NOON)
        assert redeliver(deliveries=None, **act) == 0
    assert receiver.ids[1:] == [str(messages[0].pk), str(messages[2].pk)]
    entries = LedgerEntry.objects.filter(event="governance.webhookendpoint.redelivered")
    assert entries.count() == 2


def test_nothing_is_sent_again_to_an_endpoint_that_takes_nothing(world):
    with receiving(status(500)) as receiver:
        endpoint = endpoint_at(world, receiver.url).endpoint
        act = {"endpoint_id": endpoint.pk, "actor": SETUP, "now": NOON}
        pause_endpoint(reason="", **act)
        for refused in (
            lambda: redeliver(deliveries=None, **act),
            lambda: replay_messages(messages=[], **act),
            lambda: period(endpoint),
        ):
            with pytest.raises(EndpointState):
                refused()
