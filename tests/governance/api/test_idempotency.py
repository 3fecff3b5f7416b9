"""`Idempotency-Key`: malformed, replayed, reused, out of date."""

from datetime import timedelta

import pytest

from tests.factories import NOON, build_world
from tests.governance.api.calling import Caller, integrator
from tests.governance.api.expected import Expected, check_refused
from tests.reviews.written import TRACES_OF_REFUSAL, state_of_tables

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 256, "tab\there"])
def test_a_malformed_idempotency_key_is_refused(key):
    world = build_world()
    before = state_of_tables()

    answer = integrator(world).post("decisions", world.body(), Idempotency_Key=key)

    assert (answer.status, answer.code) == (422, "input_invalid")
    assert answer.body["errors"][0]["code"] == "idempotency_key"
    assert state_of_tables() == before


def test_a_replayed_key_gets_the_first_answer_and_another_body_422():
    world = build_world()
    caller, body = integrator(world), world.body()
    first = caller.post("decisions", body, Idempotency_Key="k-1")
    before = state_of_tables(except_for=TRACES_OF_REFUSAL)

    replay = caller.post("decisions", body, Idempotency_Key="k-1")
    other = caller.post("decisions", world.body(), Idempotency_Key="k-1")
    elsewhere = caller.post("halts", {"reason": "x", "system": "lending"}, Idempotency_Key="k-1")

    assert (replay.status, replay.body) == (201, first.body)
    assert replay.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    check_refused(other, Expected(422, "idempotency_key_reused"))
    check_refused(elsewhere, Expected(422, "idempotency_key_reused"))
    assert state_of_tables(except_for=TRACES_OF_REFUSAL) == before


def test_a_refused_request_does_not_use_up_its_key():
    world = build_world()
    caller = integrator(world)
    caller.post("decisions", world.body(outcome="perhaps"), Idempotency_Key="k-1")

    assert caller.post("decisions", world.body(), Idempotency_Key="k-1").status == 201


def test_a_key_holds_a_day_and_for_its_own_caller_only():
    world = build_world()
    caller, body = integrator(world), {"reason": "Odd outputs.", "system": "lending"}
    caller.post("halts", body, Idempotency_Key="k-1")

    by_a_person = Caller(person=world.senior).post("halts", body, Idempotency_Key="k-1")
    next_day = caller.post(
        "halts", body, Idempotency_Key="k-1", now=NOON + timedelta(hours=24, seconds=1)
    )

    assert "Idempotent-Replayed" not in by_a_person.headers
    assert "Idempotent-Replayed" not in next_day.headers
