"""The threshold advisor over the API: a question with its costs, and its curves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.models import LedgerEntry
from reviews.models import ThresholdQuestion
from tests.factories import LONG_AGO, NOON, build_world, change, make_person
from tests.governance.api.calling import Caller
from tests.reviews.lab.test_simulate import truth_of

pytestmark = pytest.mark.django_db

PLACE = "threshold-questions"
LATER = NOON + timedelta(days=1)
ASKED = {
    "decision_type": "lending-approval",
    "period_start": LONG_AGO.isoformat(),
    "period_end": (NOON + timedelta(hours=1)).isoformat(),
    "wrong_pass": 100,
    "wrong_refusal": 10,
    "review_minute": 1,
    "minutes": 5,
}


@pytest.fixture
def world():
    return build_world()


def ask(person, **more):
    return Caller(person=person).post(PLACE, ASKED | more, now=LATER)


def known_truths(world):
    """At 0.96 one of 40 is wrong, at 0.5 half of 40 are."""
    for number in range(40):
        sure = world.submit(outcome="grant", confidence=0.96)
        truth_of(world, sure, "refuse" if number == 0 else "grant")
        unsure = world.submit(outcome="grant", confidence=0.5)
        truth_of(world, unsure, "refuse" if number % 2 else "grant")


def test_the_curve_with_its_band_is_answered_kept_and_read_again(world):
    known_truths(world)
    answer = ask(world.officer, outcome="grant")
    assert answer.status == 201
    [segment] = answer.body["answer"]["segments"]
    assert (segment["told_by"], segment["known"], segment["wrong"]) == ("", 80, 21)
    assert segment["present"] == {"threshold": 0.95, "stated_by": "policy"}
    curve = segment["curve"]
    assert curve["best"] == 0.96
    assert len(curve["points"]) == 102
    assert curve["points"][-1]["threshold"] is None
    assert all(point["low"] <= point["cost"] <= point["high"] for point in curve["points"])

    truth_of(world, world.submit(outcome="grant", confidence=0.7), "refuse")
    place = answer.headers["Location"].removeprefix("/api/v1/")
    again = Caller(person=world.officer).get(place, now=LATER)
    assert (again.status, again.body) == (200, answer.body)
    entry = LedgerEntry.objects.get(event="reviews.thresholdquestion.asked")
    assert str(entry.subject_id) == answer.body["id"]
    assert entry.actor == f"person:{world.officer.pseudonym}"


def test_too_little_truth_is_said_and_gives_no_curve(world):
    truth_of(world, world.submit(), "grant")
    [segment] = ask(world.officer).body["answer"]["segments"]
    assert (segment["decisions"], segment["known"], segment["curve"]) == (1, 1, None)


def test_questions_are_listed_without_their_answers_by_pages(world):
    for cost in (1, 2):
        ask(world.officer, wrong_pass=cost)
    caller = Caller(person=world.officer)
    first = caller.get(f"{PLACE}?page_size=1&decision_type=lending-approval").body
    assert [one["wrong_pass"] for one in first["results"]] == [2]
    assert "answer" not in first["results"][0]
    second = caller.get(first["next"].split("/api/v1/")[1]).body
    assert [one["wrong_pass"] for one in second["results"]] == [1]
    assert caller.get(f"{PLACE}?decision_type=nothing").body["results"] == []


@pytest.mark.parametrize(
    ("more", "status", "pointer"),
    [
        ({"decision_type": "nothing"}, 422, "/decision_type"),
        ({"decision_type": 5}, 400, "/decision_type"),
        ({"wrong_pass": -1}, 400, "/wrong_pass"),
        ({"wrong_pass": "100"}, 400, "/wrong_pass"),
        ({"wrong_refusal": True}, 400, "/wrong_refusal"),
        ({"review_minute": 1e10}, 400, "/review_minute"),
        ({"minutes": -0.1}, 400, "/minutes"),
        ({"outcome": "weather"}, 422, "/outcome"),
        ({"segment": "income"}, 422, "/segment"),
        ({"period_start": "yesterday"}, 400, "/period_start"),
        ({"period_end": ASKED["period_start"]}, 422, "/period_end"),
        ({"period_end": "2030-01-01T00:00:00Z"}, 422, "/period_end"),
        ({"publish": True}, 400, "/publish"),
    ],
)
def test_a_faulty_question_is_named_and_not_kept(world, more, status, pointer):
    answer = ask(world.officer, **more)
    assert answer.status == status
    assert pointer in answer.pointers
    assert not ThresholdQuestion.objects.exists()


def test_a_program_asks_about_its_own_systems(world):
    program = Caller(key=world.key)
    answer = program.post(PLACE, ASKED, now=LATER)
    assert answer.status == 201
    assert ThresholdQuestion.objects.get().asked_by_client == world.client
    others = ask(world.officer).body["id"]
    assert program.get(f"{PLACE}/{others}").status == 200

    world.client.systems = ["elsewhere"]
    change(world.client, "systems")
    refused = program.post(PLACE, ASKED, now=LATER)
    assert (refused.status, refused.pointers) == (422, ["/decision_type"])
    assert program.get(f"{PLACE}/{others}").status == 404
    assert program.get(PLACE).body["results"] == []


def test_it_takes_the_right_to_read_every_decision(world):
    assert ask(world.reviewer).status == 403
    assert Caller(person=make_person(roles=["administrator"])).get(PLACE).status == 403
    assert not ThresholdQuestion.objects.exists()


def test_the_same_key_asks_once(world):
    caller = Caller(person=world.officer)
    first = caller.post(PLACE, ASKED, now=LATER, Idempotency_Key="q-1")
    again = caller.post(PLACE, ASKED, now=LATER, Idempotency_Key="q-1")
    assert first.body == again.body
    assert ThresholdQuestion.objects.count() == 1
