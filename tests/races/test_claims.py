"""Many people at one queue: no case twice, none lost."""

from functools import partial

import pytest

from governance.models import LedgerEntry
from reviews.models import Case
from reviews.services.claiming import claim_case, claim_next
from tests.factories import NOON, build_world
from tests.races.many_cases import copy_case
from tests.races.together import codes, together, won

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 16
CASES = 2_000


def test_sixteen_people_empty_a_queue_and_every_case_has_one_holder():
    world = build_world(reviewers=THREADS, max_claims=CASES)
    template = world.open_case()
    copy_case(template, CASES - 1)

    def claim_all(person):
        claimed = []
        while case := claim_next(queue_slug="first-line", reviewer=person, now=NOON):
            claimed.append(case.pk)
        return claimed

    taken = together([partial(claim_all, person) for person in world.reviewers])

    everything = [pk for mine in taken for pk in mine]
    assert len(everything) == len(set(everything)) == CASES
    assert not Case.objects.exclude(state="claimed", claim_number=1).exists()
    for person, mine in zip(world.reviewers, taken, strict=True):
        assert Case.objects.filter(claimed_by=person).count() == len(mine)
    assert LedgerEntry.objects.filter(event="reviews.case.claimed").count() == CASES


@pytest.mark.parametrize("_", range(5))
def test_of_two_who_claim_one_case_one_wins(_):
    world = build_world()
    case = world.open_case()

    results = together(
        [
            partial(claim_case, case_id=case.pk, reviewer=person, now=NOON)
            for person in world.reviewers
        ]
    )

    assert len(won(results)) == 1
    assert codes(results) == {"case_not_open"}
    case.refresh_from_db()
    assert (case.state, case.claim_number) == ("claimed", 1)
    assert case.claimed_by == won(results)[0].claimed_by


def test_one_person_in_many_windows_holds_no_more_than_they_may():
    world = build_world(max_claims=3)
    cases = [world.open_case() for _ in range(8)]

    results = together(
        [partial(claim_case, case_id=case.pk, reviewer=world.reviewer, now=NOON) for case in cases]
    )

    assert len(won(results)) == 3
    assert codes(results) == {"too_many_claims"}
    assert Case.objects.filter(claimed_by=world.reviewer, state="claimed").count() == 3
