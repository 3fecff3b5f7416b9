"""The probes: the process lives, and each part that the product needs is named with its state."""

from datetime import timedelta

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from config import health
from governance.models import Heartbeat
from tests.factories import build_world

# Not the current application of the process: tasks of other tests would be sent there.
NOWHERE = Celery("nowhere", broker="redis+socket:///nowhere/redis.sock", set_as_current=False)


def test_livez_needs_neither_host_name_nor_database(client: Client) -> None:
    response = client.get("/livez", headers={"Host": "10.0.0.1"})

    assert (response.status_code, response.content) == (200, b"alive\n")


@pytest.mark.django_db
def test_readyz_names_what_does_not_work_and_serves_all_the_same(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "celery_app", NOWHERE)
    Heartbeat.beat("beat", timezone.now() - timedelta(seconds=31))
    Heartbeat.beat("worker", timezone.now())

    response = client.get("/readyz", headers={"Host": "10.0.0.1"})

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "failing": ["broker", "bulk worker", "beat", "sealer"],
        "parts": {
            "database": "ready",
            "migrations": "ready",
            "broker": "the broker does not answer",
            "worker": "ready",
            "bulk worker": "no heartbeat for 30 seconds",
            "beat": "no heartbeat for 30 seconds",
            "sealer": "no heartbeat for 30 seconds",
        },
    }


@pytest.mark.django_db(transaction=True)
def test_readyz_answers_without_a_database(client: Client) -> None:
    with pytest.MonkeyPatch.context() as patch:
        connection.close()
        patch.setitem(connection.settings_dict, "HOST", "/nowhere")
        response = client.get("/readyz")

    assert (response.status_code, response.json()["ready"]) == (503, False)
    assert response.json()["parts"]["database"] == "the database does not answer"
    assert response.json()["parts"]["worker"] == "the database does not answer"


@pytest.mark.django_db
def test_healthz_tells_what_is_late_and_takes_no_node_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "celery_app", NOWHERE)
    overdue = settings.COUNTERSIGN_SWEEP_LIMIT + timedelta(hours=4, seconds=5)
    build_world().open_case(now=timezone.now() - overdue)

    response = client.get("/healthz", headers={"Host": "10.0.0.1"})

    body = response.json()
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert (body["live"], body["ready"], body["late"]) == (True, True, True)
    rungs = next(check for check in body["checks"] if check["check"] == "rungs")
    assert rungs.pop("seconds") > rungs["limit_seconds"]
    assert rungs == {
        "check": "rungs",
        "title": "Rungs are due",
        "late": True,
        "limit_seconds": 120.0,
        "says": "The oldest has waited for 2 min; 2 min are meant at most.",
    }


@pytest.mark.django_db(transaction=True)
def test_healthz_without_a_database_cannot_tell_and_cannot_serve(client: Client) -> None:
    with pytest.MonkeyPatch.context() as patch:
        connection.close()
        patch.setitem(connection.settings_dict, "HOST", "/nowhere")
        response = client.get("/healthz")

    assert response.status_code == 503
    assert (response.json()["ready"], response.json()["late"]) == (False, None)
    assert "/nowhere" not in response.content.decode()
