"""An endpoint that takes nothing any more is given up once, with an alarm, and comes back whole."""

from datetime import timedelta
from threading import Event

import pytest

from governance.models import Actor, LedgerEntry, OutboxMessage, WebhookEndpoint
from governance.services import webhook_sending
from governance.services.webhook_choices import Chosen
from governance.services.webhook_watching import give_up_dead_endpoints
from governance.services.webhooks import create_endpoint, resume_endpoint
from tests.factories import NOON, SETUP, build_world, change
from tests.governance.webhooks.receivers import (
    deliver,
    deliveries,
    endpoint_at,
    receiving,
    status,
)
from tests.governance.webhooks.test_sending import say

pytestmark = pytest.mark.django_db

WATCH = Actor.system("watch")
DAY = timedelta(days=1)


@pytest.fixture
def world():
    return build_world()


def watch(now=NOON):
    return give_up_dead_endpoints(actor=WATCH, now=now)


def test_one_that_answers_410_is_given_up_at_once_and_says_so_to_the_others(world):
    with receiving(status(410)) as gone, receiving() as other:
        endpoint = endpoint_at(world, gone.url, "decision.finalised").endpoint
        endpoint_at(world, other.url, "webhook.paused")
        say()
        say()
        deliver(NOON)

        assert watch() == [endpoint.pk]
        assert watch() == []
        deliver(NOON)

    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.state_at) == ("dead", NOON)
    assert "410" in endpoint.state_reason
    assert len(gone.got) == 1
    assert [request.event for request in other.got] == ["webhook.paused"]
    entry = LedgerEntry.objects.get(event="governance.webhookendpoint.paused")
    assert entry.actor == "system:watch"
    message = OutboxMessage.objects.get(event="webhook.paused")
    assert message.body["endpoint"] == str(endpoint.pk)


def test_one_that_took_nothing_for_a_day_is_given_up_and_no_sooner(world):
    with receiving(status(500)) as receiver:
        endpoint = endpoint_at(world, receiver.url).endpoint
        say()
        deliver(NOON)
        assert watch(NOON + DAY - timedelta(seconds=1)) == []
        assert watch(NOON + DAY) == [endpoint.pk]


def test_one_success_between_failures_keeps_it_alive(world):
    answers = [500, 200, 500]
    with receiving(lambda client, receiver: status(answers.pop(0))(client, receiver)) as receiver:
        endpoint_at(world, receiver.url)
        say()
        deliver(NOON)
        say()
        deliver(NOON + timedelta(seconds=1))
        deliver(NOON + DAY)
    assert watch(NOON + DAY) == []


def test_what_waited_for_one_that_was_given_up_is_sent_when_it_is_resumed(world):
    answers = [410]
    with receiving(
        lambda client, it: status(answers.pop() if answers else 200)(client, it)
    ) as receiver:
        endpoint = endpoint_at(world, receiver.url, "decision.finalised").endpoint
        messages = [str(say().pk) for _ in range(3)]
        deliver(NOON)
        watch()
        messages.append(str(say().pk))
        deliver(NOON + DAY)
        assert len(receiver.got) == 1

        resume_endpoint(endpoint_id=endpoint.pk, actor=SETUP, now=NOON + 2 * DAY)
        deliver(NOON + 2 * DAY)
        assert sorted(receiver.ids[1:]) == sorted(messages)
        assert {one.state for one in deliveries(endpoint)} == {"delivered"}
        assert watch(NOON + 2 * DAY) == []


def test_what_belongs_to_nobody_any_more_is_given_up(world):
    of_program = endpoint_at(world, "https://receiver.example/").endpoint
    of_person = create_endpoint(
        chosen=Chosen(url="https://receiver.example/", events=["*"]),
        owner=world.officer,
        actor=SETUP,
        now=NOON,
    ).endpoint
    assert watch() == []
    world.client.is_active = False
    change(world.client, "is_active")
    assert watch() == [of_program.pk]
    world.officer.is_active = False
    change(world.officer, "is_active")
    assert watch() == [of_person.pk]
    assert set(WebhookEndpoint.objects.values_list("state", flat=True)) == {"dead"}


def test_bad_receivers_do_not_delay_a_good_one(world, monkeypatch):
    """Slow, lying, refusing, redirecting and hanging ones, each with a queue of its own."""
    # The hanging one is to end by the others' doing and not by ours, on a slow machine too.
    monkeypatch.setattr(webhook_sending, "WITHIN_SECONDS", 120)

    def slow(client, receiver):
        receiver.done.wait(0.3)
        status(200)(client, receiver)

    all_there = Event()

    def hanging(client, receiver):
        # Until the good one has everything: were that one to wait, nobody would go on.
        assert all_there.wait(120)
        status(200)(client, receiver)

    def good(client, receiver):
        status(200)(client, receiver)
        if len(receiver.got) == 20:
            all_there.set()

    with (
        receiving(hanging) as silent,
        receiving(slow) as late,
        receiving(status(302, b"Location: http://127.0.0.1:1/")) as away,
        receiving(lambda client, _: client.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")) as liar,
        receiving(good) as fine,
    ):
        for receiver in (silent, late, away, liar, fine):
            endpoint_at(world, receiver.url)
        messages = [str(say().pk) for _ in range(20)]
        deliver(NOON)
    assert fine.ids == messages
    assert all_there.is_set()
    assert len(silent.got) == 20
    assert len(liar.got) == 1
