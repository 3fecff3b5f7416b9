"""What stands around a ruling meets the ruling: one comes first, and both agree on which."""

from functools import partial

import pytest

from reviews.models import Recusal, StaffingAlarm, Verdict
from reviews.services.absences import record_absence
from reviews.services.claiming import claim_case, claim_next
from reviews.services.delegating import revoke_delegation
from reviews.services.recusing import recuse
from reviews.tasks import watch_staffing
from tests.factories import NOON, build_world
from tests.races.together import codes, together, won
from tests.reviews.around import lend, make_trainee

pytestmark = pytest.mark.django_db(transaction=True)
TRIES = range(4)


@pytest.mark.parametrize("_", TRIES)
def test_a_verdict_and_the_end_of_the_right_it_rests_on(_):
    world = build_world()
    trainee, case = make_trainee(world), world.open_case()
    delegation = lend(world.reviewer, trainee)
    claim_case(case_id=case.pk, reviewer=trainee, now=NOON)

    results = together(
        [
            partial(world.rule, case, by=trainee, claim=False),
            partial(revoke_delegation, delegation_id=delegation.pk, by=world.reviewer, now=NOON),
        ]
    )

    delegation.refresh_from_db()
    assert delegation.revoked_at == NOON
    assert codes(results) <= {"right_missing"}
    assert Verdict.objects.count() == len(won(results)) - 1


@pytest.mark.parametrize("_", TRIES)
@pytest.mark.parametrize("how", ["this case", "the next"])
def test_a_claim_and_the_beginning_of_an_absence(how, _):
    world = build_world()
    case = world.open_case()
    claim = (
        partial(claim_case, case_id=case.pk, reviewer=world.reviewer, now=NOON)
        if how == "this case"
        else partial(claim_next, queue_slug="first-line", reviewer=world.reviewer, now=NOON)
    )

    results = together(
        [claim, partial(record_absence, person=world.reviewer, by=world.reviewer, now=NOON)]
    )

    case.refresh_from_db()
    assert case.state == "open"  # refused, or given back at once
    assert codes(results) <= {"right_missing"}


@pytest.mark.parametrize("_", TRIES)
def test_a_verdict_and_a_recusal_of_one_person_in_two_windows(_):
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    results = together(
        [
            partial(world.rule, case, claim=False),
            partial(
                recuse, case_id=case.pk, person=world.reviewer,
                reason=Recusal.Reason.INTEREST, now=NOON,
            ),
        ]
    )  # fmt: skip

    assert len(won(results)) == 1
    assert Verdict.objects.count() + Recusal.objects.count() == 1
    assert codes(results) <= {"not_your_claim", "case_not_open", "not_separate"}


@pytest.mark.parametrize("_", TRIES)
def test_a_claim_and_a_recusal_of_one_person_in_two_windows(_):
    world = build_world()
    case = world.open_case()

    together(
        [
            partial(claim_next, queue_slug="first-line", reviewer=world.reviewer, now=NOON),
            partial(
                recuse, case_id=case.pk, person=world.reviewer,
                reason=Recusal.Reason.INTEREST, now=NOON,
            ),
        ]
    )  # fmt: skip

    case.refresh_from_db()
    assert (case.state, Recusal.objects.count()) == ("open", 1)


def test_many_sweeps_at_once_raise_each_alarm_once():
    world = build_world()
    cases = [world.open_case() for _ in range(6)]
    for person in [*world.reviewers, world.senior]:
        record_absence(person=person, by=person, now=NOON)

    together([watch_staffing] * 4)

    assert StaffingAlarm.objects.open().count() == len(cases) == StaffingAlarm.objects.count()
