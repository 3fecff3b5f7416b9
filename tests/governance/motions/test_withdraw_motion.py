"""Taking a motion back."""

import pytest

from governance.errors import NotPermitted
from governance.models import ActQuorum, Motion
from governance.services.motions import MotionClosed, withdraw_motion
from tests.factories import NOON, change, make_person
from tests.governance.motions.motioning import moved, officers, vote
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return officers(4)


def test_the_mover_takes_it_back_and_nothing_is_done(people):
    motion = moved(people[0])
    written = Written()

    closed = withdraw_motion(motion_id=motion.pk, mover=people[0], now=NOON)

    assert (closed.state, closed.closed_at) == (Motion.State.WITHDRAWN, NOON)
    assert written.entries() == [("governance.motion.withdrawn", person(people[0]))]
    assert written.messages() == [("motion.closed", None)]
    assert closed.history.latest().actor == person(people[0])
    assert not ActQuorum.objects.exists()


def test_nobody_else_takes_it_back(people):
    motion, auditor = moved(people[0]), make_person(roles=["auditor"])
    for other in (people[1], auditor):
        with refused(NotPermitted):
            withdraw_motion(motion_id=motion.pk, mover=other, now=NOON)


def test_a_mover_whose_account_was_switched_off_takes_nothing_back(people):
    motion = moved(people[0])
    people[0].is_active = False
    change(people[0], "is_active")
    with refused(NotPermitted):
        withdraw_motion(motion_id=motion.pk, mover=people[0], now=NOON)


def test_a_stranger_does_not_see_it(people):
    motion, stranger = moved(people[0]), make_person()
    with refused(Motion.DoesNotExist):
        withdraw_motion(motion_id=motion.pk, mover=stranger, now=NOON)


@pytest.mark.parametrize("choice", ["approve", "reject"])
def test_what_is_settled_stays(people, choice):
    motion = moved(people[0])
    vote(motion, people[1], choice)
    with refused(MotionClosed):
        withdraw_motion(motion_id=motion.pk, mover=people[0], now=NOON)
