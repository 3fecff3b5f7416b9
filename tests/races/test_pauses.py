"""A pause meets a verdict, a sweep, a claim: one comes first, and both agree on which."""

from datetime import timedelta
from functools import partial

import pytest

from governance.models import Actor
from reviews.models import Pause, PauseEnd, Verdict
from reviews.services.claiming import claim_case
from reviews.services.escalation import escalate_late_case
from reviews.services.pausing import pause_case
from reviews.services.resuming import end_lapsed_pause, resume_case
from tests.factories import NOON, build_world
from tests.races.together import codes, together, won

pytestmark = pytest.mark.django_db(transaction=True)
TRIES = range(4)
SWEEP = Actor.system("sweep")
DUE = NOON + timedelta(hours=4)
UNTIL = NOON + timedelta(days=1)


def pausing(case, by, now=NOON):
    return partial(
        pause_case, case_id=case.pk, person=by, reason=Pause.Reason.PERSON, until=UNTIL, now=now
    )


@pytest.mark.parametrize("_", TRIES)
def test_a_pause_and_a_verdict(_):
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    results = together([partial(world.rule, case, claim=False), pausing(case, world.reviewer)])

    case.refresh_from_db()
    assert len(won(results)) == 1
    assert codes(results) <= {"not_your_claim"}
    assert Verdict.objects.count() + Pause.objects.count() == 1
    assert (case.state == "decided") is (case.paused_until is None)


@pytest.mark.parametrize("_", TRIES)
def test_a_pause_at_the_last_moment_and_the_late_sweep(_):
    world = build_world()
    case = world.open_case()
    moment = DUE - timedelta(seconds=1)
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=moment)

    results = together(
        [
            pausing(case, world.reviewer, moment),
            partial(escalate_late_case, case_id=case.pk, actor=SWEEP, now=DUE),
        ]
    )

    case.refresh_from_db()
    # Never both: a case that was paused in time has not climbed, one that climbed is not paused.
    assert (case.rung == 1) is (case.paused_until is None)
    assert Pause.objects.count() == 1 - case.rung
    assert codes(results) <= {"not_found", "not_your_claim"}


@pytest.mark.parametrize("_", TRIES)
def test_a_pause_ends_once_whoever_ends_it(_):
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    pausing(case, world.reviewer)()

    results = together(
        [
            partial(end_lapsed_pause, case_id=case.pk, actor=SWEEP, now=UNTIL),
            partial(end_lapsed_pause, case_id=case.pk, actor=SWEEP, now=UNTIL),
            partial(resume_case, case_id=case.pk, person=world.reviewers[1], now=UNTIL),
            partial(claim_case, case_id=case.pk, reviewer=world.reviewer, now=UNTIL),
        ]
    )

    case.refresh_from_db()
    assert PauseEnd.objects.count() == 1
    assert (case.paused_until, case.due_at) == (None, UNTIL + timedelta(hours=4))
    assert codes(results) <= {"case_not_paused"}
