"""Taking the most urgent case of a queue."""

import pytest

from reviews.errors import TooManyClaims
from reviews.models import Case, Queue
from reviews.services.claiming import claim_case, claim_next
from tests.factories import NOON, build_world, change, join, make_person, make_queue, qualify
from tests.governance.api.calling import Caller
from tests.reviews.written import Written, person, refused, state_of_tables

pytestmark = pytest.mark.django_db


def take(world, who=None):
    return claim_next(queue_slug="first-line", reviewer=who or world.reviewer, now=NOON)


def test_the_most_urgent_case_comes_first():
    world = build_world()
    sure = world.open_case(confidence=0.9)
    doubtful = world.open_case(confidence=0.1)
    written = Written()

    first, second = take(world), take(world)

    assert (first, second) == (doubtful, sure)
    assert written.entries() == [("reviews.case.claimed", person(world.reviewer))] * 2
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.claimed_by) == ("claimed", world.reviewer)
    assert doubtful.history.latest().actor == person(world.reviewer)


def test_of_equally_urgent_ones_the_earlier_due_comes_first():
    world = build_world()
    later = world.open_case()
    earlier = world.open_case()
    for case, hour in ((later, 20), (earlier, 19)):
        case.priority, case.due_at = 50, NOON.replace(hour=hour)
        change(case, "priority", "due_at")

    assert take(world) == earlier


def test_a_queue_without_a_case_for_the_person_gives_none_and_changes_nothing():
    world = build_world()
    claim_case(case_id=world.open_case().pk, reviewer=world.reviewers[1], now=NOON)
    before = state_of_tables()

    assert take(world) is None
    assert state_of_tables() == before


def test_cases_that_the_person_may_not_rule_on_are_passed_over():
    world = build_world()
    world.open_case(confidence=0.1)
    mine = world.open_case(confidence=0.9)
    too_big = Case.objects.exclude(pk=mine.pk).get()
    world.rule(too_big, by=world.reviewer)
    too_big.refresh_from_db()
    too_big.state, too_big.closed_at, too_big.final_outcome = "open", None, ""
    change(too_big, "state", "closed_at", "final_outcome")

    assert take(world) == mine
    assert take(world) is None


def test_another_queue_is_not_there():
    world = build_world()
    make_queue("elsewhere")

    with refused(Queue.DoesNotExist):
        claim_next(queue_slug="elsewhere", reviewer=world.reviewer, now=NOON)


def test_whoever_holds_as_many_as_they_may_gets_no_more():
    world = build_world(max_claims=1)
    world.open_case()
    world.open_case()
    take(world)

    with refused(TooManyClaims):
        take(world)


ROLES = {
    "reviewer": 200,
    "senior-reviewer": 200,
    "compliance-officer": 403,
    "system-owner": 403,
    "auditor": 403,
    "administrator": 403,
}


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_only_reviewers_are_given_a_case(role, status):
    world = build_world()
    world.open_case()
    someone = make_person(roles=[role])
    join(world.first_line, someone)
    qualify(someone, world.system)

    assert Caller(person=someone).post("queues/first-line/claim-next").status == status


def test_an_empty_queue_is_204_and_anothers_404():
    world = build_world()
    make_queue("elsewhere")
    caller = Caller(person=world.reviewer)

    assert caller.post("queues/first-line/claim-next").status == 204
    assert caller.post("queues/elsewhere/claim-next").status == 404
