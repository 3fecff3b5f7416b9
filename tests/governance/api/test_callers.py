"""Strangers, keys without the right, sessions without the token: each refused in its own way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from governance.models import LedgerEntry, Refusal, Scope
from governance.services.api_keys import create_client, issue_key, revoke_key
from tests.factories import LONG_AGO, NOON, SETUP, World, build_world, change, remove
from tests.governance.api.calling import PROBLEM, Caller, integrator
from tests.governance.api.expected import Expected, check_refused, unfit
from tests.reviews.written import TRACES_OF_REFUSAL, state_of_tables

pytestmark = pytest.mark.django_db


def another_key(world: World, *scopes: Scope, systems: tuple[str, ...] = ("lending",)) -> Any:
    client = create_client(
        name="Another", systems=systems, owner=world.owner, actor=SETUP, now=LONG_AGO
    )
    return issue_key(
        client=client,
        scopes=scopes or list(Scope),
        expires_at=NOON,
        actor=SETUP,
        now=LONG_AGO,
    )


def revoked(world: World) -> str:
    issued = another_key(world)
    revoke_key(key=issued.key, actor=SETUP, now=LONG_AGO)
    return str(issued.text)


def switched_off(world: World) -> str:
    world.client.is_active = False
    change(world.client, "is_active")
    return world.key


STRANGERS: dict[str, Callable[[World], str]] = {
    "no key": lambda _: "",
    "unknown": lambda _: "abcdef123456.secret",
    "expired": lambda world: str(another_key(world).text),
    "revoked": revoked,
    "switched off": switched_off,
    "wrong secret": lambda world: world.key[:-1] + ("x" if world.key[-1] != "x" else "y"),
    "prefix alone": lambda world: world.key.split(".")[0],
    "a NUL": lambda _: "a\x00b.secret",
    "a very long one": lambda _: "a" * 100_000,
}


@pytest.mark.parametrize("key", STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_is_401_and_told_how_to_sign_in(key):
    world = build_world()
    caller = Caller(key=key(world))
    before = state_of_tables()

    answer = caller.post("decisions", world.body())

    assert (answer.status, answer.kind) == (401, PROBLEM)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="countersign"'
    assert state_of_tables() == before


def test_a_key_without_the_scope_is_403_and_the_try_is_entered():
    world = build_world()
    issued = another_key(world, Scope.DECISIONS_READ)
    before = state_of_tables(except_for=TRACES_OF_REFUSAL)

    answer = Caller(key=issued.text).post(
        "decisions", world.body(), now=NOON - timedelta(days=1), X_Request_ID="try-1"
    )

    check_refused(answer, Expected(403, "permission_denied"))
    refusal = Refusal.objects.get()
    assert (refusal.act, refusal.code) == ("Decisions", "not_permitted")
    assert (refusal.actor, refusal.request_id) == (f"client:{issued.key.client_id}", "try-1")
    entry = LedgerEntry.objects.get(event="governance.act.refused")
    assert entry.subject_id == refusal.pk
    assert state_of_tables(except_for=TRACES_OF_REFUSAL) == before


def test_a_key_of_another_system_finds_the_decision_type_unknown():
    world = build_world()
    issued = another_key(world, systems=("hiring",))
    before = state_of_tables()

    answer = Caller(key=issued.text).post("decisions", world.body(), now=NOON - timedelta(days=1))

    check_refused(answer, unfit("/decision_type"))
    assert state_of_tables() == before


@pytest.mark.parametrize(
    ("given", "echoed"),
    [("abc-1:2_3.4", True), ("x" * 65, False), ("two words", False), ("a\nb", False), ("", False)],
)
def test_a_well_formed_request_id_is_echoed_and_another_replaced(given, echoed):
    world = build_world()

    answer = integrator(world).get("decisions", X_Request_ID=given)

    assert (answer.headers["X-Request-ID"] == given) is echoed
    assert answer.headers["X-Request-ID"]


def test_a_person_without_the_right_is_entered_as_refused():
    world = build_world()
    case = world.open_case()
    remove(world.reviewer.qualifications.get())

    answer = Caller(person=world.reviewer).post(f"cases/{case.pk}/claim")

    check_refused(answer, Expected(403, "competence_missing"))
    assert Refusal.objects.get().actor == f"person:{world.reviewer.pseudonym}"


def test_a_session_without_the_csrf_token_changes_nothing():
    world = build_world()
    case = world.open_case()
    caller = Caller(person=world.reviewer, checks_csrf=True)
    before = state_of_tables()

    answer = caller.post(f"cases/{case.pk}/claim")

    assert (answer.status, answer.code) == (403, "permission_denied")
    assert state_of_tables() == before
