"""Sweepers beside each other and beside people: each rung once, no verdict lost."""

from datetime import timedelta
from functools import partial

import pytest

from governance.models import Actor, LedgerEntry, OutboxMessage, Qualification
from governance.selectors.lapsing import WARNED
from governance.services.qualifications import warn_of_lapse
from reviews.models import Case, Escalation, Verdict
from reviews.services.claiming import claim_case, release_lapsed_claim
from reviews.services.escalation import escalate_late_case
from tests.factories import NOON, build_world, change
from tests.races.many_cases import copy_case
from tests.races.together import codes, together, won

pytestmark = pytest.mark.django_db(transaction=True)

SWEEP = Actor.system("sweep")
DUE = NOON + timedelta(hours=4)


def test_two_sweepers_on_the_same_cases_fire_each_rung_once():
    world = build_world()
    copy_case(world.open_case(), 99)
    overdue = list(Case.objects.values_list("pk", flat=True))

    def sweep(cases):
        return [escalate_late_case(case_id=pk, actor=SWEEP, now=DUE) for pk in cases]

    moved = together([partial(sweep, overdue), partial(sweep, overdue), partial(sweep, overdue)])

    assert sum(case is not None for each in moved for case in each) == 100
    assert Escalation.objects.count() == 100
    assert not Case.objects.exclude(rung=1).exists()
    assert LedgerEntry.objects.filter(event="reviews.case.escalated").count() == 100


def test_sweepers_beside_each_other_give_each_warning_of_a_lapse_once():
    world = build_world()
    proofs = list(Qualification.objects.all())
    for proof in proofs:
        proof.valid_until = NOON + timedelta(days=30)
        change(proof, "valid_until")

    def warn(keys):
        return [warn_of_lapse(qualification_id=key, actor=SWEEP, now=NOON) for key in keys]

    keys = [proof.pk for proof in proofs]
    given = together([partial(warn, keys), partial(warn, keys), partial(warn, keys)])

    assert len(keys) == len(world.reviewers) + len(world.seniors)
    assert sum(entry is not None for each in given for entry in each) == len(keys)
    assert LedgerEntry.objects.filter(event=WARNED).count() == len(keys)
    assert OutboxMessage.objects.filter(event="qualification.lapsing").count() == len(keys)


@pytest.mark.parametrize("_", range(8))
def test_a_verdict_beside_the_sweep_of_lapsed_claims_counts_or_is_refused_whole(_):
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    in_time, too_late = NOON + timedelta(minutes=14), NOON + timedelta(minutes=15)

    ruled, _ = together(
        [
            partial(world.rule, case, claim=False, now=in_time),
            partial(release_lapsed_claim, case_id=case.pk, actor=SWEEP, now=too_late),
        ]
    )

    case.refresh_from_db()
    assert codes([ruled]) <= {"not_your_claim"}
    assert case.state == ("decided" if won([ruled]) else "open")
    assert Verdict.objects.count() == len(won([ruled]))


@pytest.mark.parametrize("_", range(8))
def test_a_verdict_beside_the_sweep_of_late_cases_counts_or_is_refused_whole(_):
    world = build_world()
    case = world.open_case()
    claimed = DUE - timedelta(minutes=5)
    claim_case(case_id=case.pk, reviewer=world.senior, now=claimed)

    ruled, _ = together(
        [
            partial(world.rule, case, by=world.senior, claim=False, now=claimed),
            partial(escalate_late_case, case_id=case.pk, actor=SWEEP, now=DUE),
        ]
    )

    case.refresh_from_db()
    # Whoever waited for the row finds it in another queue, thus gone from this one.
    assert codes([ruled]) <= {"not_your_claim", "not_found"}
    if won([ruled]):
        assert (case.state, case.rung, Escalation.objects.count()) == ("decided", 0, 0)
    else:
        assert (case.state, case.rung, Verdict.objects.count()) == ("open", 1, 0)
