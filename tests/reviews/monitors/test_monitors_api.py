"""Monitors, their looks and their alarms over the API."""

from __future__ import annotations

import pytest

from governance.models import LedgerEntry, Refusal
from reviews.models import MonitorAlarm
from tests.factories import NOON, change, make_person
from tests.governance.api.calling import Caller
from tests.reviews.monitors.made import SILENCE, looked, watched
from tests.reviews.monitors.test_run_monitor import HOUR, MINUTE

pytestmark = pytest.mark.django_db

HEARTBEAT = "monitors/lending-approval/heartbeat"


@pytest.fixture
def world():
    """One look that was quiet and one that was not."""
    world = watched(SILENCE)
    world.submit(now=NOON)
    looked(NOON + MINUTE)
    looked(NOON + 2 * HOUR)
    return world


@pytest.fixture
def officer(world):
    return Caller(person=world.officer)


def test_a_monitor_tells_where_it_stands(world, officer):
    later = NOON + 2 * HOUR + MINUTE
    [listed] = officer.get("monitors", now=later).body["results"]
    assert listed == officer.get(HEARTBEAT, now=later).body
    assert (listed["decision_type"], listed["monitor"]) == ("lending-approval", "heartbeat")
    assert (listed["watches"], listed["is_fresh"], listed["failures"]) == ("silence", True, 0)
    assert listed["newest"]["finding"] == "alarm"
    assert listed["newest"]["limit"] == 3600
    assert listed["alarm"] == str(MonitorAlarm.objects.get().pk)
    assert not officer.get(HEARTBEAT, now=later + HOUR).body["is_fresh"]


def test_looks_are_listed_newest_first_by_pages(officer):
    first = officer.get(f"{HEARTBEAT}/runs?page_size=1").body
    assert [run["finding"] for run in first["results"]] == ["alarm"]
    second = officer.get(first["next"].split("/api/v1/")[1]).body
    assert [run["finding"] for run in second["results"]] == ["quiet"]
    assert second["next"] is None


def test_an_alarm_is_listed_and_closed_once_with_a_reason(world, officer):
    [alarm] = officer.get("monitor-alarms?open=true&decision_type=lending-approval").body["results"]
    assert (alarm["monitor"], alarm["ended_at"], alarm["run"]["finding"]) == (
        "heartbeat", None, "alarm",
    )  # fmt: skip
    place = f"monitor-alarms/{alarm['id']}/close"

    closed = officer.post(place, {"reason": "A holiday."})
    assert (closed.status, closed.body["close_reason"]) == (200, "A holiday.")
    assert closed.body["closed_by"] == str(world.officer.pseudonym)
    assert LedgerEntry.objects.filter(event="reviews.monitoralarm.closed").count() == 1
    assert officer.post(place, {"reason": "Again."}).status == 409
    assert officer.get("monitor-alarms?open=true").body["results"] == []
    assert len(officer.get("monitor-alarms").body["results"]) == 1


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 400, "/reason"),
        ({"reason": 5}, 400, "/reason"),
        ({"reason": ""}, 400, "/reason"),
        ({"reason": "x" * 501}, 400, "/reason"),
        ({"reason": "Fine.", "level": "normal"}, 400, "/level"),
    ],
)
def test_a_faulty_body_is_named_and_closes_nothing(officer, body, status, pointer):
    alarm = MonitorAlarm.objects.get()
    answer = officer.post(f"monitor-alarms/{alarm.pk}/close", body)
    assert (answer.status, answer.pointers) == (status, [pointer])
    alarm.refresh_from_db()
    assert alarm.ended_at is None


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("monitors/lending-approval/nothing", 404),
        ("monitors/lending-approval/nothing/runs", 404),
        ("monitors/nothing/heartbeat", 404),
        ("monitors?cursor=x", 400),
        ("monitors?cursor=cD0tNQ==", 400),
        ("monitors?cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5", 400),
        ("monitor-alarms?open=perhaps", 400),
        ("monitors?decision_type=%00", 400),
        ("monitors?decision_type=nothing", 200),
    ],
)
def test_odd_addresses_are_answered(officer, place, status):
    assert officer.get(place).status == status


def test_a_program_sees_its_own_systems_with_the_scope_alone(world):
    program = Caller(key=world.key)
    assert len(program.get("monitors").body["results"]) == 1
    assert program.get(f"{HEARTBEAT}/runs").status == 200
    alarm = MonitorAlarm.objects.get()
    assert program.post(f"monitor-alarms/{alarm.pk}/close", {"reason": "No."}).status == 403

    world.client.systems = ["elsewhere"]
    change(world.client, "systems")
    assert program.get("monitors").body["results"] == []
    assert program.get("monitor-alarms").body["results"] == []
    assert program.get(HEARTBEAT).status == 404
    assert program.get(f"{HEARTBEAT}/runs").status == 404


def test_who_may_not_is_refused(world):
    alarm = MonitorAlarm.objects.get()
    auditor = Caller(person=make_person(roles=["auditor"]))
    assert auditor.get("monitors").status == 200
    assert auditor.post(f"monitor-alarms/{alarm.pk}/close", {"reason": "No."}).status == 403
    assert Refusal.objects.exists()


def test_a_page_of_monitors_takes_the_same_queries_however_many(
    officer, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        officer.get("monitors")
