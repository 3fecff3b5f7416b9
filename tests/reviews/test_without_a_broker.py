"""Redis is away: intake, halts and verdicts go on, for none of them stands on it."""

import socket

import pytest
from django.utils import timezone

from models_registry.models import Halt
from reviews.models import Case, Verdict
from tests.factories import NOON, build_world
from tests.governance.api.calling import Caller, integrator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def no_redis(settings, monkeypatch):
    """Cache and broker are a Redis that refuses every connection. PostgreSQL's library opens no
    socket of Python's, so nothing else is touched."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    tried = []

    def refuse(_self, address):
        tried.append(address)
        raise ConnectionRefusedError("Redis is away")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return tried


def test_decisions_verdicts_and_halts_go_on(world, no_redis):
    program, reviewer = integrator(world), Caller(person=world.reviewer)

    review = program.post("decisions", world.body())
    passed = program.post("decisions", world.body(outcome="grant", confidence=0.99))
    assert (review.body["disposition"], passed.body["disposition"]) == ("review", "pass")

    case = Case.objects.get()
    assert reviewer.post(f"cases/{case.pk}/claim").status == 200
    verdict = {"claim": 1, "kind": "uphold", "reason_code": "agrees", "reason_text": ""}
    assert reviewer.post(f"cases/{case.pk}/verdict", verdict).status == 201
    assert Verdict.objects.get().outcome == "refuse"

    senior = Caller(person=world.senior)
    assert senior.post("halts", {"reason": "Odd outputs."}).status == 201
    used = program.post("permits/consume", {"permit": passed.body["permit"]["token"]})
    assert used.code == "permit_void"
    blocked = program.post("decisions", world.body(outcome="grant", confidence=0.99))
    assert (blocked.status, blocked.body["disposition"]) == (201, "block")
    assert blocked.body["halts"] == [str(Halt.objects.get().pk)]


def test_the_pages_stop_and_rule_as_well(world, no_redis, client):
    client.force_login(world.senior)
    case = world.open_case(now=timezone.now())

    assert client.get("/").status_code == 200
    assert client.post(f"/cases/{case.pk}/claim/").status_code == 302
    ruling = {"claim": "1", "kind": "uphold", "reason_code": "agrees", "reason_text": ""}
    assert client.post(f"/cases/{case.pk}/verdict/", ruling).status_code == 302
    stopped = client.post("/halts/place/", {"scope": "everything", "reason": "Odd outputs."})

    assert stopped.status_code == 302
    assert Verdict.objects.count() == Halt.objects.count() == 1
    assert (
        world.submit(now=NOON, outcome="grant", confidence=0.99).evaluation.disposition == "block"
    )
