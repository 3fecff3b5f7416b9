"""A halt among decisions, uses and verdicts that are under way: after its commit nothing acts."""

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, connections, transaction

from governance.policies import Effect
from models_registry.models import Halt
from reviews.models import Decision, Permit, PermitUse
from reviews.services.executing import consume_permit, renew_permit
from reviews.services.halt_turns import make_halts_wait
from reviews.services.halting import place_halt
from tests.factories import NOON, SETUP, build_world, policy_text
from tests.races.together import codes, together, won

pytestmark = pytest.mark.django_db(transaction=True)

IN_FLIGHT = 64
PASSES = policy_text(mode="hotl", rules=" []")
_WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def world():
    return build_world(effect=Effect.NONE, text=PASSES)


def stop(world, system=None, model_version=None):
    return place_halt(
        system=system,
        decision_type=None,
        model_version=model_version,
        reason="Implausible outputs.",
        placed_by=world.senior,
        actor=SETUP,
        now=NOON,
    )


SCOPES = {
    "everything": lambda world: {},
    "the system": lambda world: {"system": world.system},
    "the version": lambda world: {"system": world.system, "model_version": world.version},
}


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_of_sixty_four_in_flight_none_keeps_a_permit_that_works(world, scope):
    sends = [partial(world.submit, external_id=f"beside-{n}") for n in range(IN_FLIGHT)]

    results = together([*sends[:32], partial(stop, world, **scope(world)), *sends[32:]])

    assert len(won(results)) == IN_FLIGHT + 1
    assert Decision.objects.filter(evaluation__isnull=False).count() == IN_FLIGHT
    assert not Permit.objects.outstanding(NOON).exists()
    tokens = list(Permit.objects.values_list("token", flat=True))
    uses = [partial(consume_permit, token=one, client=world.client, now=NOON) for one in tokens]
    assert won([_tried(use) for use in uses]) == []
    # What was issued was issued before the halt, and each decision after it names the halt.
    [halt] = Halt.objects.all()
    passed = Decision.objects.filter(evaluation__disposition="pass")
    assert halt.voids.count() == passed.count() == len(tokens)
    blocked = Decision.objects.filter(evaluation__disposition="block")
    assert all(one.evaluation.halt_ids == [str(halt.pk)] for one in blocked)
    assert passed.count() + blocked.count() == IN_FLIGHT


def _tried(act):
    [result] = together([act])
    return result


def test_uses_and_renewals_beside_a_halt_come_before_it_or_not_at_all(world):
    decisions = [world.submit(external_id=f"d{n}") for n in range(16)]
    tokens = list(Permit.objects.order_by("id").values_list("token", flat=True))
    later = NOON + timedelta(days=1)
    acts = [
        *[partial(consume_permit, token=one, client=world.client, now=NOON) for one in tokens[:8]],
        *[
            partial(renew_permit, decision_id=one.pk, client=world.client, now=later)
            for one in decisions[8:]
        ],
    ]

    results = together([*acts[::2], partial(stop, world), *acts[1::2]])

    assert codes(results) <= {"permit_void", "halt_in_force"}
    assert not Permit.objects.outstanding(NOON).filter(use=None).exists()
    used = PermitUse.objects.count()
    assert used == len([one for one in won(results) if isinstance(one, PermitUse)])


def test_a_sender_that_never_pauses_does_not_keep_a_halt_out(world):
    """While one decision is being taken in and a halt waits for it, the next one waits for the
    halt: row locks would let it overtake, and the one behind it, and so on."""
    first_holds, go_on = threading.Event(), threading.Event()

    def under_way():
        with transaction.atomic():
            make_halts_wait(world.system.pk)
            first_holds.set()
            go_on.wait(timeout=60)

    def halting():
        first_holds.wait(timeout=60)
        return stop(world, system=world.system)

    def next_one():
        _until_waiting(1)
        return world.submit(external_id="next")

    def release():
        _until_waiting(2)
        go_on.set()

    *_, decision, _done = together([under_way, halting, next_one, release])

    assert decision.evaluation.disposition == "block"


def _until_waiting(count):
    """Ask until so many wait for an advisory lock. Ends with the run's own time limit."""
    try:
        for _ in range(20_000):
            with connection.cursor() as cursor:
                cursor.execute(_WAITING)
                if cursor.fetchone()[0] >= count:
                    return
        raise AssertionError(f"never {count} waited")
    finally:
        connections.close_all()


def test_a_halt_in_the_middle_of_a_batch_blocks_the_rest_of_it(world):
    halted, taken = threading.Event(), []

    def batch():
        for number in range(20):
            taken.append(world.submit(external_id=f"batch-{number}"))
            if number == 9:
                halted.wait(timeout=60)
        return taken

    def halting():
        while len(taken) < 10:
            threading.Event().wait(0)
        halt = stop(world)
        halted.set()
        return halt

    together([batch, halting])

    dispositions = [one.evaluation.disposition for one in taken]
    assert dispositions == ["pass"] * 10 + ["block"] * 10
    assert not Permit.objects.outstanding(NOON).exists()
