"""Sweepers of ladders beside each other and beside people."""

from datetime import timedelta
from functools import partial

import pytest

from governance.models import LedgerEntry, OutboxMessage
from reviews.models import Case, Escalation, Verdict
from reviews.services.claiming import claim_case
from reviews.services.escalation import climb_for_alarm, escalate_late_cases, hand_up
from tests.factories import NOON, build_world
from tests.races.many_cases import copy_case
from tests.races.together import codes, together, won
from tests.reviews.ladders.made import SWEEP, sweep_all, world_on
from tests.reviews.monitors.made import in_alarm

pytestmark = pytest.mark.django_db(transaction=True)

DUE = NOON + timedelta(hours=4)
CASES = 120


def _sweep_in_small_steps(now):
    place = None
    while (swept := escalate_late_cases(actor=SWEEP, now=now, after=place, most=7)).last:
        place = swept.last


def test_many_sweepers_at_once_fire_every_rung_of_every_case_once_and_in_order():
    world = world_on(build_world())
    copy_case(world.open_case(), CASES - 1)

    for hours in (0, 2, 5, 6):
        together([partial(_sweep_in_small_steps, DUE + timedelta(hours=hours))] * 4)
        sweep_all(DUE + timedelta(hours=hours))

    assert set(Case.objects.values_list("state", "rung")) == {("expired", 3)}
    rungs = Escalation.objects.order_by("id").values_list("case", "rung")
    by_case = {}
    for case, rung in rungs:
        by_case.setdefault(case, []).append(rung)
    assert list(by_case.values()) == [[1, 2, 3]] * CASES
    entries = LedgerEntry.objects.filter(event="reviews.case.escalated")
    assert entries.count() == 3 * CASES
    assert OutboxMessage.objects.filter(event="case.rung_fired").count() == 3 * CASES
    assert OutboxMessage.objects.filter(event="decision.finalised").count() == CASES


@pytest.mark.parametrize("_", range(8))
def test_a_verdict_beside_a_rung_counts_or_is_refused_whole(_):
    world = world_on(build_world())
    case = world.open_case()
    claimed = DUE - timedelta(minutes=5)
    claim_case(case_id=case.pk, reviewer=world.senior, now=claimed)

    ruled, _swept = together(
        [
            partial(world.rule, case, by=world.senior, claim=False, now=claimed),
            partial(sweep_all, DUE),
        ]
    )

    case.refresh_from_db()
    if won([ruled]):
        assert (case.state, case.rung, Escalation.objects.count()) == ("decided", 0, 0)
    else:
        assert codes([ruled]) <= {"not_your_claim", "not_found"}
        sweep_all(DUE)
        case.refresh_from_db()
        assert (case.state, case.rung, Verdict.objects.count()) == ("open", 1, 0)


@pytest.mark.parametrize("_", range(4))
def test_whatever_makes_a_case_climb_at_once_each_rung_fires_once(_):
    world = world_on(build_world())
    case = world.open_case()
    alarm = in_alarm(world.decision_type)
    claimed = DUE - timedelta(minutes=5)
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=claimed)

    together(
        [
            partial(hand_up, case_id=case.pk, reviewer=world.reviewer, now=claimed),
            partial(climb_for_alarm, alarm_id=alarm.pk, actor=SWEEP, now=DUE),
            partial(climb_for_alarm, alarm_id=alarm.pk, actor=SWEEP, now=DUE),
            partial(sweep_all, DUE),
        ]
    )

    case.refresh_from_db()
    rungs = list(Escalation.objects.order_by("rung").values_list("rung", "reason"))
    assert [rung for rung, _ in rungs] == list(range(1, case.rung + 1))
    assert len({reason for _, reason in rungs}) == len(rungs)
