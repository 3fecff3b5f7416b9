"""The lab over HTTP: its pages and its part of the API."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from governance.models import Refusal
from reviews.models import Shadow, Simulation, VerdictKind
from reviews.services.simulating import SIMULATIONS
from reviews.tasks import run_waiting_simulations
from tests.factories import NOON, SETUP, build_world, change, make_person, policy_text
from tests.governance.pages.reading import text_of
from tests.reviews.lab.test_simulate import MORE_PASS, NONE_PASSES, falsify, truth_of
from tests.reviews.lab.trials import END, START, ask, tried

pytestmark = pytest.mark.django_db

PLACE = "/api/v1/policies/lending-policy/simulations"
PERIOD = {"period_start": START.isoformat(), "period_end": END.isoformat()}
FORM = {
    "policy": "lending-policy",
    "span": "dates",
    "first_day": START.date().isoformat(),
    "last_day": NOON.date().isoformat(),
    "groups": "",
    "text": MORE_PASS,
}
COSTS = {"wrong_pass": "100", "wrong_refusal": "10", "review_minute": "1", "minutes": "5"}


@pytest.fixture
def world():
    cache.clear()
    return build_world()


def api(person):
    client = APIClient()
    client.force_authenticate(person)
    return client


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def shown(client, place):
    answer = client.get(place)
    assert answer.status_code == 200
    return text_of(answer)


class TestApi:
    def test_a_simulation_is_asked_for_watched_and_fetched(self, world):
        world.submit(outcome="grant", confidence=0.8)
        client = api(world.officer)
        asked = client.post(PLACE, {**PERIOD, "text": MORE_PASS})
        assert (asked.status_code, asked.data["state"]) == (202, "queued")
        place = asked["Location"]
        assert client.get(f"{place}/result.json").status_code == 404

        run_waiting_simulations()
        done = client.get(place).data
        counts = (done["state"], done["decisions"], done["changed"], done["differences"])
        assert counts == ("done", 1, 1, 0)
        result = client.get(f"{place}/result.json", headers={"Accept": "application/json"})
        assert orjson.loads(result.content)["changed"] == 1
        assert result["Content-Disposition"].startswith('attachment; filename="simulation-lending-')
        listed = client.get(PLACE, {"sha256": done["sha256"], "state": "done"}).data["results"]
        assert [row["id"] for row in listed] == [done["id"]]
        assert client.get(PLACE, {"sha256": "0" * 64}).data["results"] == []

    def test_without_a_text_a_published_version_is_tried(self, world):
        for body in ({}, {"version": 1}):
            asked = api(world.officer).post(PLACE, PERIOD | body)
            assert asked.data["sha256"] == world.policy_version.sha256

    def test_a_running_one_says_how_far_it_is(self, world):
        run = ask(world, NONE_PASSES)
        SIMULATIONS.take_up(run_id=run.pk, actor=SETUP, now=NOON)
        SIMULATIONS.note_progress(run_id=run.pk, done=2, total=7, step="Evaluating")
        found = api(world.officer).get(f"/api/v1/simulations/{run.pk}").data
        assert found["progress"] == {"done": 2, "total": 7, "step": "Evaluating"}

    def test_each_fault_is_named(self, world):
        for changes, status, pointer in (
            ({"period_start": "yesterday"}, 400, "/period_start"),
            ({"surprise": 1}, 400, "/surprise"),
            ({"groups": "income"}, 400, "/groups"),
            ({"groups": ["a"] * 6}, 400, "/groups"),
            ({"version": 0}, 400, "/version"),
            ({"version": 9}, 422, "/version"),
            ({"version": 1, "text": MORE_PASS}, 400, "/version"),
            ({"groups": ["weather"]}, 422, "/groups/0"),
            ({"period_end": START.isoformat()}, 422, "/period_end"),
            ({"text": "rules: ["}, 422, ""),
        ):
            answer = api(world.officer).post(PLACE, PERIOD | changes)
            assert answer.status_code == status, answer.data
            pointers = [error["pointer"] for error in orjson.loads(answer.content)["errors"]]
            assert pointer in pointers
        assert not Simulation.objects.exists()

    def test_a_repeated_key_asks_once(self, world):
        headers = {"Idempotency-Key": "lab-1"}
        first, second = (api(world.officer).post(PLACE, PERIOD, headers=headers) for _ in range(2))
        assert first.data["id"] == second.data["id"]
        assert Simulation.objects.count() == 1

    def test_cancelling_twice_is_refused(self, world):
        run = ask(world, NONE_PASSES)
        place = f"/api/v1/simulations/{run.pk}/cancel"
        assert api(world.officer).post(place).data["state"] == "cancelled"
        assert api(world.officer).post(place).status_code == 409
        assert Refusal.objects.get().code == "simulation_over"

    def test_who_may(self, world):
        run, _ = tried(world, NONE_PASSES)
        places = (f"/api/v1/simulations/{run.pk}", f"/api/v1/simulations/{run.pk}/result.json")
        for person, (asks, reads) in {
            world.officer: (202, 200),
            world.owner: (403, 200),
            make_person(roles=["auditor"]): (403, 200),
            world.reviewer: (403, 403),
            make_person(roles=["administrator"]): (403, 403),
        }.items():
            assert api(person).post(PLACE, PERIOD).status_code == asks
            assert [api(person).get(place).status_code for place in places] == [reads, reads]

    def test_a_shadow_is_started_read_and_ended(self, world):
        client, place = api(world.officer), "/api/v1/policies/lending-policy/shadows"
        until = timezone.now() + timedelta(days=7)
        started = client.post(place, {"text": MORE_PASS, "until": until.isoformat()})
        assert (started.status_code, started.data["decisions"]) == (201, 0)
        again = client.post(place, {"text": MORE_PASS, "until": until.isoformat()})
        assert again.status_code == 409
        late = client.post(place, {"text": NONE_PASSES, "until": "2090-01-01T00:00:00Z"})
        assert late.status_code == 422
        one = f"/api/v1/shadows/{started.data['id']}"
        assert client.post(f"{one}/end").data["ended_at"] is not None
        assert client.get(one).data == client.get(place).data["results"][0]


class TestPages:
    def test_the_list_is_empty_at_first_and_offers_the_form(self, world):
        page = shown(browser(world.officer), "/lab/?policy=lending-policy")
        assert "No simulation yet" in page
        assert "Clear cases pass" in page, "the text in force is filled in"
        assert "Try a draft on the past" not in shown(browser(world.owner), "/lab/")

    def test_a_draft_is_tried_and_its_result_shown(self, world):
        likely = world.submit(outcome="grant", confidence=0.8)
        case = world.open_case(outcome="refuse")
        world.rule(case, VerdictKind.UPHOLD, now=NOON + timedelta(minutes=2))
        truth_of(world, likely, "refuse")
        client = browser(world.officer)
        answer = client.post("/lab/", FORM)
        run = Simulation.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"/lab/{run.pk}/")
        waiting = client.get(f"/lab/{run.pk}/").content.decode()
        assert f'hx-get="/lab/{run.pk}/state/" hx-trigger="every 2s"' in waiting

        run_waiting_simulations()
        answer = client.get(f"/lab/{run.pk}/")
        page = text_of(answer)
        assert "History derives again: all 2 decisions" in page
        assert "1 decision would go another way" in page
        assert f'href="/decisions/{likely.pk}/"' in answer.content.decode()
        assert "few measured, uncertain" in page
        assert "the truth is known of 1 decision" in page
        assert "No fact was named that marks a group" in page
        assert "hx-get" not in client.get(f"/lab/{run.pk}/state/").content.decode()
        assert run.policy.name in shown(client, "/lab/")

    def test_a_browsers_line_ends_make_no_other_text(self, world):
        browser(world.officer).post("/lab/", {**FORM, "text": MORE_PASS.replace("\n", "\r\n")})
        assert Simulation.objects.get().text == MORE_PASS

    def test_an_empty_text_tries_the_version_in_force(self, world):
        browser(world.officer).post("/lab/", {**FORM, "text": " "})
        assert Simulation.objects.get().sha256 == world.policy_version.sha256

    def test_differences_stand_first_and_the_frame_alarms(self, world):
        decision = world.submit()
        falsify(decision, "pass")
        run, _ = tried(world, NONE_PASSES)
        page = shown(browser(world.officer), f"/lab/{run.pk}/")
        words = "1 stored result does not follow from what it was made of"
        assert 0 < page.index(words) < page.index("would go another way")
        assert str(decision.pk) in page
        assert "stored decisions do not derive again" in shown(browser(world.officer), "/")

    @pytest.mark.parametrize(
        ("changes", "status", "says"),
        [
            ({"policy": "nothing"}, 200, "Select a valid choice"),
            ({"span": "dates", "first_day": ""}, 200, "Name the day."),
            ({"groups": "weather"}, 422, "No decision type has a fact"),
            ({"text": policy_text().replace("confidence", "weather")}, 422, "Line "),
        ],
    )
    def test_a_faulty_form_comes_back_with_its_faults(self, world, changes, status, says):
        answer = browser(world.officer).post("/lab/", {**FORM, **changes})
        assert answer.status_code == status
        assert says in text_of(answer)
        assert not Simulation.objects.exists()

    def test_one_is_cancelled(self, world):
        run = ask(world, NONE_PASSES)
        client = browser(world.officer)
        client.post(f"/lab/{run.pk}/cancel/")
        assert "It was cancelled." in shown(client, f"/lab/{run.pk}/")

    def test_a_list_costs_the_same_at_any_length(self, world, django_assert_max_num_queries):
        client = browser(world.officer)
        for _ in range(6):
            ask(world, NONE_PASSES)
        client.get("/lab/")
        with django_assert_max_num_queries(14):
            client.get("/lab/")

    def test_a_shadow_is_started_watched_and_ended(self, world):
        client = browser(world.officer)
        assert "No shadow yet" in shown(client, "/lab/shadows/")
        form = {"policy": "lending-policy", "days": "7", "text": MORE_PASS}
        client.post("/lab/shadows/", form)
        shadow = Shadow.objects.get()
        assert "Nothing seen yet" in shown(client, f"/lab/shadows/{shadow.pk}/")
        assert client.post("/lab/shadows/", form).status_code == 409
        client.post(f"/lab/shadows/{shadow.pk}/end/")
        assert "Ended" in shown(client, f"/lab/shadows/{shadow.pk}/")
        assert "Ended" in shown(client, "/lab/shadows/")


class TestThresholds:
    def ask(self, world, **more):
        given = {
            "decision_type": world.decision_type.slug,
            "span": "dates",
            "first_day": START.date().isoformat(),
            "last_day": NOON.date().isoformat(),
            **COSTS,
            **more,
        }
        answer = browser(world.officer).get("/lab/thresholds/", given)
        assert answer.status_code == 200
        return text_of(answer)

    def test_where_the_rules_state_none_the_lowest_that_passed_is_shown(self):
        rules = """
  - id: long-employed
    title: Long employed ones pass
    when: years >= 3 && outcome == "grant"
    then: pass
    reason: Employed for long.
"""
        world = build_world(text=policy_text(rules=rules))
        for number in range(60):
            decision = world.submit(outcome="grant", confidence=0.7 + (number % 5) / 20)
            truth_of(world, decision, "grant" if number % 6 else "refuse")

        page = self.ask(world)
        assert "state no threshold; the lowest confidence that passed under it is 0.7," in page

    def test_groups_marked_as_protected_are_told_apart_unless_a_fact_is_named(self, world):
        kind = world.decision_type
        kind.fact_schema = kind.fact_schema | {"student": {"type": "bool", "label": "Student"}}
        kind.protected = {"student": {"kind": "attribute", "basis": ""}}
        change(kind, "fact_schema", "protected")
        for student in (True, False):
            world.submit(facts={"income": 1.0, "years": 1, "student": student})

        page = self.ask(world)
        assert "All decisions" in page
        assert "student: true" in page
        assert "student: false" in page
        assert "student" not in self.ask(world, segment="model_version").replace("1.0.0", "")

    def test_too_little_truth_gives_no_curve(self, world):
        truth_of(world, world.submit(), "grant")
        assert "Too little is known for a curve: the truth of 1 of 1" in self.ask(world)

    def test_no_decision_fits(self, world):
        assert "No decision fits" in self.ask(world)

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"wrong_pass": "-1"}, "greater than or equal to 0"),
            ({"wrong_pass": "nan"}, "Enter a number"),
            ({"outcome": "weather"}, "One of: grant, refuse."),
            ({"segment": "income"}, "One of: model_version"),
            ({"decision_type": "x"}, "Select a valid choice"),
        ],
    )
    def test_a_faulty_form_comes_back_with_its_faults(self, world, changes, says):
        assert says in self.ask(world, **changes)

    def test_the_best_and_the_present_threshold_are_told(self, world):
        """At 0.96 one of 40 is wrong, at 0.5 half of 40 are."""
        for number in range(40):
            sure = world.submit(outcome="grant", confidence=0.96)
            truth_of(world, sure, "refuse" if number == 0 else "grant")
            unsure = world.submit(outcome="grant", confidence=0.5)
            truth_of(world, unsure, "refuse" if number % 2 else "grant")

        page = self.ask(world, outcome="grant", segment="model_version")
        assert "1.0.0" in page
        assert "The lowest expected cost is at 0.96" in page
        assert "The rules of the policy in force state 0.95 as the threshold" in page
        assert "The truth is known of 80 of 80 decisions, 21 of them wrong." in page
        assert "A review is reckoned with 5.0 minutes (0 cases measured)" in page
