"""The API of webhooks: what an integrator does with its endpoints, and what is refused."""

import pytest
from django.utils import timezone

from governance.api import webhooks as door
from governance.models import Delivery, IdempotentAnswer, OutboxMessage, WebhookEndpoint
from tests.factories import NOON, build_world
from tests.governance.api.calling import integrator
from tests.governance.webhooks.receivers import deliver, endpoint_at, receiving, status
from tests.governance.webhooks.test_sending import say

pytestmark = pytest.mark.django_db

CHOSEN = {"url": "https://receiver.example/hooks", "events": ["decision.finalised"]}


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def api(world):
    return integrator(world)


def test_an_endpoint_is_made_read_changed_and_removed(api):
    made = api.post("webhooks", CHOSEN)
    assert (made.status, made.body["state"], made.headers["ETag"]) == (201, "active", '"1"')
    assert made.body["secret"].startswith("whsec_")
    assert made.headers["Cache-Control"] == "no-store"
    place = made.headers["Location"]

    read = api.get(place)
    assert read.status == 200
    assert "secret" not in read.body
    changed = api.send(
        "PUT", place, b'{"url": "https://other.example/", "events": ["*"]}', If_Match='"1"'
    )
    assert (changed.status, changed.body["revision"]) == (200, 2)
    late = api.send("PUT", place, b'{"url": "https://x.example/", "events": ["*"]}', If_Match='"1"')
    assert (late.status, late.code) == (412, "endpoint_changed")
    assert len(api.get("webhooks").body["results"]) == 1
    assert api.send("DELETE", place).status == 204
    assert api.get(place).status == 404
    assert api.send("DELETE", place).status == 404
    assert api.get("webhooks").body["results"] == []


def test_a_repeated_key_gets_the_endpoint_without_its_secret(api):
    first = api.post("webhooks", CHOSEN, Idempotency_Key="one")
    again = api.post("webhooks", CHOSEN, Idempotency_Key="one")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.body == {**first.body, "secret": None}
    assert WebhookEndpoint.objects.count() == 1
    kept = str(IdempotentAnswer.objects.get().body)
    assert first.body["secret"] not in kept


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/url", "/events"]),
        ({**CHOSEN, "events": []}, ["/events"]),
        ({**CHOSEN, "events": ["nothing.happened"]}, ["/events/0"]),
        ({**CHOSEN, "events": "decision.finalised"}, ["/events"]),
        ({**CHOSEN, "events": [1]}, ["/events/0"]),
        ({**CHOSEN, "url": 1}, ["/url"]),
        ({**CHOSEN, "url": "http://receiver.example/"}, ["/url"]),
        ({**CHOSEN, "url": "https://169.254.169.254/"}, ["/url"]),
        ({**CHOSEN, "url": "https://receiver.example/" + "x" * 500}, ["/url"]),
        ({**CHOSEN, "systems": ["hiring"]}, ["/systems/0"]),
        ({**CHOSEN, "systems": ["a b"]}, ["/systems/0"]),
        ({**CHOSEN, "description": "x" * 201}, ["/description"]),
        ({**CHOSEN, "state": "active"}, ["/state"]),
        ({**CHOSEN, "secret": "mine"}, ["/secret"]),
    ],
)
def test_each_fault_of_a_choice_is_named_and_nothing_is_made(api, body, pointers):
    answer = api.post("webhooks", body)
    assert answer.status in (400, 422)
    assert answer.pointers == pointers
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("rotate-secret", {"overlap_hours": 169}, "/overlap_hours"),
        ("rotate-secret", {"overlap_hours": -1}, "/overlap_hours"),
        ("rotate-secret", {"overlap_hours": "24"}, "/overlap_hours"),
        ("pause", {"reason": "x" * 301}, "/reason"),
        ("pause", {"why": "x"}, "/why"),
        ("replay", {}, "/messages"),
        ("replay", {"from": "2026-11-23T12:00:00Z"}, "/until"),
        ("replay", {"from": "2026-11-23", "until": "2026-11-24T00:00:00Z"}, "/from"),
        (
            "replay",
            {"from": "2026-11-23T12:00:00Z", "until": "2026-11-23T12:00:00Z"},
            "/until",
        ),
        ("replay", {"messages": []}, "/messages"),
        ("replay", {"messages": ["x"]}, "/messages/0"),
        ("replay", {"messages": ["019aaf3c-58e3-7b9a-8d3e-8a5d0f9e2c11"]}, "/messages/0"),
        ("redeliver", {}, "/deliveries"),
        ("redeliver", {"deliveries": [1], "all_dead": True}, "/deliveries"),
        ("redeliver", {"deliveries": [0]}, "/deliveries/0"),
        ("redeliver", {"all_dead": 1}, "/all_dead"),
    ],
)
def test_each_fault_of_an_act_is_named(api, path, body, pointer):
    key = api.post("webhooks", CHOSEN).body["id"]
    answer = api.post(f"webhooks/{key}/{path}", body)
    assert answer.status in (400, 422)
    assert answer.pointers == [pointer]
    assert not Delivery.objects.exists()


def test_a_change_needs_the_state_that_was_read(api):
    place = api.post("webhooks", CHOSEN).headers["Location"]
    raw = b'{"url": "https://other.example/", "events": ["*"]}'
    assert api.send("PUT", place, raw).code == "precondition_required"
    assert api.send("PUT", place, raw, If_Match="x").code == "precondition_failed"


def test_from_a_ping_to_its_delivery(api, world):
    with receiving() as receiver:
        key = endpoint_at(world, receiver.url).endpoint.pk
        pinged = api.post(f"webhooks/{key}/ping")
        assert pinged.status == 202
        deliver(timezone.now())
    assert receiver.ids == [pinged.body["message"]]
    [shown] = api.get(f"webhooks/{key}/deliveries").body["results"]
    assert shown["message"] == pinged.body["message"]
    assert (shown["event"], shown["subject"], shown["state"]) == (
        "webhook.ping", str(key), "delivered",
    )  # fmt: skip
    # What tells of nothing stands in no list of events.
    assert api.get("events").body["results"] == []


def test_states_go_through_the_api_and_refuse_each_other(api):
    key = api.post("webhooks", CHOSEN).body["id"]
    assert api.post(f"webhooks/{key}/resume").code == "endpoint_state"
    paused = api.post(f"webhooks/{key}/pause", {"reason": "Moving."})
    assert (paused.body["state"], paused.body["state_reason"]) == ("paused", "Moving.")
    for path, body in (
        ("pause", {}), ("ping", None), ("redeliver", {"all_dead": True}),
        ("replay", {"from": "2026-11-23T11:00:00Z", "until": "2026-11-23T12:00:00Z"}),
    ):  # fmt: skip
        assert api.post(f"webhooks/{key}/{path}", body).code == "endpoint_state"
    assert api.post(f"webhooks/{key}/resume").body["state"] == "active"


def test_deliveries_come_in_pages_newest_first_and_are_narrowed(
    api, world, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(door.NewestDeliveries, "page_size", 2)
    with receiving(status(500)) as receiver:
        key = endpoint_at(world, receiver.url).endpoint.pk
        messages = [str(say().pk) for _ in range(5)]
        deliver(NOON)
    Delivery.objects.filter(message_id=messages[0]).update(
        state="dead", next_at=None, ended_at=NOON
    )
    found, path = [], f"webhooks/{key}/deliveries"
    while path:
        page = api.get(path.removeprefix("http://testserver")).body
        found += page["results"]
        path = page["next"]
    assert [one["message"] for one in found] == messages[::-1]
    assert found[0]["fault"] == "It answers 500."
    for query, count in (("state=dead", 1), ("state=pending", 2), ("state=x", 0),
                         (f"message={messages[1]}", 1)):  # fmt: skip
        assert len(api.get(f"webhooks/{key}/deliveries?{query}").body["results"]) == count
    for query in ("message=x", "cursor=x", "cursor=cD14"):
        assert api.get(f"webhooks/{key}/deliveries?{query}").status == 400
    with django_assert_max_num_queries(8):
        api.get(f"webhooks/{key}/deliveries")


def test_dead_letters_are_sent_again_through_the_api(api, world):
    with receiving() as receiver:
        key = endpoint_at(world, receiver.url).endpoint.pk
        say()
        deliver(NOON)
        Delivery.objects.update(state="dead")
        assert api.post(f"webhooks/{key}/redeliver", {"all_dead": True}).body == {"count": 1}
        deliver(timezone.now())
        number = Delivery.objects.get().pk
        again = api.post(f"webhooks/{key}/redeliver", {"deliveries": [number]})
        assert again.body == {"count": 1}
        deliver(timezone.now())
    assert len(receiver.got) == 3
    assert len(set(receiver.ids)) == 1


def test_a_period_is_replayed_through_the_api(api, world):
    with receiving() as receiver:
        key = endpoint_at(world, receiver.url).endpoint.pk
        say()
        deliver(NOON)
        body = {"from": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}
        assert api.post(f"webhooks/{key}/replay", body).body == {"count": 1, "after": None}
        one = str(OutboxMessage.objects.get().pk)
        assert api.post(f"webhooks/{key}/replay", {"messages": [one]}).body["count"] == 1
        deliver(timezone.now())
    assert receiver.ids == [one] * 3
