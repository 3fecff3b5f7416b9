"""`manage.py halt`: stopping from the machine, with PostgreSQL alone."""

import socket
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from governance.models import Actor
from models_registry.models import Halt
from reviews.models import PermitVoid
from reviews.services.halting import lift_halt, place_halt
from tests.factories import NOON, build_world, change, make_person
from tests.reviews.written import Written, person, state_of_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = build_world()
    world.senior.email = "senior@example.org"
    change(world.senior, "email")
    return world


@pytest.fixture
def only_postgres(monkeypatch):
    """No web, no worker, no Redis: PostgreSQL's own library opens no socket of Python's."""

    def refuse(*_):
        raise ConnectionRefusedError("nothing answers but PostgreSQL")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def halt(*words):
    said = StringIO()
    call_command("halt", *words, stdout=said)
    return said.getvalue()


WHY = ("--reason", "Implausible outputs.", "--by", "senior@example.org")
SCOPES = {
    "everything": (["--everything"], (None, None, None)),
    "a system": (["--system", "lending"], ("lending", None, None)),
    "a type": (["--decision-type", "lending-approval"], ("lending", "lending-approval", None)),
    "a version": (
        ["--system", "lending", "--model-version", "1.0.0"],
        ("lending", None, "1.0.0"),
    ),
}


@pytest.mark.parametrize(("words", "scope"), SCOPES.values(), ids=SCOPES)
def test_it_stops_with_nothing_but_postgresql(world, only_postgres, words, scope):
    passed = world.submit(now=timezone.now(), outcome="grant", confidence=0.99)
    permit, written = passed.permits.get(), Written()

    said = halt(*words, *WHY)

    placed = Halt.objects.get()
    assert f"Halt {placed.pk} is in force" in said
    assert "1 unused permits were made void" in said
    names = [
        placed.system and placed.system.slug,
        placed.decision_type and placed.decision_type.slug,
        placed.model_version and placed.model_version.version,
    ]
    assert tuple(names) == scope
    assert (placed.placed_by, placed.is_drill) == (world.senior, False)
    assert permit.void.reason == PermitVoid.Reason.HALT
    assert written.entries()[0] == ("models_registry.halt.placed", person(world.senior))
    assert written.messages() == [("halt.placed", None)]
    assert world.submit(outcome="grant", confidence=0.99).evaluation.disposition == "block"


def test_a_drill_is_marked(world):
    halt("--everything", "--drill", *WHY)
    assert Halt.objects.get().is_drill
    assert "(drill)" in halt("list")


def test_the_list_names_what_is_in_force_alone(world):
    assert halt("list") == "Nothing is halted.\n"
    stopped = [
        place_halt(
            system=world.system,
            decision_type=None,
            reason=reason,
            placed_by=world.senior,
            actor=Actor.of(world.senior),
            now=NOON,
        )
        for reason in ("Over now.", "Drift.")
    ]
    lift_halt(halt_id=stopped[0].pk, reason="Mended.", lifted_by=world.officer, now=NOON)

    assert halt("list") == f"{stopped[1].pk}  since 2026-11-23 12:00:00 UTC  Lending: Drift.\n"


FAULTY = {
    "no scope": (WHY, "Say what to stop"),
    "everything and a system": (("--everything", "--system", "lending", *WHY), "Say what to stop"),
    "an unknown system": (("--system", "nothing", *WHY), "system: Unknown: 'nothing'."),
    "an unknown type": (("--decision-type", "nothing", *WHY), "decision_type: Unknown"),
    "an unknown version": (
        ("--system", "lending", "--model-version", "9", *WHY),
        "model_version: Unknown",
    ),
    "a version without its system": (("--model-version", "1.0.0", *WHY), "system: A model version"),
    "no reason": (("--everything", "--by", "senior@example.org"), "Say why"),
    "an empty reason": (("--everything", "--reason", " ", "--by", "senior@example.org"), "Say why"),
    "a reason too long": (
        ("--everything", "--reason", "x" * 501, "--by", "senior@example.org"),
        "Say why",
    ),
    "nobody": (("--everything", "--reason", "Drift."), "Say whose halt it is"),
    "a stranger": (("--everything", "--reason", "Drift.", "--by", "x@example.org"), "not the addr"),
}


@pytest.mark.parametrize(("words", "sentence"), FAULTY.values(), ids=FAULTY)
def test_what_is_unclear_stops_nothing_and_says_so(world, words, sentence):
    before = state_of_tables()
    with pytest.raises(CommandError, match=sentence):
        halt(*words)
    assert state_of_tables() == before


def test_who_has_no_right_and_who_is_gone_stop_nothing(world):
    auditor = make_person("auditor-1", roles=["auditor"])
    with pytest.raises(CommandError, match="no right to place a halt"):
        halt("--everything", "--reason", "Drift.", "--by", auditor.username)
    world.senior.is_active = False
    change(world.senior, "is_active")
    with pytest.raises(CommandError, match="not the address of one active account"):
        halt("--everything", *WHY)
    assert not Halt.objects.exists()


def test_two_accounts_with_one_address_are_no_name(world):
    world.officer.email = "SENIOR@example.org"
    change(world.officer, "email")
    with pytest.raises(CommandError, match="not the address of one active account"):
        halt("--everything", *WHY)


def test_a_user_name_is_a_name_too(world):
    halt("--everything", "--reason", "Drift.", "--by", world.senior.username)
    assert Halt.objects.get().placed_by == world.senior
