"""Endpoints are made, changed and put aside by verbs, each with its entry; bad input is named."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from governance.errors import InputInvalid
from governance.ids import uuid7
from governance.models import ApiClient, Destination, LedgerEntry, WebhookEndpoint, WebhookSecret
from governance.outbox_events import EVENTS
from governance.services.webhook_choices import Chosen, faults_of
from governance.services.webhook_secrets import valid_secrets
from governance.services.webhooks import (
    MOST_ENDPOINTS,
    EndpointChanged,
    EndpointState,
    TooManyEndpoints,
    change_endpoint,
    create_endpoint,
    pause_endpoint,
    ping_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_secret,
    visible_endpoints,
)
from tests.factories import NOON, SETUP, build_world, make_person
from tests.governance.webhooks.receivers import endpoint_at

pytestmark = pytest.mark.django_db

URL = "https://receiver.example/hooks?token=secret"
HOUR = timedelta(hours=1)


@pytest.fixture
def world():
    return build_world()


def entries(endpoint):
    found = LedgerEntry.objects.filter(subject_id=endpoint.pk).order_by("object_seq")
    return [entry.event.removeprefix("governance.webhookendpoint.") for entry in found]


def test_a_new_endpoint_is_active_and_its_secret_is_stored_sealed(world):
    issued = endpoint_at(world, URL, "decision.finalised")

    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.state, endpoint.client, endpoint.person) == ("active", world.client, None)
    assert issued.secret.startswith("whsec_")
    sealed = bytes(WebhookSecret.objects.get().sealed)
    assert issued.secret.encode() not in sealed
    assert entries(endpoint) == ["created"]


def test_no_part_of_an_address_but_its_host_is_entered(world):
    endpoint = endpoint_at(world, URL).endpoint
    [entry] = LedgerEntry.objects.filter(subject_id=endpoint.pk)
    assert b"receiver.example" in bytes(entry.leaf)
    assert b"secret" not in bytes(entry.leaf)


@pytest.mark.parametrize(
    "url",
    [
        "", "receiver.example", "/hooks", "ftp://receiver.example/", "https://", "https:///hooks",
        "http://receiver.example/hooks", "HTTP://receiver.example/",
        "https://me:word@receiver.example/", "https://me@receiver.example/",
        "https://receiver.example/#part", "https://receiver.example:99999/", "https://[::1",
        "https://receiver.example/\r\nX-Header: 1", "https://receiver.example/ö",
        "https://receiver.example/a b", "https://receiver.example/" + "x" * 500,
        "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data", "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/", "https://0.0.0.0/", "https://192.168.0.1:8443/",
        "https://2130706433/", "file:///etc/passwd", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_an_address_that_may_not_be_called_is_refused(world, url):
    with pytest.raises(InputInvalid) as refused:
        endpoint_at(world, url)
    assert {fault.pointer for fault in refused.value.errors} == {"/url"}
    assert not WebhookEndpoint.objects.exists()


def test_plain_http_and_networks_take_the_operators_leave(world, settings):
    settings.COUNTERSIGN_WEBHOOK_HTTP_HOSTS, settings.COUNTERSIGN_WEBHOOK_NETWORKS = (), ()
    for url in ("http://localhost:9000/", "https://127.0.0.1/"):
        assert faults_of(Chosen(url=url, events=["*"]), world.client)
    settings.COUNTERSIGN_WEBHOOK_HTTP_HOSTS = ("localhost",)
    assert not faults_of(Chosen(url="http://localhost:9000/", events=["*"]), world.client)


@pytest.mark.parametrize(
    ("chosen", "pointers"),
    [
        ({"events": []}, {"/events"}),
        ({"events": ["decision.finalized"]}, {"/events/0"}),
        ({"events": ["halt.placed", "decision.*"]}, {"/events/1"}),
        ({"events": ["*", "halt.placed"]}, {"/events"}),
        ({"events": ["webhook.ping"]}, {"/events/0"}),
        ({"systems": ["nowhere"]}, {"/systems/0"}),
        (
            {"url": "x", "events": [], "systems": ["lending", "x"]},
            {"/url", "/events", "/systems/1"},
        ),
    ],
)
def test_every_fault_of_a_choice_is_named(world, chosen, pointers):
    wanted = Chosen(**{"url": URL, "events": ["*"], **chosen})
    assert {fault.pointer for fault in faults_of(wanted, world.client)} == pointers


def test_a_program_chooses_among_its_own_systems_and_a_person_among_all(world):
    other = ApiClient(name="Other", systems=["hiring"], owner=world.owner)
    chosen = Chosen(url=URL, events=["*"], systems=["lending"])
    assert faults_of(chosen, other)
    assert not faults_of(chosen, world.officer)


def test_an_owner_has_a_bounded_number_of_endpoints(world):
    for _ in range(MOST_ENDPOINTS):
        endpoint_at(world, URL)
    with pytest.raises(TooManyEndpoints):
        endpoint_at(world, URL)
    remove_endpoint(endpoint_id=WebhookEndpoint.objects.all()[0].pk, actor=SETUP, now=NOON)
    endpoint_at(world, URL)


def test_a_change_takes_the_state_that_was_read(world):
    endpoint = endpoint_at(world, URL).endpoint
    chosen = Chosen(url="https://other.example/", events=["halt.placed"], description="New")

    changed = change_endpoint(endpoint_id=endpoint.pk, chosen=chosen, seen=1, actor=SETUP, now=NOON)

    assert (changed.revision, changed.url) == (2, "https://other.example/")
    with pytest.raises(EndpointChanged):
        change_endpoint(endpoint_id=endpoint.pk, chosen=chosen, seen=1, actor=SETUP, now=NOON)
    with pytest.raises(InputInvalid):
        change_endpoint(
            endpoint_id=endpoint.pk,
            chosen=Chosen(url="http://other.example", events=["*"]),
            seen=2,
            actor=SETUP,
            now=NOON,
        )
    assert entries(endpoint) == ["created", "changed"]


@pytest.mark.parametrize("hours", [-1, 24 * 7 + 1, 24 * 10_000])
def test_two_secrets_are_valid_for_a_week_at_most(world, hours):
    endpoint = endpoint_at(world, URL).endpoint
    with pytest.raises(InputInvalid):
        rotate_secret(
            endpoint_id=endpoint.pk, overlap=timedelta(hours=hours), actor=SETUP, now=NOON
        )
    assert endpoint.secrets.count() == 1


def test_no_secret_that_is_over_is_kept(world):
    endpoint = endpoint_at(world, URL, now=NOON).endpoint
    for number in range(4):
        at = NOON + number * HOUR
        rotate_secret(endpoint_id=endpoint.pk, overlap=HOUR, actor=SETUP, now=at)
    assert endpoint.secrets.count() == 2
    assert entries(endpoint) == ["created"] + ["secret_rotated"] * 4


def test_a_sealed_secret_opens_for_its_own_endpoint_alone(world):
    first, second = endpoint_at(world, URL), endpoint_at(world, URL)
    assert valid_secrets(first.endpoint, NOON) == [first.secret]
    taken = first.endpoint.secrets.get().sealed
    second.endpoint.secrets.update(sealed=taken)
    with pytest.raises(InvalidTag):
        valid_secrets(second.endpoint, NOON)


def test_states_follow_each_other_and_each_is_entered(world):
    key = endpoint_at(world, URL).endpoint.pk
    act = {"endpoint_id": key, "actor": SETUP, "now": NOON}
    with pytest.raises(EndpointState):
        resume_endpoint(**act)
    paused = pause_endpoint(reason="Moved." + "x" * 500, **act)
    assert (paused.state, len(paused.state_reason)) == ("paused", 300)
    for refused in (lambda: pause_endpoint(reason="", **act), lambda: ping_endpoint(**act)):
        with pytest.raises(EndpointState):
            refused()
    assert Destination.objects.get(reference=key).is_held
    assert resume_endpoint(**act).state_reason == ""
    assert not Destination.objects.get(reference=key).is_held
    remove_endpoint(**act)
    for gone in (pause_endpoint, resume_endpoint, remove_endpoint, ping_endpoint):
        more = {"reason": ""} if gone is pause_endpoint else {}
        with pytest.raises(WebhookEndpoint.DoesNotExist):
            gone(**act, **more)
    endpoint = WebhookEndpoint.objects.get()
    assert entries(endpoint) == ["created", "paused", "resumed", "removed"]


def test_a_program_sees_its_own_endpoints_and_a_person_by_permission(world):
    mine = endpoint_at(world, URL).endpoint
    officers = create_endpoint(
        chosen=Chosen(url=URL, events=["*"]), owner=world.officer, actor=SETUP, now=NOON
    ).endpoint
    assert list(visible_endpoints(world.client)) == [mine]
    for role in ("compliance-officer", "auditor", "administrator"):
        assert set(visible_endpoints(make_person(roles=[role]))) == {mine, officers}
    assert not visible_endpoints(world.reviewer).exists()


def test_the_events_that_are_announced_are_those_that_can_be_chosen():
    """Whoever announces another one adds its line to `governance.outbox_events`."""
    announced = set()
    for app in ("governance", "models_registry", "reviews"):
        for path in Path(app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and "announce" in ast.unparse(node.func):
                    announced |= {
                        each.value
                        for each in node.args
                        if isinstance(each, ast.Constant) and "." in str(each.value)
                    }
    assert len(announced) > 15
    assert announced <= set(EVENTS)


def test_an_unknown_endpoint_is_not_found():
    with pytest.raises(WebhookEndpoint.DoesNotExist):
        ping_endpoint(endpoint_id=uuid7(), actor=SETUP, now=NOON)
