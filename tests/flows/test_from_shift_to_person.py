"""The AI system's confidences shift; the monitor finds it; the next decision goes to a person.

Over HTTP from the first decision on, with the sweep as Celery runs it.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from reviews.models import MonitorAlarm, MonitorRun, MonitorState
from reviews.tasks import watch_monitors
from tests.factories import World
from tests.reviews.monitors.made import (
    CONFIDENCE,
    usual_confidence,
    watched,
    with_reference,
)

pytestmark = pytest.mark.django_db


def sent(client: Client, world: World, confidence: float) -> dict[str, Any]:
    body = world.body(outcome="grant", confidence=confidence)
    key = {"Authorization": f"Bearer {world.key}"}
    answer = client.post("/api/v1/decisions", body, "application/json", headers=key)
    assert answer.status_code == 201, answer.content
    taken: dict[str, Any] = answer.json()
    return taken


def look_now() -> None:
    """The sweep, with every monitor due."""
    MonitorState.objects.update(next_at=timezone.now())
    watch_monitors()


def test_from_an_injected_shift_to_a_person(client: Client) -> None:
    world = watched(CONFIDENCE)
    with_reference(world.decision_type, timezone.now())
    before = sent(client, world, 0.9)
    assert (before["disposition"], before["reasons"][0]["code"]) == ("review", "monitors_stale")

    for number in range(205):
        sent(client, world, usual_confidence(number))
    look_now()
    assert sent(client, world, 0.9)["disposition"] == "pass"

    for number in range(80):
        sent(client, world, 0.3 + number / 1000)
    look_now()

    assert MonitorRun.objects.filter(finding="alarm").count() == 1
    assert MonitorAlarm.objects.get().raised_to == "all_human"
    after = sent(client, world, 0.9)
    assert (after["disposition"], after["reasons"][0]["code"]) == ("review", "all_human")


def test_a_monitor_that_fails_stops_no_other_and_is_not_fresh(client: Client) -> None:
    """A row that no monitor can read: what was kept between the looks is broken."""
    world = watched(
        "  - {id: broken, watches: error_rate, expected: 0.05, unacceptable: 0.2}\n"
        "  - {id: heartbeat, watches: silence, silence: PT1H}\n"
    )
    sent(client, world, 0.9)
    watch_monitors()
    MonitorState.objects.filter(monitor="broken").update(memory={"upto": "no instant"})

    look_now()

    looks = MonitorRun.objects.order_by("id").values_list("monitor", "finding")
    assert list(looks) == [
        ("broken", "too_few"), ("heartbeat", "quiet"), ("heartbeat", "quiet"),
    ]  # fmt: skip
    held = sent(client, world, 0.9)
    assert (held["disposition"], held["reasons"][0]["code"]) == ("review", "monitors_stale")
