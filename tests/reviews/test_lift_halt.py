"""Lifting a halt takes two people, neither of them alone the one who placed it."""

import pytest

from governance.errors import InputInvalid
from governance.models import Actor, Motion
from governance.quorum import PRESETS
from governance.services.motions import MotionPending, OwnMotion, move, withdraw_motion
from models_registry.models import Halt
from reviews import motions
from reviews.errors import HaltLifted
from reviews.services.halting import lift_halt, place_halt
from tests.factories import NOON, build_world, make_person
from tests.governance.api.calling import Caller
from tests.governance.motions.motioning import takes, vote
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def halt(world):
    return place_halt(
        system=world.system,
        decision_type=None,
        reason="Implausible outputs.",
        placed_by=world.senior,
        actor=Actor.of(world.senior),
        now=NOON,
    )


def moved(halt, mover):
    return move(
        act=motions.NAME,
        content=motions.content_of(halt),
        reason="Mended.",
        mover=mover,
        now=NOON,
    )


def grant(world):
    return world.submit(outcome="grant", confidence=0.99).evaluation.disposition


def test_two_people_lift_it_and_decisions_pass_again(world, halt):
    motion = moved(halt, world.senior)
    assert grant(world) == "block"
    written = Written()

    assert vote(motion, world.officer).state == Motion.State.CARRIED

    halt.refresh_from_db()
    assert (halt.lifted_at, halt.lifted_by, halt.lift_reason) == (NOON, world.senior, "Mended.")
    assert halt.lift_motion == motion
    assert (motion.subject_type, motion.subject_id) == ("models_registry.halt", halt.pk)
    assert written.entries() == [
        ("governance.motionballot.cast", person(world.officer)),
        ("models_registry.halt.lifted", person(world.officer)),
        ("governance.motion.carried", person(world.officer)),
    ]
    assert written.messages() == [("halt.lifted", None), ("motion.closed", None)]
    assert halt.history.latest().actor == person(world.officer)
    assert grant(world) == "pass"


def test_who_placed_it_does_not_lift_it_alone_whether_they_move_or_vote(world, halt):
    other = make_person(roles=["senior-reviewer"])
    theirs = moved(halt, world.senior)
    with refused(OwnMotion):
        vote(theirs, world.senior)
    vote(theirs, other, "reject")

    anothers = moved(halt, other)
    assert vote(anothers, world.senior).state == Motion.State.CARRIED
    halt.refresh_from_db()
    assert {halt.lifted_by, anothers.ballots.get().voter} == {other, world.senior}


def test_what_a_program_stopped_takes_two_people_too_and_its_owner_is_not_enough(world):
    halt = place_halt(
        system=world.system,
        decision_type=None,
        reason="The program's own alarm.",
        placed_by=None,
        actor=Actor.client(world.client),
        now=NOON,
    )
    # The owner of the key answers for what it does.
    motion = moved(halt, world.client.owner)
    with refused(OwnMotion):
        vote(motion, world.client.owner)
    halt.refresh_from_db()
    assert halt.lifted_at is None

    assert vote(motion, world.officer).state == Motion.State.CARRIED

    halt.refresh_from_db()
    assert halt.lifted_by != motion.ballots.get().voter
    assert (halt.placed_by, halt.placed_by_label) == (None, f"client:{world.client.pk}")


def test_a_drill_is_ended_by_two_people_as_the_real_thing_is(world):
    """It stops for real: marking it must not be a way around the second person."""
    drill = place_halt(
        system=world.system,
        decision_type=None,
        reason="Rehearsal.",
        is_drill=True,
        placed_by=world.senior,
        actor=Actor.of(world.senior),
        now=NOON,
    )
    motion = moved(drill, world.senior)
    assert "(drill)" in motion.summary
    with refused(OwnMotion):
        vote(motion, world.senior)
    assert grant(world) == "block"


def test_no_quorum_lets_one_person_lift_a_halt(world, halt):
    """The mover never votes, so the smallest quorum there is still takes a second person."""
    for rule in PRESETS.values():
        takes(rule, motions.NAME)
        motion = moved(halt, world.senior)
        assert motion.state == Motion.State.PENDING
        with refused(OwnMotion):
            vote(motion, world.senior)
        withdraw_motion(motion_id=motion.pk, mover=world.senior, now=NOON)


def test_a_halt_waits_for_one_motion_whatever_its_reason(world, halt):
    moved(halt, world.senior)
    with refused(MotionPending):
        move(
            act=motions.NAME,
            content=motions.content_of(halt),
            reason="Another reason.",
            mover=world.officer,
            now=NOON,
        )


def test_what_was_lifted_is_not_moved_again(world, halt):
    lift_halt(halt_id=halt.pk, reason="Mended.", lifted_by=world.senior, now=NOON)
    with refused(HaltLifted):
        moved(halt, world.officer)


def test_what_was_lifted_meanwhile_leaves_the_vote_uncounted(world, halt):
    motion = moved(halt, world.senior)
    lift_halt(halt_id=halt.pk, reason="Mended.", lifted_by=world.senior, now=NOON)
    with refused(HaltLifted):
        vote(motion, world.officer)


def test_an_unknown_halt_is_a_fault_of_the_field(world):
    with refused(InputInvalid) as refusal:
        moved(Halt(), world.officer)
    assert [error.pointer for error in refusal.value.errors] == ["/halt"]


def test_the_door_answers_with_the_motion(world, halt):
    answer = Caller(person=world.senior).post(f"halts/{halt.pk}/lift", {"reason": "Mended."})
    motion = Motion.objects.get()
    assert (answer.status, answer.body["id"]) == (202, str(motion.pk))
    assert answer.headers["Location"] == f"/api/v1/motions/{motion.pk}"
    read = Caller(person=world.officer).get(f"motions/{motion.pk}").body
    assert {"label": "Because", "value": "Implausible outputs."} in read["rows"]


def test_an_unknown_address_is_a_404(world):
    answer = Caller(person=world.senior).post(f"halts/{world.policy.pk}/lift", {"reason": "x"})
    assert answer.status == 404
