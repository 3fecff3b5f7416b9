"""The pages of webhooks: an endpoint from its making to its dead letters, without the API."""

import pytest
from django.test import Client

from governance.models import Delivery, WebhookEndpoint
from governance.services.fan_out import fan_out
from governance.services.webhook_choices import Chosen
from governance.services.webhooks import create_endpoint, put_aside
from tests.factories import NOON, SETUP, build_world, make_person
from tests.governance.webhooks.receivers import deliver, endpoint_at, receiving, status
from tests.governance.webhooks.test_sending import say

pytestmark = pytest.mark.django_db

FORM = {
    "description": "Lending engine",
    "url": "https://receiver.example/hooks?token=abc",
    "events": ["decision.finalised", "halt.placed"],
    "systems": ["lending"],
}


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def browser(world):
    client = Client()
    client.force_login(world.officer)
    return client


def test_an_endpoint_is_made_and_its_secret_is_shown_once(browser, world):
    shown = browser.post("/webhooks/", FORM)
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.person, endpoint.systems) == (world.officer, ["lending"])
    assert b"whsec_" in shown.content
    assert "no-store" in shown["Cache-Control"]
    page = browser.get(f"/webhooks/{endpoint.pk}/")
    assert b"whsec_" not in page.content
    # What stands behind the question mark may be a secret.
    assert b"token=abc" not in page.content
    assert b"Lending engine" in browser.get("/webhooks/").content


@pytest.mark.parametrize(
    ("changes", "statuses"),
    [
        ({"url": ""}, (200,)),
        ({"url": "http://receiver.example/"}, (422,)),
        ({"url": "https://10.0.0.1/"}, (422,)),
        ({"events": []}, (200,)),
        ({"events": ["no.such"]}, (200,)),
        ({"events": ["*", "halt.placed"]}, (422,)),
        ({"systems": ["nowhere"]}, (200,)),
        ({"description": "x" * 201}, (200,)),
    ],
)
def test_a_faulty_form_comes_back_with_what_is_wrong(browser, changes, statuses):
    answer = browser.post("/webhooks/", {**FORM, **changes})
    assert answer.status_code in statuses
    assert answer.context["form"].errors
    assert not WebhookEndpoint.objects.exists()


def test_a_change_that_somebody_else_overtook_is_refused(browser, world):
    browser.post("/webhooks/", FORM)
    key = WebhookEndpoint.objects.get().pk
    path, changed = f"/webhooks/{key}/change/", {**FORM, "description": "Other"}
    assert browser.get(path).status_code == 200
    assert browser.post(path, {**changed, "revision": "1"}).status_code == 302
    assert browser.post(path, {**changed, "revision": "1"}).status_code == 412
    for revision in ("", "x", "-1", "9" * 40):
        assert browser.post(path, {**changed, "revision": revision}).status_code == 412
    assert WebhookEndpoint.objects.get().description == "Other"


def test_dead_letters_are_seen_and_sent_again(browser, world):
    with receiving(status(500)) as receiver:
        key = endpoint_at(world, receiver.url).endpoint.pk
        for _ in range(3):
            say()
        deliver(NOON)
    Delivery.objects.update(state="dead", next_at=None, ended_at=NOON)
    page = browser.get(f"/webhooks/{key}/?state=dead")
    assert page.context["counts"] == {"pending": 0, "dead": 3}
    assert page.content.count(b"It answers 500.") == 3
    one = Delivery.objects.order_by("id").first()
    path = f"/webhooks/{key}/redeliver/"
    assert browser.post(path, {"delivery": one.pk}).status_code == 302
    assert Delivery.objects.filter(state="pending").count() == 1
    assert browser.post(path).status_code == 302
    assert Delivery.objects.filter(state="pending").count() == 3
    for faulty in ("x", "-1", "9" * 30, "1 2"):
        assert browser.post(path, {"delivery": faulty}).status_code == 422


def test_an_endpoint_is_paused_resumed_rotated_and_removed(browser, world):
    key = endpoint_at(world, "https://receiver.example/").endpoint.pk

    def do(act, **body):
        return browser.post(f"/webhooks/{key}/{act}/", body)

    assert do("pause", reason="Moving.").status_code == 302
    page = browser.get(f"/webhooks/{key}/")
    assert b"Moving." in page.content
    assert do("pause").status_code == 409
    assert do("ping").status_code == 409
    assert do("resume").status_code == 302
    assert do("ping").status_code == 302
    assert b"whsec_" in do("rotate").content
    assert do("replay", span="30").status_code == 302
    assert do("replay", span="x").status_code == 422
    assert do("replay", span="dates").status_code == 422
    assert do("remove").status_code == 302
    assert browser.get(f"/webhooks/{key}/").status_code == 404
    assert do("resume").status_code == 404


def test_an_endpoint_that_was_given_up_says_so_and_why(browser, world):
    endpoint = endpoint_at(world, "https://receiver.example/").endpoint
    put_aside(endpoint, WebhookEndpoint.State.DEAD, "It answered 410.", SETUP, NOON)
    page = browser.get(f"/webhooks/{endpoint.pk}/")
    assert b"This endpoint was given up" in page.content
    assert b"It answered 410." in page.content


def test_what_no_row_has_is_not_found(browser, world):
    key = endpoint_at(world, "https://receiver.example/").endpoint.pk
    for query in ("before=x", "before=019aaf3c-58e3-7b9a-8d3e-8a5d0f9e2c11"):
        assert browser.get(f"/webhooks/{key}/?{query}").status_code == 404
    assert browser.get(f"/webhooks/{key}/?before={'9' * 40}&state=nonsense").status_code == 200
    assert browser.get("/webhooks/?before=x").status_code == 404


def test_an_auditor_sees_and_does_nothing(world):
    auditor = Client()
    auditor.force_login(make_person(roles=["auditor"]))
    key = endpoint_at(world, "https://receiver.example/").endpoint.pk
    assert b"Make the endpoint" not in auditor.get("/webhooks/").content
    page = auditor.get(f"/webhooks/{key}/")
    assert b"Remove" not in page.content
    assert auditor.post("/webhooks/", FORM).status_code == 403


def test_the_lists_cost_the_same_however_many_there_are(
    browser, world, django_assert_max_num_queries
):
    for number in range(12):
        create_endpoint(
            chosen=Chosen(url=f"https://r{number}.example/", events=["*"]),
            owner=world.client,
            actor=SETUP,
            now=NOON,
        )
    for _ in range(5):
        say()
    fan_out(now=NOON)
    with django_assert_max_num_queries(14):
        assert len(browser.get("/webhooks/").context["rows"]) == 12
    key = WebhookEndpoint.objects.all()[0].pk
    with django_assert_max_num_queries(14):
        assert len(browser.get(f"/webhooks/{key}/").context["rows"]) == 5
