"""What went wrong in approval workflows elsewhere, and cannot here. One test for each."""

import copy

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from governance.errors import NotPermitted
from governance.models import ActQuorum, Motion, MotionBallot
from governance.motions.registry import digest_of
from governance.quorum import QuorumRule, Stage, plain
from governance.services.motions import OtherContent, OwnMotion, VotedAlready
from tests.factories import NOON, make_person
from tests.governance.motions.motioning import (
    content,
    moved,
    officers,
    takes,
    vote,
    votes_on,
)
from tests.reviews.written import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return officers(5)


def test_one_identity_does_not_fill_two_seats_by_claiming_two_roles(people):
    takes(
        QuorumRule(
            (
                Stage("officers", 1, 1, ("compliance-officer",)),
                Stage("seniors", 1, 1, ("senior-reviewer",)),
            )
        )
    )
    motion = moved(people[0], content(plain(2)))
    both = make_person(roles=["compliance-officer", "senior-reviewer"])

    assert vote(motion, both).state == Motion.State.PENDING
    with refused(VotedAlready):
        vote(motion, both)

    # Nor past the verbs: the database counts people, not roles.
    with pytest.raises(IntegrityError), transaction.atomic():
        MotionBallot.objects.create(
            motion=motion, voter=both, mover=people[0], choice="approve", cast_at=NOON
        )


def test_the_acting_agent_does_not_approve_itself(people):
    motion = moved(people[0])

    with refused(OwnMotion):
        vote(motion, people[0])

    with pytest.raises(IntegrityError), transaction.atomic():
        MotionBallot.objects.create(
            motion=motion, voter=people[0], mover=people[0], choice="approve", cast_at=NOON
        )


def test_the_vote_of_somebody_who_is_no_member_does_not_count(people):
    takes(plain(2))
    motion = moved(people[0], content(plain(3)))
    for role in ("auditor", "administrator"):
        outsider = make_person(roles=[role])
        with refused(NotPermitted):
            vote(motion, outsider)
    assert vote(motion, people[1]).state == Motion.State.PENDING


def test_the_rejection_of_somebody_who_is_no_member_does_not_close_the_request(people):
    motion = moved(people[0])
    outsider = make_person(roles=["auditor"])

    with refused(NotPermitted):
        vote(motion, outsider, "reject")

    motion.refresh_from_db()
    assert motion.state == Motion.State.PENDING
    assert vote(motion, people[1]).state == Motion.State.CARRIED


@pytest.mark.parametrize("needed", [2, 3])
def test_the_quorum_is_judged_on_every_vote_not_on_the_first(people, needed):
    takes(plain(needed))
    motion = moved(people[0], content(plain(1)))

    states = [vote(motion, voter).state for voter in people[1 : needed + 1]]

    assert states == [Motion.State.PENDING] * (needed - 1) + [Motion.State.CARRIED]


def test_an_edit_of_the_template_does_not_change_a_live_request(people):
    takes(plain(3))
    motion = moved(people[0], content(plain(2)))
    vote(motion, people[1])

    # Both ways: fewer people do not let it through, and the kept rule is what it was.
    takes(plain(1))
    assert vote(motion, people[2]).state == Motion.State.PENDING
    motion.refresh_from_db()
    assert QuorumRule.from_json(motion.quorum) == plain(3)
    assert vote(motion, people[3]).state == Motion.State.CARRIED


def test_an_approval_of_one_content_is_not_used_for_another(people):
    motion = moved(people[0])
    other = copy.deepcopy(content(plain(3)))

    # Somebody who was shown something else, by a stale page or a page that lies.
    with refused(OtherContent):
        vote(motion, people[1], digest=digest_of(other))

    assert vote(motion, people[1]).state == Motion.State.CARRIED
    assert ActQuorum.objects.get().quorum == motion.content["quorum"]
    assert [ballot.digest for ballot in MotionBallot.objects.all()] == [motion.digest]


def test_content_that_was_edited_past_the_verbs_is_not_kept(people):
    """The row is compared with its history at commit: an edit without an entry fails."""
    motion = moved(people[0])
    connection.check_constraints()

    def edit():
        Motion.objects.filter(pk=motion.pk).update(content=content(plain(3)))
        connection.check_constraints()

    with pytest.raises(DatabaseError), transaction.atomic():
        edit()


def test_a_vote_is_not_edited_or_taken_away(people):
    takes(plain(2))
    motion = moved(people[0], content(plain(3)))
    vote(motion, people[1])
    for change in (
        lambda: MotionBallot.objects.update(choice="reject"),
        lambda: MotionBallot.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert votes_on(motion) == [(people[1], "approve")]
