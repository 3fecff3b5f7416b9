"""Voting on a motion: carried out by the ballot that settles it, or rejected, or not counted."""

from datetime import timedelta

import pytest

from governance.errors import InputInvalid, NotPermitted
from governance.models import ActQuorum, LedgerEntry, Motion, MotionBallot, RoleAssignment
from governance.quorum import PRESETS, QuorumRule, Stage, plain
from governance.services.motions import (
    MotionClosed,
    MotionExpired,
    MoverWithoutRight,
    NotOfThisStage,
    OtherContent,
    OwnMotion,
    VotedAlready,
    withdraw_motion,
)
from tests.factories import NOON, change, make_person
from tests.governance.motions.motioning import content, moved, officers, takes, vote, votes_on
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return officers(5)


def test_the_second_person_carries_it_out_with_their_ballot(people):
    mover, second, *_ = people
    motion = moved(mover)
    written = Written()

    closed = vote(motion, second)

    assert (closed.state, closed.closed_at) == (Motion.State.CARRIED, NOON)
    kept = ActQuorum.objects.get()
    assert QuorumRule.from_json(kept.quorum) == PRESETS["two_of_three"]
    assert votes_on(motion) == [(second, "approve")]
    assert written.entries() == [
        ("governance.motionballot.cast", person(second)),
        ("governance.actquorum.changed", person(second)),
        ("governance.motion.carried", person(second)),
    ]
    assert written.messages() == [("motion.closed", None)]
    assert closed.history.latest().actor == person(second)
    assert kept.history.latest().actor == person(second)
    leaf = bytes(LedgerEntry.objects.get(event="governance.motion.carried").leaf).decode()
    assert f'"approve":["{second.pseudonym}"]' in leaf
    assert str(kept.pk) in leaf


def test_a_rejection_by_the_second_person_closes_it(people):
    mover, second, *_ = people
    motion = moved(mover)
    written = Written()

    closed = vote(motion, second, "reject")

    assert closed.state == Motion.State.REJECTED
    assert not ActQuorum.objects.exists()
    assert written.events() == ["governance.motionballot.cast", "governance.motion.rejected"]
    assert written.messages() == [("motion.closed", None)]


def test_two_of_three_are_carried_by_the_second_approval_in_spite_of_one_rejection(people):
    mover, *voters = people
    kept = takes(PRESETS["two_of_three"])
    motion = moved(mover, content(plain(2)))

    states = [
        vote(motion, voter, choice).state
        for voter, choice in zip(voters, ["approve", "reject", "approve"], strict=False)
    ]

    assert states == ["pending", "pending", "carried"]
    kept.refresh_from_db()
    assert kept.quorum == plain(2).to_json()


def test_two_rejections_of_three_close_it_and_the_third_comes_too_late(people):
    mover, *voters = people
    takes(PRESETS["two_of_three"])
    motion = moved(mover, content(plain(2)))

    assert vote(motion, voters[0], "reject").state == Motion.State.PENDING
    assert vote(motion, voters[1], "reject").state == Motion.State.REJECTED
    with refused(MotionClosed):
        vote(motion, voters[2])


def test_where_all_must_agree_the_first_rejection_closes_it(people):
    mover, *voters = people
    takes(plain(3))
    motion = moved(mover, content(plain(2)))

    assert vote(motion, voters[0]).state == Motion.State.PENDING
    assert vote(motion, voters[1], "reject").state == Motion.State.REJECTED


def test_where_two_must_agree_a_first_rejection_closes_it_before_the_second_votes(people):
    mover, *voters = people
    takes(plain(2))
    motion = moved(mover, content(plain(3)))

    assert vote(motion, voters[0], "reject").state == Motion.State.REJECTED


def test_a_veto_closes_it_though_others_could_still_carry_it(people):
    mover, *voters = people
    takes(QuorumRule((Stage("board", 2, 3, veto=True),)))
    motion = moved(mover, content(plain(2)))

    assert vote(motion, voters[0]).state == Motion.State.PENDING
    assert vote(motion, voters[1], "reject").state == Motion.State.REJECTED


def two_stages():
    return QuorumRule((Stage("first", 1, 1), Stage("seniors", 1, 1, roles=("senior-reviewer",))))


def test_a_second_stage_is_for_its_roles_alone_and_comes_after_the_first(people):
    mover, first, other, *_ = people
    senior = make_person(roles=["compliance-officer", "senior-reviewer"])
    takes(two_stages())
    motion = moved(mover, content(plain(2)))

    assert vote(motion, first).state == Motion.State.PENDING
    with refused(NotOfThisStage):
        vote(motion, other)
    assert vote(motion, senior).state == Motion.State.CARRIED


def test_a_first_stage_that_rejects_closes_it_before_the_second(people):
    mover, first, *_ = people
    takes(two_stages())
    motion = moved(mover, content(plain(2)))

    assert vote(motion, first, "reject").state == Motion.State.REJECTED


def test_an_auditor_sees_it_and_has_no_vote(people):
    motion, auditor = moved(people[0]), make_person(roles=["auditor"])
    with refused(NotPermitted):
        vote(motion, auditor)


def test_a_person_who_has_nothing_to_do_with_the_act_does_not_see_it(people):
    motion, reviewer = moved(people[0]), make_person(roles=["reviewer"])
    with refused(Motion.DoesNotExist):
        vote(motion, reviewer)


def test_the_mover_does_not_vote_in_any_of_their_roles(people):
    mover = make_person(roles=["compliance-officer", "senior-reviewer", "system-owner"])
    motion = moved(mover)
    for choice in MotionBallot.Choice.values:
        with refused(OwnMotion):
            vote(motion, mover, choice)


def test_a_person_in_two_roles_votes_once(people):
    takes(plain(2))
    motion = moved(people[0], content(plain(3)))
    both = make_person(roles=["compliance-officer", "senior-reviewer"])
    vote(motion, both)
    with refused(VotedAlready):
        vote(motion, both)


def test_a_vote_cannot_be_changed(people):
    takes(plain(2))
    motion = moved(people[0], content(plain(3)))
    vote(motion, people[1])
    with refused(VotedAlready):
        vote(motion, people[1], "reject")


def test_an_account_that_was_switched_off_does_not_vote_even_with_an_open_window(people):
    mover, voter, *_ = people
    motion = moved(mover)
    assert voter.has_perm("governance.change_actquorum")
    stored = type(voter).objects.get(pk=voter.pk)
    stored.is_active = False
    change(stored, "is_active")
    with refused(NotPermitted):
        vote(motion, voter)


def test_a_role_that_ended_while_the_window_was_open_does_not_vote(people):
    mover, voter, *_ = people
    motion = moved(mover)
    assert voter.has_perm("governance.change_actquorum")
    held = RoleAssignment.objects.get(person=voter)
    held.valid_until = held.valid_from + timedelta(days=1)
    change(held, "valid_until")
    with refused(NotPermitted):
        vote(motion, voter)


def test_a_vote_on_other_content_does_not_count(people):
    motion = moved(people[0])
    with refused(OtherContent):
        vote(motion, people[1], digest="0" * 64)


def test_a_vote_after_the_time_is_over_does_not_count(people):
    motion = moved(people[0])
    with refused(MotionExpired):
        vote(motion, people[1], now=motion.expires_at)
    assert vote(motion, people[1], now=motion.expires_at - timedelta(seconds=1)).state == "carried"


def test_a_withdrawn_motion_takes_no_votes(people):
    motion = moved(people[0])
    withdraw_motion(motion_id=motion.pk, mover=people[0], now=NOON)
    with refused(MotionClosed):
        vote(motion, people[1])


@pytest.mark.parametrize(
    "changes",
    [{"choice": "abstain"}, {"choice": "reject", "reason": "  "}, {"reason": "x" * 501}],
    ids=str,
)
def test_a_vote_that_is_not_complete_does_not_count(people, changes):
    motion = moved(people[0])
    with refused(InputInvalid):
        vote(motion, people[1], **changes)


def test_an_approval_needs_no_words(people):
    assert vote(moved(people[0]), people[1], reason="").state == Motion.State.CARRIED


def test_an_act_that_cannot_be_carried_out_any_more_leaves_neither_deed_nor_vote(people):
    mover, voter, *rest = people
    motion = moved(mover)
    for one in rest:
        one.is_active = False
        change(one, "is_active")
    with refused(InputInvalid):
        vote(motion, voter)
    assert vote(motion, voter, "reject").state == Motion.State.REJECTED


def test_nobody_carries_out_what_was_moved_by_somebody_who_may_not_any_more(people):
    mover, voter, *_ = people
    motion = moved(mover)
    mover.is_active = False
    change(mover, "is_active")
    with refused(MoverWithoutRight):
        vote(motion, voter)


def test_an_open_motion_keeps_the_quorum_it_was_made_with(people):
    mover, second, third, *_ = people
    motion = moved(mover)
    takes(plain(3))
    assert vote(motion, second).state == Motion.State.CARRIED

    takes(plain(2))
    strict = moved(mover, content(plain(3)))
    takes(plain(1))
    assert vote(strict, second).state == Motion.State.PENDING
    assert vote(strict, third).state == Motion.State.CARRIED
