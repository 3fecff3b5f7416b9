"""What else than lateness makes a case climb, where its ladder says so."""

from datetime import timedelta
from decimal import Decimal

import pytest

from governance.models import DecisionRight
from reviews.errors import NotYourClaim, RightMissing
from reviews.models import Case, Escalation, MonitorAlarm, Recusal, StaffingAlarm
from reviews.services.claiming import claim_case, release_case
from reviews.services.escalation import climb_for_alarm
from reviews.services.impacts import correct_impact
from reviews.services.queues import remove_member
from reviews.services.recusing import recuse
from reviews.services.rights import rulable_by
from reviews.tasks import climb_for_alarms
from tests.factories import NOON, SETUP, build_world, change
from tests.governance.api.calling import at
from tests.reviews.contested import contest, settled
from tests.reviews.ladders.made import LADDER, OTHER_LADDER, world_on
from tests.reviews.monitors.made import in_alarm
from tests.reviews.written import Written, refused, state_of_tables

pytestmark = pytest.mark.django_db


def reasons(case):
    return list(
        Escalation.objects.filter(case=case).order_by("rung").values_list("reason", flat=True)
    )


def test_the_open_cases_of_a_type_climb_once_for_an_alarm_of_its_monitor():
    world = world_on(build_world())
    case = world.open_case()
    alarm = in_alarm(world.decision_type)
    later = world.open_case(now=NOON + timedelta(hours=1))
    written = Written()

    with at(NOON + timedelta(hours=1)):
        climb_for_alarms()
        climb_for_alarms()

    assert (reasons(case), reasons(later)) == (["monitor_alarm"], [])
    assert Escalation.objects.get().cause == alarm.pk
    assert written.events() == ["reviews.case.escalated"]


def test_an_alarm_that_is_over_makes_nothing_climb():
    world = world_on(build_world())
    case = world.open_case()
    alarm = in_alarm(world.decision_type)
    alarm.ended_at = NOON
    change(alarm, "ended_at")

    with at(NOON):
        climb_for_alarms()

    assert reasons(case) == []


def test_a_case_at_the_end_of_its_ladder_does_not_end_for_an_alarm():
    world = world_on(build_world(), "climbs_on: [monitor_alarm]" + OTHER_LADDER)
    case = world.open_case()
    alarm = in_alarm(world.decision_type)

    for _ in range(3):
        climb_for_alarm(alarm_id=alarm.pk, actor=SETUP, now=NOON)

    case.refresh_from_db()
    assert (reasons(case), case.state) == (["monitor_alarm"], "open")


@pytest.mark.parametrize("text", [OTHER_LADDER, None])
def test_without_a_word_of_its_ladder_a_case_does_not_climb_for_an_alarm(text):
    world = build_world() if text is None else world_on(build_world(), text)
    case = world.open_case()
    in_alarm(world.decision_type)

    with at(NOON):
        climb_for_alarms()

    assert MonitorAlarm.objects.open().exists()
    assert reasons(case) == []


def test_a_case_that_nobody_may_rule_on_climbs_until_somebody_may():
    world = world_on(build_world())
    case = world.open_case()

    for person in (*world.reviewers, world.senior):
        recuse(case_id=case.pk, person=person, reason=Recusal.Reason.KNOWS_PERSON, now=NOON)

    case.refresh_from_db()
    # Nobody is left upstairs either: it stands on the last rung, and the alarm says so.
    assert reasons(case) == ["unstaffed"] * 3
    assert (case.state, case.queue) == ("open", world.second_line)
    assert StaffingAlarm.objects.open().filter(case=case).exists()


def test_a_climb_that_finds_somebody_raises_no_alarm():
    text = LADDER.replace("raise_priority: 5", "queue: second-line")
    world = world_on(build_world(), text)
    for membership in world.first_line.memberships.all():
        remove_member(membership=membership, actor=SETUP, now=NOON)

    case = world.open_case()

    case.refresh_from_db()
    assert (reasons(case), case.queue) == (["unstaffed"], world.second_line)
    assert not StaffingAlarm.objects.exists()


def test_a_case_whose_impact_its_reviewer_corrects_climbs_where_its_ladder_says_so():
    world = world_on(build_world(), "climbs_on: [impact_changed]" + OTHER_LADDER)
    case = world.open_case(impact=Decimal(100))
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    written = Written()

    correct_impact(case_id=case.pk, reviewer=world.reviewer, impact=Decimal(90_000), now=NOON)

    case.refresh_from_db()
    assert (reasons(case), case.at_stake) == (["impact_changed"], Decimal(90_000))
    assert written.events() == ["reviews.case.impact_corrected", "reviews.case.escalated"]


def test_a_corrected_impact_counts_for_the_rights_and_no_correction_lowers_it():
    world = build_world()
    for right in DecisionRight.objects.filter(role__slug="reviewer"):
        right.max_impact = 1_000
        change(right, "max_impact")
    case, other = (world.open_case(impact=Decimal(100)) for _ in range(2))
    for one, impact in ((case, 1_001), (other, 1)):
        claim_case(case_id=one.pk, reviewer=world.reviewer, now=NOON)
        correct_impact(case_id=one.pk, reviewer=world.reviewer, impact=Decimal(impact), now=NOON)
        release_case(case_id=one.pk, reviewer=world.reviewer, now=NOON)

    other.refresh_from_db()
    assert other.at_stake == 100
    with refused(RightMissing):
        claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=NOON)
    mine = Case.objects.filter(rulable_by(world.reviewers[1], NOON))
    assert set(mine) == {other}
    assert reasons(case) == []


def test_the_same_impact_again_changes_nothing_and_only_the_holder_corrects_it():
    world = build_world()
    case = world.open_case(impact=Decimal(100))
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    before = state_of_tables()
    correct_impact(case_id=case.pk, reviewer=world.reviewer, impact=Decimal(100), now=NOON)
    assert state_of_tables() == before
    with refused(NotYourClaim):
        correct_impact(case_id=case.pk, reviewer=world.senior, impact=Decimal(7), now=NOON)


def test_a_contestation_begins_one_rung_up_where_its_ladder_says_so():
    world = world_on(build_world())
    case = contest(world, settled(world)).case

    case.refresh_from_db()
    assert reasons(case) == ["contested"]
    assert case.rung == 1
