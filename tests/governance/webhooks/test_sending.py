"""What an integrator gets: a signed CloudEvent, once it is announced, in order by decision."""

from datetime import timedelta

import orjson
import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from governance.ids import uuid7
from governance.models import Delivery, OutboxMessage
from governance.services.outbox import announce
from governance.services.webhooks import (
    pause_endpoint,
    ping_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_secret,
)
from tests.factories import NOON, SETUP, build_world, change
from tests.governance.webhooks.receivers import (
    deliver,
    deliveries,
    endpoint_at,
    receiving,
    says,
    status,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def world():
    return build_world()


def say(event="decision.finalised", *, system="lending", decision=None, now=NOON):
    decision = decision or uuid7()
    body = {"decision": str(decision)}
    return announce(event, subject_id=decision, system=system, body=body, now=now)


def test_a_finalised_decision_arrives_signed_as_a_cloud_event(world):
    now = timezone.now()
    with receiving() as receiver:
        issued = endpoint_at(world, receiver.url, "decision.finalised")
        decision = world.submit(outcome="grant", confidence=0.99)
        deliver(now)

    [request] = receiver.got
    message = OutboxMessage.objects.get(event="decision.finalised")
    assert request.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    event = Webhook(issued.secret).verify(request.body, request.headers)
    assert event == {
        "specversion": "1.0",
        "id": str(message.pk),
        "source": "countersign.localhost/test",
        "type": "decision.finalised",
        "subject": str(decision.pk),
        "time": "2026-11-23T12:00:00Z",
        "datacontenttype": "application/json",
        "system": "lending",
        "data": message.body,
    }
    assert request.id == str(message.pk)
    [delivery] = deliveries(issued.endpoint)
    assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 200, 1)


def test_a_changed_body_id_or_time_does_not_verify(world):
    with receiving() as receiver:
        issued = endpoint_at(world, receiver.url)
        say()
        deliver(timezone.now())
    [request] = receiver.got
    hook = Webhook(issued.secret)
    hook.verify(request.body, request.headers)
    for body, headers in (
        (request.body.replace(b"lending", b"landing"), {}),
        (request.body, {"webhook-id": str(uuid7())}),
        (request.body, {"webhook-timestamp": str(int(request.headers["webhook-timestamp"]) + 1)}),
    ):
        with pytest.raises(WebhookVerificationError):
            hook.verify(body, request.headers | headers)


def test_only_what_was_chosen_and_may_be_read_is_sent(world):
    with receiving() as all_of_it, receiving() as chosen:
        endpoint_at(world, all_of_it.url)
        endpoint_at(world, chosen.url, "halt.placed", systems=("lending",))
        mine, halt = say(), say("halt.placed")
        everywhere = say("halt.placed", system="")
        say(system="hiring")
        deliver(NOON)

    assert all_of_it.ids == [str(one.pk) for one in (mine, halt, everywhere)]
    assert chosen.ids == [str(one.pk) for one in (halt, everywhere)]


def test_a_system_that_is_taken_from_a_program_is_sent_to_it_no_more(world):
    with receiving() as receiver:
        endpoint_at(world, receiver.url, systems=("lending",))
        world.client.systems = ["hiring"]
        change(world.client, "systems")
        say()
        deliver(NOON)
    assert receiver.got == []


def test_messages_about_one_decision_arrive_in_order_and_others_do_not_wait(world):
    first_tries = []

    def answer(client, receiver):
        decision = orjson.loads(receiver.got[-1].body)["data"]["decision"]
        if decision == str(stuck) and not first_tries:
            first_tries.append(decision)
            return status(500)(client, receiver)
        return status(204)(client, receiver)

    stuck = uuid7()
    with receiving(answer) as receiver:
        endpoint_at(world, receiver.url)
        early, other = say(decision=stuck), say()
        late = say("decision.reversed", decision=stuck)
        deliver(NOON)
        assert receiver.ids == [str(early.pk), str(other.pk)]
        deliver(NOON + HOUR)
    assert receiver.ids[2:] == [str(early.pk), str(late.pk)]


def test_each_attempt_bears_the_id_and_body_of_the_first_and_its_own_time(world):
    with receiving(status(503)) as receiver:
        endpoint_at(world, receiver.url)
        message = say()
        deliver(NOON)
        deliver(NOON + HOUR)
    first, second = receiver.got
    assert first.id == second.id == str(message.pk)
    assert first.body == second.body
    times = [int(request.headers["webhook-timestamp"]) for request in (first, second)]
    assert times == [int(NOON.timestamp()), int((NOON + HOUR).timestamp())]
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


def test_a_rotated_secret_signs_beside_the_old_one_until_that_is_over(world):
    now = timezone.now()
    with receiving() as receiver:
        old = endpoint_at(world, receiver.url)
        key = old.endpoint.pk
        new = rotate_secret(endpoint_id=key, overlap=2 * HOUR, actor=SETUP, now=now - HOUR)
        say()
        deliver(now)
        assert len(receiver.got[0].headers["webhook-signature"].split()) == 2
        for issued in (old, new):
            Webhook(issued.secret).verify(receiver.got[0].body, receiver.got[0].headers)

        last = rotate_secret(endpoint_id=key, overlap=timedelta(), actor=SETUP, now=now)
        say()
        deliver(now)
    Webhook(last.secret).verify(receiver.got[1].body, receiver.got[1].headers)
    for issued in (old, new):
        with pytest.raises(WebhookVerificationError):
            Webhook(issued.secret).verify(receiver.got[1].body, receiver.got[1].headers)


def test_the_old_secret_signs_no_more_when_its_overlap_is_over(world):
    with receiving() as receiver:
        old = endpoint_at(world, receiver.url)
        rotate_secret(endpoint_id=old.endpoint.pk, overlap=HOUR, actor=SETUP, now=NOON)
        say()
        deliver(NOON + HOUR)
    assert len(receiver.got[0].headers["webhook-signature"].split()) == 1


def test_a_ping_reaches_its_endpoint_alone_whatever_that_has_chosen(world):
    with receiving() as tried, receiving() as other:
        issued = endpoint_at(world, tried.url, "halt.placed")
        endpoint_at(world, other.url)
        ping_endpoint(endpoint_id=issued.endpoint.pk, actor=SETUP, now=NOON)
        deliver(NOON)
    assert [request.event for request in tried.got] == ["webhook.ping"]
    assert other.got == []


def test_what_comes_while_an_endpoint_is_paused_is_sent_when_it_is_resumed(world):
    with receiving() as receiver:
        endpoint = endpoint_at(world, receiver.url).endpoint
        pause_endpoint(endpoint_id=endpoint.pk, reason="Moved.", actor=SETUP, now=NOON)
        messages = [str(say().pk) for _ in range(3)]
        deliver(NOON + HOUR)
        assert receiver.got == []

        resume_endpoint(endpoint_id=endpoint.pk, actor=SETUP, now=NOON + HOUR)
        deliver(NOON + HOUR)
    assert sorted(receiver.ids) == sorted(messages)


def test_a_removed_endpoint_gets_nothing_any_more(world):
    with receiving() as receiver:
        endpoint = endpoint_at(world, receiver.url).endpoint
        say()
        while_it_stood = deliver(NOON)
        say()
        remove_endpoint(endpoint_id=endpoint.pk, actor=SETUP, now=NOON)
        say()
        deliver(NOON)
    assert while_it_stood == 1
    assert len(receiver.got) == 1
    assert endpoint.secrets.count() == 0


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (status(201), "delivered", ""),
        (status(299), "delivered", ""),
        (status(302, b"Location: http://127.0.0.1/"), "pending", "nothing is redirected"),
        (status(400), "pending", "It answers 400"),
        (status(500), "pending", "It answers 500"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nno"), "pending", "no whole answer"),
        (says(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 100_000), "pending", "more than 65536 bytes"),
        (says(b"nonsense\r\n\r\n"), "pending", "gives no answer"),
        (says(), "pending", "gives no answer"),
    ],
    ids=["201", "299", "redirects", "400", "500", "cut off", "endless", "no http", "closes"],
)
def test_only_a_whole_answer_of_2xx_is_a_yes(world, answer, state, words):
    with receiving(answer) as receiver:
        issued = endpoint_at(world, receiver.url)
        say()
        deliver(NOON)
    assert len(receiver.got) == 1
    [delivery] = deliveries(issued.endpoint)
    assert delivery.state == state
    assert words in delivery.fault
    assert "token" not in delivery.fault


@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        (status(429, b"Retry-After: 120"), timedelta(seconds=120)),
        (status(429, b"Retry-After: Mon, 23 Nov 2026 12:03:00 GMT"), timedelta(minutes=3)),
        (status(429, b"Retry-After: Mon, 23 Nov 2020 12:03:00 GMT"), None),
        (status(429, b"Retry-After: soon"), timedelta(minutes=1)),
        (status(429), timedelta(minutes=1)),
        (status(503, b"Retry-After: 99999999999999999999"), timedelta(hours=1)),
        (status(500, b"Retry-After: 120"), None),
    ],
)
def test_a_receiver_that_asks_for_rest_gets_it(world, answer, rest):
    with receiving(answer) as receiver:
        issued = endpoint_at(world, receiver.url)
        say()
        say()
        deliver(NOON)
    place = deliveries(issued.endpoint)[0].destination
    assert place.rests_until == (None if rest is None else NOON + rest)
    assert len(receiver.got) == (2 if rest is None else 1)


def test_nothing_is_sent_where_the_address_may_not_be_called(world, settings):
    with receiving() as receiver:
        issued = endpoint_at(world, receiver.url)
        settings.COUNTERSIGN_WEBHOOK_NETWORKS = ()
        say()
        deliver(NOON)
    assert receiver.got == []
    [delivery] = deliveries(issued.endpoint)
    assert "may not be called" in delivery.fault
    assert Delivery.objects.count() == 1
