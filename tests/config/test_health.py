"""The probes: the process lives, and each part that the product needs is named with its state."""

from datetime import timedelta

import pytest
from celery import Celery
from django.db import connection
from django.test import Client
from django.utils import timezone

from config import health
from governance.models import Heartbeat

# Not the current application of the process: tasks of other tests would be sent there.
NOWHERE = Celery("nowhere", broker="redis+socket:///nowhere/redis.sock", set_as_current=False)


def test_livez_needs_neither_host_name_nor_database(client: Client) -> None:
    response = client.get("/livez", headers={"Host": "10.0.0.1"})

    assert (response.status_code, response.content) == (200, b"alive\n")


@pytest.mark.django_db
def test_readyz_names_what_does_not_work(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "celery_app", NOWHERE)
    Heartbeat.beat("beat", timezone.now() - timedelta(seconds=31))
    Heartbeat.beat("worker", timezone.now())

    response = client.get("/readyz", headers={"Host": "10.0.0.1"})

    assert response.status_code == 503
    assert response.json() == {
        "ready": False,
        "failing": ["broker", "beat", "sealer"],
        "parts": {
            "database": "ready",
            "migrations": "ready",
            "broker": "the broker does not answer",
            "worker": "ready",
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

    assert response.status_code == 503
    assert response.json()["parts"]["database"] == "the database does not answer"
    assert response.json()["parts"]["worker"] == "the database does not answer"
