"""The stop of Art. 14(4)(e): scopes, permits, lifting, who may."""

import pytest

from governance.models import Actor
from models_registry.models import Halt
from reviews.errors import HaltLifted
from reviews.models import Permit, PermitVoid
from reviews.services.executing import consume_permit
from reviews.services.halting import lift_halt, place_halt
from tests.factories import NOON, build_world, change, make_person
from tests.governance.api.calling import Caller, integrator
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


def grant(world):
    return world.submit(outcome="grant", confidence=0.99)


def stop(world, system=None, decision_type=None, is_drill=False):
    return place_halt(
        system=system,
        decision_type=decision_type,
        reason="Implausible outputs.",
        is_drill=is_drill,
        placed_by=world.senior,
        actor=Actor.of(world.senior),
        now=NOON,
    )


def lift(world, halt):
    return lift_halt(halt_id=halt.pk, reason="Mended.", lifted_by=world.senior, now=NOON)


SCOPES = {
    "everything": lambda world: {},
    "the system": lambda world: {"system": world.system},
    "the type": lambda world: {
        "system": world.system,
        "decision_type": world.decision_type,
    },
}


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_a_halt_voids_unused_permits_and_blocks_what_comes(world, scope):
    unused = grant(world).permits.get()
    written = Written()

    halt = stop(world, **scope(world))

    assert unused.void.reason == PermitVoid.Reason.HALT
    assert written.entries() == [
        ("models_registry.halt.placed", person(world.senior)),
        ("reviews.permit.voided", person(world.senior)),
    ]
    assert written.messages() == [("halt.placed", None)]
    assert halt.history.latest().actor == person(world.senior)
    blocked = grant(world)
    assert blocked.evaluation.disposition == "block"
    assert not Permit.objects.outstanding(NOON).exists()


def test_a_used_permit_is_past_stopping(world):
    permit = grant(world).permits.get()
    consume_permit(token=permit.token, client=world.client, now=NOON)

    stop(world)

    assert not PermitVoid.objects.exists()


def test_a_halt_of_one_system_leaves_the_others_alone(world):
    other = build_world_beside(world)
    elsewhere = other.submit(outcome="grant", confidence=0.99).permits.get()

    stop(world, system=world.system)

    assert list(Permit.objects.outstanding(NOON)) == [elsewhere]
    assert other.submit(outcome="grant", confidence=0.99).evaluation.disposition == "pass"


def build_world_beside(world):
    """A second system in the same installation, in the first one's queues."""
    world.first_line.slug, world.second_line.slug = "its-first-line", "its-second-line"
    for queue in (world.first_line, world.second_line):
        change(queue, "slug")
    return build_world(slug="hiring")


def test_after_the_lifting_decisions_pass_again_and_voided_permits_stay_void(world):
    old = grant(world).permits.get()
    halt = stop(world)
    written = Written()

    lift(world, halt)

    halt.refresh_from_db()
    assert (halt.lifted_at, halt.lifted_by, halt.lift_reason) == (NOON, world.senior, "Mended.")
    assert written.entries() == [("models_registry.halt.lifted", person(world.senior))]
    assert written.messages() == [("halt.lifted", None)]
    assert halt.history.latest().actor == person(world.senior)
    assert grant(world).evaluation.disposition == "pass"
    assert not Permit.objects.outstanding(NOON).filter(pk=old.pk).exists()


def test_one_of_two_halts_lifted_is_not_enough(world):
    first, _ = stop(world, system=world.system), stop(world)

    lift(world, first)

    assert grant(world).evaluation.disposition == "block"


def test_a_halt_is_lifted_once(world):
    halt = stop(world)
    lift(world, halt)

    with refused(HaltLifted):
        lift(world, halt)


def test_a_drill_stops_as_the_real_thing_does_and_is_marked(world):
    permit = grant(world).permits.get()

    halt = stop(world, is_drill=True)

    assert halt.is_drill
    assert permit.void.reason == PermitVoid.Reason.HALT


ROLES = {
    "reviewer": (201, 403),
    "senior-reviewer": (201, 202),
    "compliance-officer": (201, 202),
    "system-owner": (201, 202),
    "auditor": (403, 403),
    "administrator": (403, 403),
}


@pytest.mark.parametrize(("role", "statuses"), ROLES.items())
def test_who_may_stop_and_who_may_move_to_release(world, role, statuses):
    caller = Caller(person=make_person(roles=[role]))
    standing = stop(world)

    placed = caller.post("halts", {"system": "lending", "reason": "Odd outputs."})
    lifted = caller.post(f"halts/{standing.pk}/lift", {"reason": "Mended."})

    assert (placed.status, lifted.status) == statuses
    standing.refresh_from_db()
    assert standing.lifted_at is None


def test_a_client_stops_its_own_system_and_lifts_nothing(world):
    other = build_world_beside(world)
    caller = integrator(other)

    assert caller.post("halts", {"system": "lending", "reason": "Odd."}).status == 403
    assert caller.post("halts", {"reason": "Everything."}).status == 403
    placed = caller.post("halts", {"system": "hiring", "reason": "Odd."})
    assert placed.status == 201
    assert caller.post(f"halts/{placed.body['id']}/lift", {"reason": "x"}).status == 403
    halt = Halt.objects.get()
    assert (halt.placed_by, halt.placed_by_label) == (None, f"client:{other.client.pk}")


def test_a_type_of_another_system_is_unknown(world):
    build_world_beside(world)
    body = {"system": "hiring", "decision_type": "lending-approval", "reason": "Odd."}

    answer = Caller(person=world.senior).post("halts", body)

    assert (answer.status, answer.pointers) == (422, ["/system"])
