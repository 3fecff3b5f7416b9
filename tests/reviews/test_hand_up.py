"""A reviewer gives a case to the queue above."""

from datetime import timedelta

import pytest

from reviews.errors import CaseNotVisible, ClaimLapsed, NoHigherQueue, NotYourClaim
from reviews.models import Escalation
from reviews.services.claiming import claim_case
from reviews.services.escalation import hand_up
from tests.factories import NOON, build_world, make_person
from tests.governance.api.calling import Caller
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def case(world):
    case = world.open_case()
    return claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def test_a_case_handed_up_is_open_in_the_queue_above(world, case):
    written = Written()

    hand_up(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    case.refresh_from_db()
    assert (case.state, case.claimed_by, case.queue) == ("open", None, world.second_line)
    assert (case.rung, case.due_at) == (1, NOON + timedelta(hours=4))
    assert Escalation.objects.get().reason == Escalation.Reason.HANDED_UP
    assert Escalation.objects.get().actor == person(world.reviewer)
    assert written.entries() == [("reviews.case.escalated", person(world.reviewer))]
    assert written.messages() == [("case.escalated", None)]
    assert case.history.latest().actor == person(world.reviewer)


def test_handing_up_is_no_verdict_so_its_author_may_still_rule(world, case):
    hand_up(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    with refused(CaseNotVisible):
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    assert not case.verdicts.exists()


def test_at_the_top_there_is_nobody_to_hand_it_to(world, case):
    hand_up(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    claim_case(case_id=case.pk, reviewer=world.senior, now=NOON)

    with refused(NoHigherQueue):
        hand_up(case_id=case.pk, reviewer=world.senior, now=NOON)


def test_only_the_holder_hands_up_and_only_under_the_lease(world, case):
    with refused(NotYourClaim):
        hand_up(case_id=case.pk, reviewer=world.reviewers[1], now=NOON)
    with refused(ClaimLapsed):
        hand_up(case_id=case.pk, reviewer=world.reviewer, now=NOON + timedelta(minutes=15))


@pytest.mark.parametrize(
    ("who", "status"), [("holder", 200), ("other", 409), ("officer", 403), ("stranger", 404)]
)
def test_who_may_hand_up(world, case, who, status):
    someone = {
        "holder": world.reviewer,
        "other": world.reviewers[1],
        "officer": world.officer,
        "stranger": make_person(roles=["reviewer"]),
    }[who]

    assert Caller(person=someone).post(f"cases/{case.pk}/escalate").status == status
