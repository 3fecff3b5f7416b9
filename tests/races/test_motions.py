"""Votes beside each other, beside the mover who takes it back, beside the sweep."""

from datetime import timedelta
from functools import partial

import pytest

from governance.models import Actor, ActQuorum, LedgerEntry, Motion, MotionBallot
from governance.quorum import plain
from governance.services.motions import expire_motions, withdraw_motion
from tests.factories import NOON
from tests.governance.motions.motioning import content, moved, officers, takes, vote
from tests.races.together import codes, together, won

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = range(5)


def carried():
    return LedgerEntry.objects.filter(event="governance.motion.carried").count()


@pytest.mark.parametrize("_", TIMES)
def test_of_two_deciding_votes_one_carries_it_out(_):
    mover, *voters = officers(5)
    motion = moved(mover)

    results = together([partial(vote, motion, voter) for voter in voters])

    assert len(won(results)) == 1
    assert codes(results) == {"motion_closed"}
    assert (carried(), MotionBallot.objects.count()) == (1, 1)
    assert ActQuorum.objects.get().history.count() == 1


@pytest.mark.parametrize("_", TIMES)
def test_one_person_in_two_windows_votes_once(_):
    mover, voter, *_others = officers(4)
    takes(plain(2))
    motion = moved(mover, content(plain(3)))

    results = together([partial(vote, motion, voter)] * 2)

    assert len(won(results)) == 1
    assert codes(results) == {"voted_already"}
    motion.refresh_from_db()
    assert motion.state == Motion.State.PENDING


@pytest.mark.parametrize("_", TIMES)
def test_a_vote_beside_the_withdrawal_counts_or_is_refused_whole(_):
    mover, voter, *_others = officers(4)
    motion = moved(mover)

    results = together(
        [
            partial(vote, motion, voter),
            partial(withdraw_motion, motion_id=motion.pk, mover=mover, now=NOON),
        ]
    )

    assert len(won(results)) == 1
    assert codes(results) == {"motion_closed"}
    motion.refresh_from_db()
    voted = bool(won(results[:1]))
    assert motion.state == (Motion.State.CARRIED if voted else Motion.State.WITHDRAWN)
    assert MotionBallot.objects.count() == ActQuorum.objects.count() == carried() == int(voted)


@pytest.mark.parametrize("_", TIMES)
def test_a_vote_in_time_beside_the_sweep_counts_or_is_refused_whole(_):
    mover, voter, *_others = officers(4)
    motion = moved(mover)
    in_time = motion.expires_at - timedelta(seconds=1)

    voted, swept = together(
        [
            partial(vote, motion, voter, now=in_time),
            partial(expire_motions, actor=Actor.system("sweep"), now=motion.expires_at),
        ]
    )

    motion.refresh_from_db()
    counts = bool(won([voted]))
    assert codes([voted]) <= {"motion_closed"}
    assert motion.state == (Motion.State.CARRIED if counts else Motion.State.EXPIRED)
    assert swept == (0 if counts else 1)
    assert MotionBallot.objects.count() == int(counts)


@pytest.mark.parametrize("_", TIMES)
def test_the_same_moved_twice_at_once_waits_once(_):
    people = officers(4)

    results = together([partial(moved, person) for person in people])

    assert len(won(results)) == 1
    assert codes(results) == {"motion_pending"}
    assert Motion.objects.count() == 1


@pytest.mark.parametrize("_", TIMES)
def test_two_motions_on_one_act_carried_at_once_leave_a_whole_history(_):
    first, second, third, fourth, *_others = officers(5)
    one, other = moved(first, content(plain(2))), moved(second, content(plain(3)))

    results = together([partial(vote, one, third), partial(vote, other, fourth)])

    assert codes(results) <= {"quorum_changed_meanwhile"}
    assert carried() == len(won(results)) >= 1
    assert ActQuorum.objects.get().history.count() == len(won(results))
