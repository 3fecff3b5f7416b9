"""Motions whose time is over."""

from datetime import timedelta

import pytest

from governance.models import Actor, ActQuorum, Motion
from governance.quorum import plain
from governance.services.motions import MotionClosed, expire_motions
from governance.tasks import close_lapsed_motions
from tests.factories import NOON
from tests.governance.motions.motioning import content, moved, officers, takes, vote
from tests.reviews.written import Written, refused

pytestmark = pytest.mark.django_db

SWEEP = Actor.system("sweep")


@pytest.fixture
def people():
    return officers(4)


def test_only_what_is_over_is_closed_and_by_the_system(people):
    takes(plain(2))
    old = moved(people[0], content(plain(3)))
    vote(old, people[1])
    young = moved(people[0], content(plain(1)), now=NOON + timedelta(seconds=1))
    written = Written()

    assert expire_motions(actor=SWEEP, now=old.expires_at) == 1

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.state, old.closed_at) == (Motion.State.EXPIRED, old.expires_at)
    assert young.state == Motion.State.PENDING
    assert written.entries() == [("governance.motion.expired", "system:sweep")]
    assert written.messages() == [("motion.closed", None)]
    assert ActQuorum.objects.get().quorum == plain(2).to_json()
    with refused(MotionClosed):
        vote(old, people[2])


def test_a_second_sweep_finds_nothing(people):
    motion = moved(people[0])
    expire_motions(actor=SWEEP, now=motion.expires_at)
    written = Written()
    assert expire_motions(actor=SWEEP, now=motion.expires_at) == 0
    assert written.events() == []


def test_the_task_sweeps(people):
    moved(people[0], now=NOON - timedelta(days=20))
    close_lapsed_motions()
    assert Motion.objects.get().state == Motion.State.EXPIRED
