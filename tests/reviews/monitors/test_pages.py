"""The pages of monitors and levels, and the level's API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from governance.models import LedgerEntry, Motion
from models_registry.models import LevelChange
from reviews.models import MonitorAlarm
from tests.factories import NOON, make_person
from tests.reviews.monitors.made import SILENCE, looked, watched

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def browser(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def alarmed():
    """A world whose only monitor was quiet and is in alarm, with the level raised."""
    world = watched(SILENCE.replace("PT1M}", "PT1M, raise_to: sampled}"))
    world.submit(now=NOON)
    looked(NOON + MINUTE)
    looked(NOON + 2 * HOUR)
    world.decision_type.refresh_from_db()
    return world


def test_the_list_says_where_each_monitor_stands(alarmed, django_assert_max_num_queries):
    client = browser(alarmed.officer)
    with django_assert_max_num_queries(12):
        page = client.get("/monitors/").content.decode()
    assert "heartbeat" in page
    assert "Alarm open" in page
    assert "beyond the limit of 3,600" in page
    assert "Not fresh" in page


def test_without_a_monitor_the_list_says_so():
    person = make_person(roles=["auditor"])
    assert "No monitor watches anything" in browser(person).get("/monitors/").content.decode()


def test_a_monitor_that_has_not_looked_counts_as_not_fresh():
    world = watched(SILENCE)
    page = browser(world.officer).get(f"/monitors/{world.decision_type.slug}/heartbeat/")
    assert "there is no data, so it counts as not fresh" in page.content.decode()


def test_a_monitors_page_has_chart_table_and_alarm(alarmed):
    page = browser(alarmed.officer).get(f"/monitors/{alarmed.decision_type.slug}/heartbeat/")
    text = page.content.decode()
    assert text.count("<svg xmlns") == 1
    assert "2 looks, 1 of them an alarm" in text
    assert "An alarm raises the level to" in text
    assert "Close the alarm" in text
    assert "Close the alarm" not in (
        browser(alarmed.owner).get(page.request["PATH_INFO"]).content.decode()
    )


@pytest.mark.parametrize("path", ["nothing/heartbeat/", "lending-approval/nothing/"])
def test_what_is_not_there_is_not_found(alarmed, path):
    assert browser(alarmed.officer).get(f"/monitors/{path}").status_code == 404


def test_the_dashboard_shows_the_alarm_to_those_who_see_monitors(alarmed):
    assert "Monitors in alarm" in browser(alarmed.officer).get("/").content.decode()
    assert "Monitors in alarm" not in browser(alarmed.reviewer).get("/").content.decode()


def test_an_alarm_is_closed_with_its_reason(alarmed):
    client, alarm = browser(alarmed.officer), MonitorAlarm.objects.get()
    address = f"/monitor-alarms/{alarm.pk}/close/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 200
    assert client.post(address, {"reason": "A holiday."}).status_code == 302
    alarm.refresh_from_db()
    assert (alarm.closed_by, alarm.close_reason) == (alarmed.officer, "A holiday.")
    assert client.post(address, {"reason": "Again."}).status_code == 409


def test_a_level_is_raised_on_its_page_and_lowered_by_two(alarmed):
    officer, slug = browser(alarmed.officer), alarmed.decision_type.slug
    page = officer.get(f"/levels/{slug}/").content.decode()
    assert "The monitor heartbeat left its limit" in page
    raised = {"up-to": "all_human", "up-reason": "Complaints."}
    assert officer.post(f"/levels/{slug}/raise/", raised).status_code == 302
    assert officer.post(f"/levels/{slug}/raise/", raised).status_code == 422

    lowered = {"down-to": "normal", "down-reason": "The feed was mended."}
    assert officer.post(f"/levels/{slug}/lower/", lowered).status_code == 302
    alarmed.decision_type.refresh_from_db()
    assert alarmed.decision_type.level == "all_human"
    motion = Motion.objects.get()
    second = browser(make_person(roles=["compliance-officer"]))
    assert "Complaints." in second.get(f"/motions/{motion.pk}/").content.decode()
    vote = {"choice": "approve", "reason": "Read.", "digest": motion.digest}
    assert second.post(f"/motions/{motion.pk}/", vote).status_code == 302

    alarmed.decision_type.refresh_from_db()
    change = LevelChange.objects.newest_first()[0]
    assert alarmed.decision_type.level == change.to_level == "normal"
    assert (change.motion, change.changed_by) == (motion, alarmed.officer)
    assert change.reason == "The feed was mended."
    event = "models_registry.decisiontype.level_lowered"
    assert LedgerEntry.objects.filter(event=event).count() == 1
    assert "The feed was mended." in officer.get(f"/levels/{slug}/").content.decode()


def test_the_api_lists_raises_and_moves_to_lower(alarmed):
    client, path = browser(alarmed.officer), f"/api/v1/levels/{alarmed.decision_type.slug}"
    [level] = client.get("/api/v1/levels").json()["results"]
    assert (level["decision_type"], level["level"]) == ("lending-approval", "sampled")
    [change] = client.get(f"{path}/changes").json()["results"]
    assert (change["by"], change["to_level"]) == ("system:watch_monitors", "sampled")
    assert change["alarm"] == str(MonitorAlarm.objects.get().pk)

    def send(verb, **body):
        return client.post(f"{path}/{verb}", body, content_type="application/json")

    assert send("raise", to="all_human", reason="Drift.").json()["from_level"] == "sampled"
    assert send("raise", to="sampled", reason="Drift.").json()["code"] == "level_not_above"
    assert send("raise", to="halted", reason="Drift.").status_code == 400
    assert send("lower", to="normal", reason="Mended.").status_code == 202
    assert send("lower", to="all_human", reason="Mended.").json()["code"] == "level_not_below"
    assert send("raise", to="all_human").status_code == 400
