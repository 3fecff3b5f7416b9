"""No eligible person raises an alarm at once, and somebody eligible clears it."""

from datetime import timedelta

import pytest
from django.db import connection

from config.celery import app
from governance.models import Absence, Actor, OutboxMessage, Qualification
from governance.rechecking import TASKS, recheck_staffing
from governance.services import accounts, policies
from reviews.models import Case, Recusal, StaffingAlarm
from reviews.selectors.matters import NEEDED
from reviews.selectors.surely_staffed import surely_staffed
from reviews.services.absences import end_absence, record_absence
from reviews.services.closing import withdraw_decision
from reviews.services.conflicts import record_conflict
from reviews.services.escalation import escalate_late_case
from reviews.services.queues import add_member, remove_member
from reviews.services.recusing import recuse
from reviews.tasks import watch_staffing
from tests.factories import (
    NOON,
    SETUP,
    build_world,
    change,
    join,
    make_person,
    policy_text,
    qualify,
)
from tests.governance.api.calling import Caller, at
from tests.races.many_cases import copy_case
from tests.reviews.around import alarm_of
from tests.reviews.written import Written

pytestmark = pytest.mark.django_db
SWEEP = "system:watch_staffing"


@pytest.fixture
def world():
    """One reviewer in the first line, one in the second."""
    world = build_world(reviewers=1)
    remove(world.first_line, world.senior)
    return world


def remove(queue, person):
    membership = queue.memberships.get(person=person)
    remove_member(membership=membership, actor=SETUP, now=NOON)


def sweep(now=NOON):
    with at(now):
        watch_staffing()


def test_a_case_that_opens_before_nobody_raises_the_alarm_in_its_own_transaction(world):
    remove(world.first_line, world.reviewer)
    written = Written()

    case = world.open_case()

    assert alarm_of(case) == "sight: Nobody reviews the queue that the case waits in."
    assert written.entries()[-1] == ("reviews.staffingalarm.raised", SWEEP)
    assert written.messages() == [("case.unstaffed", None)]
    message = OutboxMessage.objects.get(event="case.unstaffed")
    assert message.body == {"decision": str(case.decision_id), "case": str(case.pk)}
    assert StaffingAlarm.objects.get().history.latest().actor == SWEEP


def test_a_case_that_somebody_may_rule_on_raises_none(world):
    case = world.open_case()
    sweep()

    assert alarm_of(case) is None


def close_account(world):
    world.reviewer.is_active = False
    change(world.reviewer, "is_active")


def lapse(world):
    proof = Qualification.objects.get(person=world.reviewer)
    proof.valid_until = NOON
    change(proof, "valid_until")


def end_role(world):
    assignment = world.reviewer.role_assignments.get()
    accounts.end_role(assignment=assignment, actor=SETUP, now=NOON)


def go_away(world):
    record_absence(person=world.reviewer, by=world.reviewer, now=NOON)


def be_in_conflict(world):
    record_conflict(
        person=world.reviewer, organisation="Example Bank", reason="Shares.", actor=SETUP, now=NOON
    )


def own_the_system(world):
    world.system.owner = world.reviewer
    change(world.system, "owner")


def leave(world):
    remove(world.first_line, world.reviewer)


ONE = "The one reviewer of the queue"
GAPS = [
    (leave, "sight: Nobody reviews the queue that the case waits in."),
    (close_account, f"right: {ONE} has a closed account."),
    (go_away, f"right: {ONE} is absent."),
    (end_role, f"right: {ONE} holds no right that covers it."),
    (lapse, f"competence: {ONE} holds no valid qualification."),
    (be_in_conflict, f"separation: {ONE} has a standing conflict."),
    (own_the_system, f"separation: {ONE} stands too near to the decision."),
]


@pytest.mark.parametrize(("lose", "detail"), GAPS, ids=[gap[0].__name__ for gap in GAPS])
def test_the_alarm_says_which_condition_leaves_nobody(world, lose, detail):
    case = world.open_case()
    lose(world)

    sweep()

    assert alarm_of(case) == detail


def test_one_question_tells_that_somebody_surely_may(world, django_assert_num_queries):
    case = case_with_what_is_needed(world.open_case())
    with django_assert_num_queries(1):
        assert surely_staffed(case, NOON)


@pytest.mark.parametrize("lose", [gap[0] for gap in GAPS], ids=[gap[0].__name__ for gap in GAPS])
def test_it_is_not_sure_where_one_condition_leaves_nobody(world, lose):
    case = world.open_case()
    lose(world)
    assert not surely_staffed(case_with_what_is_needed(case), NOON)


def case_with_what_is_needed(case):
    return Case.objects.select_related(*NEEDED).get(pk=case.pk)


def test_of_several_people_it_counts_what_keeps_each(world):
    case = world.open_case()
    for _ in range(2):
        join(world.first_line, make_person(roles=["reviewer"]))
    go_away(world)

    sweep()

    assert alarm_of(case) == (
        "competence: Of the 3 reviewers of the queue, 1 is absent; 2 hold no valid qualification."
    )


def test_the_next_ballots_role_may_have_nobody(world):
    case = world.open_case()
    case.stage_roles = ["board"]
    change(case, "stage_roles")

    sweep()

    assert alarm_of(case) == f"right: {ONE} lacks the role that the next ballot is for."


def test_it_is_cleared_when_somebody_may_rule_again_and_raised_anew_later(world):
    go_away(world)
    case = world.open_case()
    written = Written()

    end_absence(absence_id=Absence.objects.get().pk, by=world.reviewer, now=NOON)
    sweep()

    assert alarm_of(case) is None
    assert StaffingAlarm.objects.get().cleared_at == NOON
    assert written.entries()[-1] == ("reviews.staffingalarm.cleared", SWEEP)
    go_away(world)
    sweep()
    assert StaffingAlarm.objects.filter(case=case).count() == 2


def test_another_reason_is_said_and_the_alarm_stays_one(world):
    case = world.open_case()
    go_away(world)
    sweep()
    lapse(world)
    end_absence(absence_id=Absence.objects.get().pk, by=world.reviewer, now=NOON)
    written = Written()

    sweep()
    sweep()

    assert written.entries() == [("reviews.staffingalarm.restated", SWEEP)]
    assert alarm_of(case) == f"competence: {ONE} holds no valid qualification."
    assert written.messages() == []


def test_the_second_ballot_may_have_nobody_left_to_give_it(world):
    text = policy_text(verdicts=2)
    policies.publish_version(
        policy=world.policy, text=text, schemas=[world.decision_type.policy_schema()],
        publisher=world.officer, now=NOON,
    )  # fmt: skip
    case = world.open_case()
    assert alarm_of(case) is None

    world.rule(case)

    assert alarm_of(case) == f"separation: {ONE} stands too near to the decision."


def test_a_case_that_climbs_to_an_empty_queue_raises_it(world):
    case = world.open_case()
    remove(world.second_line, world.senior)

    escalate_late_case(case_id=case.pk, actor=SETUP, now=NOON + timedelta(days=1))

    assert alarm_of(case) == "sight: Nobody reviews the queue that the case waits in."


@pytest.mark.parametrize("how", ["withdrawn", "expired", "decided"])
def test_a_closed_case_clears_its_alarm(world, how):
    go_away(world)
    case = world.open_case()
    assert alarm_of(case)

    if how == "withdrawn":
        withdraw_decision(
            decision_id=case.decision_id, reason="Twice.", client=world.client, now=NOON
        )
    elif how == "expired":
        world.first_line.escalates_to = None
        change(world.first_line, "escalates_to")
        escalate_late_case(case_id=case.pk, actor=SETUP, now=NOON + timedelta(days=1))
    else:
        # Somebody came, and was quicker than the sweep.
        qualify(helper := make_person(roles=["reviewer"]), world.system)
        add_member(queue=world.first_line, person=helper, actor=SETUP, now=NOON)
        world.rule(case, by=helper)

    assert alarm_of(case) is None
    assert StaffingAlarm.objects.get().cleared_at is not None


def test_the_sweep_clears_the_alarm_of_a_case_that_closed_past_every_verb(world):
    go_away(world)
    case = world.open_case()
    case.state, case.closed_at = "expired", NOON
    change(case, "state", "closed_at")

    sweep()

    assert alarm_of(case) is None


def test_a_sweep_over_many_costs_the_queries_of_a_few(world, django_assert_num_queries):
    template = world.open_case()
    sweep()
    with django_assert_num_queries(16):
        sweep()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    copy_case(template, 300)
    with django_assert_num_queries(16):
        sweep()


def test_every_change_of_who_may_rule_has_it_looked_at_again(
    world, django_capture_on_commit_callbacks
):
    def asked(act):
        with django_capture_on_commit_callbacks() as rung:
            act()
        return sum(one.__module__ == recheck_staffing.__module__ for one in rung)

    fresh = make_person()
    assert asked(lambda: make_person(roles=["reviewer"])) == 2
    assert asked(lambda: go_away(world)) == 1
    assert asked(lambda: be_in_conflict(world)) == 1
    assert asked(lambda: lapse(world)) == 1
    assert asked(lambda: join(world.first_line, fresh)) == 1
    assert asked(lambda: remove(world.first_line, fresh)) == 1
    assert asked(lambda: close_account(world)) == 1
    assert asked(lambda: end_role(world)) == 1
    assert asked(lambda: world.submit()) == 0


def test_the_tasks_that_are_rung_for_exist():
    app.loader.import_default_modules()
    assert set(TASKS) <= set(app.tasks)
    assert set(TASKS) <= {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_the_recusal_of_one_of_two_raises_nothing(world):
    qualify(helper := make_person(roles=["reviewer"]), world.system)
    join(world.first_line, helper)
    case = world.open_case()

    recuse(case_id=case.pk, person=helper, reason=Recusal.Reason.INTEREST, now=NOON)

    assert alarm_of(case) is None


def test_the_pages_show_it_with_what_to_do_and_to_nobody_else(world):
    go_away(world)
    case = world.open_case()
    reviewer, stranger = Caller(person=world.reviewer), Caller(person=make_person())
    said = ["Nobody may rule", "is absent", "end an absence"]

    for page in ("/", "/queues/first-line/", f"/cases/{case.pk}/"):
        shown = reviewer.get(page).response.content.decode()
        assert all(words in shown for words in said), page
    assert "Nobody may rule" not in stranger.get("/").response.content.decode()
    assert Actor.of(world.reviewer).label not in alarm_of(case)
