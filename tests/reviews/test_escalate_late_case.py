"""Cases that run late climb, each rung once, and end with the fail-safe outcome."""

from datetime import timedelta

import pytest

from governance.models import Actor
from governance.policies import Effect
from reviews.errors import CaseNotOpen
from reviews.models import Escalation, Permit
from reviews.services.claiming import claim_case
from reviews.services.escalation import escalate_late_case
from reviews.tasks import escalate_overdue_cases
from tests.factories import NOON, build_world, policy_text
from tests.governance.api.calling import at, integrator
from tests.reviews.written import Written, refused, state_of_tables

pytestmark = pytest.mark.django_db

SWEEP = Actor.system("escalate_overdue_cases")
DUE = NOON + timedelta(hours=4)
LAST_DUE = DUE + timedelta(hours=4)


def sweep(case, now):
    return escalate_late_case(case_id=case.pk, actor=SWEEP, now=now)


def test_an_overdue_case_moves_to_the_queue_above_with_a_new_deadline():
    world = build_world()
    case = world.open_case()
    urgency = case.priority
    written = Written()

    sweep(case, DUE)

    case.refresh_from_db()
    assert (case.state, case.queue, case.rung) == ("open", world.second_line, 1)
    assert (case.due_at, case.priority) == (LAST_DUE, urgency + 10)
    rung = Escalation.objects.get()
    assert (rung.rung, rung.reason, rung.from_queue, rung.to_queue) == (
        1,
        "late",
        world.first_line,
        world.second_line,
    )
    assert written.entries() == [("reviews.case.escalated", SWEEP.label)]
    assert written.messages() == [("case.escalated", None)]
    row = case.history.latest()
    assert (row.actor, row.history_user_id) == (SWEEP.label, None)


def test_a_rung_fires_once_however_often_the_sweep_comes():
    world = build_world()
    case = world.open_case()
    sweep(case, DUE)
    before = state_of_tables()

    for _ in range(3):
        assert sweep(case, DUE) is None

    assert state_of_tables() == before
    assert Escalation.objects.count() == 1


def test_not_yet_due_is_left_alone():
    world = build_world()
    case = world.open_case()
    before = state_of_tables()

    assert sweep(case, DUE - timedelta(microseconds=1)) is None
    assert state_of_tables() == before


def test_a_claim_does_not_stop_the_clock():
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=DUE - timedelta(minutes=5))

    sweep(case, DUE)

    case.refresh_from_db()
    assert (case.state, case.claimed_by, case.queue) == ("open", None, world.second_line)


@pytest.mark.parametrize(("fail_safe", "standing"), [("refuse", "refused"), ("hold", "held")])
def test_after_the_last_rung_the_case_ends_and_never_with_a_permit(fail_safe, standing):
    world = build_world(text=policy_text(fail_safe=fail_safe))
    case = world.open_case(outcome="grant")
    sweep(case, DUE)
    written = Written()

    sweep(case, LAST_DUE)

    case.refresh_from_db()
    assert (case.state, case.final_outcome, case.closed_at) == ("expired", "", LAST_DUE)
    assert not Permit.objects.exists()
    assert written.entries() == [("reviews.case.expired", SWEEP.label)]
    assert written.messages() == [("decision.finalised", standing)]
    told = integrator(world).get(f"decisions/{case.decision_id}").body
    assert (told["standing"], told["permit"], told["outcome"]) == (standing, None, None)
    assert integrator(world).post(f"decisions/{case.decision_id}/permit").code == "no_permit"


def test_an_ended_case_stays_ended():
    world = build_world()
    case = world.open_case()
    sweep(case, DUE)
    sweep(case, LAST_DUE)

    assert sweep(case, LAST_DUE + timedelta(days=1)) is None
    with refused(CaseNotOpen):
        claim_case(case_id=case.pk, reviewer=world.senior, now=LAST_DUE)


def test_an_audit_that_nobody_did_leaves_the_pass_as_it_was():
    world = build_world(
        effect=Effect.NONE, text=policy_text(mode="hotl", rules=" []", audit_rate=1)
    )
    case = world.open_case()
    sweep(case, DUE)
    written = Written()

    sweep(case, LAST_DUE)

    case.refresh_from_db()
    assert case.state == "expired"
    assert written.messages() == []
    assert Permit.objects.count() == 1


def test_the_task_takes_all_that_are_overdue_and_no_other():
    world = build_world()
    late = [world.open_case(now=NOON - timedelta(hours=5)) for _ in range(3)]
    world.open_case()

    with at(NOON):
        escalate_overdue_cases()
        escalate_overdue_cases()

    assert set(Escalation.objects.values_list("case", flat=True)) == {case.pk for case in late}
    assert Escalation.objects.count() == 3
