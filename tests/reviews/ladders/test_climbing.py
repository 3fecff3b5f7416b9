"""Cases on a ladder of their own: each rung in order, and never an approval at its end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from governance.models import LedgerEntry, OutboxMessage
from reviews.errors import NoHigherQueue, RightMissing
from reviews.models import Case, Escalation, LadderVersion, Permit, StaffingAlarm, VerdictKind
from reviews.services.absences import record_absence
from reviews.services.claiming import claim_case, claim_next
from reviews.services.escalation import hand_up
from reviews.services.ladder_versions import LadderUnchanged, publish_ladder
from reviews.services.staffing import settle_alarms
from tests.factories import NOON, SETUP, build_world, join, make_person, qualify
from tests.reviews.ladders.made import (
    OTHER_LADDER,
    climbed,
    give,
    make_ladder,
    sweep_all,
    world_on,
)
from tests.reviews.written import Written, refused

pytestmark = pytest.mark.django_db

DUE = NOON + timedelta(hours=4)


def hours(count):
    return timedelta(hours=count)


def test_each_rung_fires_in_its_time_and_does_what_it_says():
    world = world_on(build_world())
    case = world.open_case()
    urgency = case.priority
    assert (case.due_at, case.fail_safe) == (DUE, "refuse")

    sweep_all(DUE)
    case.refresh_from_db()
    assert (case.rung, case.queue, case.due_at) == (1, world.first_line, DUE + hours(2))
    assert case.priority == urgency + 5

    sweep_all(DUE + hours(2))
    case.refresh_from_db()
    assert (case.rung, case.queue, case.due_at) == (2, world.second_line, DUE + hours(5))
    assert (case.for_role, case.priority) == ("senior-reviewer", urgency + 5)

    sweep_all(DUE + hours(5))
    case.refresh_from_db()
    assert (case.rung, case.due_at, case.for_role) == (3, DUE + hours(6), None)
    assert (case.verdicts_required, len(case.quorum["stages"])) == (2, 2)

    sweep_all(DUE + hours(6))
    case.refresh_from_db()
    assert (case.state, case.rung, case.final_outcome) == ("expired", 3, "")
    assert not Permit.objects.exists()
    assert list(Escalation.objects.order_by("rung").values_list("rung", "reason")) == [
        (1, "late"),
        (2, "late"),
        (3, "late"),
    ]


def test_a_rung_tells_whom_it_calls_in_the_ledger_and_in_a_message():
    world = world_on(build_world())
    case = world.open_case()
    written = Written()

    sweep_all(DUE)

    assert written.events() == ["reviews.case.escalated"]
    assert [event for event, _ in written.messages()] == ["case.escalated", "case.rung_fired"]
    message = OutboxMessage.objects.get(event="case.rung_fired")
    assert message.subject_id == case.decision_id
    assert message.body == {
        "decision": str(case.decision_id),
        "case": str(case.pk),
        "rung": 1,
        "reason": "late",
        "queue": "first-line",
        "role": "",
        "person": "",
        "raise_priority": 5,
        "add_ballot": False,
        "notify": [{"queue": "first-line"}, {"role": "compliance-officer"}],
    }


def test_an_open_case_keeps_the_ladder_that_it_opened_with():
    world = world_on(build_world())
    ladder = world.first_line.ladder
    old = world.open_case()
    publish_ladder(ladder=ladder, text=OTHER_LADDER, actor=SETUP, now=NOON)
    new = world.open_case()

    sweep_all(DUE)

    for case, number, within in ((old, 1, 2), (new, 2, 2)):
        case.refresh_from_db()
        assert (case.ladder.number, case.due_at) == (number, DUE + hours(within))
    assert new.fail_safe == "hold"
    sweep_all(DUE + hours(2))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == ("open", "expired")


def test_a_text_that_holds_already_is_no_new_version():
    ladder = make_ladder("tested", OTHER_LADDER)

    with refused(LadderUnchanged):
        publish_ladder(ladder=ladder, text=OTHER_LADDER, actor=SETUP, now=NOON)


def test_only_the_role_that_a_rung_names_claims_and_rules():
    world = world_on(build_world())
    join(world.second_line, world.reviewer)
    case = climbed(world.open_case(), 2)

    with refused(RightMissing):
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=case.due_at - hours(1))
    assert claim_next(queue_slug="second-line", reviewer=world.reviewer, now=DUE) is None
    assert claim_next(queue_slug="second-line", reviewer=world.senior, now=DUE) is not None


def _for_one(world, person):
    text = f"version: 1\nrungs:\n  - {{within: PT2H, person: {person.pseudonym}}}\n"
    return world_on(world, text)


def test_only_the_person_that_a_rung_names_claims_and_rules():
    world = build_world()
    case = climbed(_for_one(world, world.reviewer).open_case(), 1)

    assert case.for_person == world.reviewer
    other = world.reviewers[1]
    with refused(RightMissing):
        claim_case(case_id=case.pk, reviewer=other, now=DUE)
    assert claim_next(queue_slug="first-line", reviewer=other, now=DUE) is None
    claimed = claim_next(queue_slug="first-line", reviewer=world.reviewer, now=DUE)
    assert claimed.pk == case.pk


@pytest.mark.parametrize("why", ["absent", "not of the queue", "not entitled"])
def test_a_person_who_may_not_rule_leaves_the_case_to_the_queue_with_a_message(why):
    world = build_world()
    person = world.reviewer if why == "absent" else make_person(roles=["reviewer"])
    if why == "not of the queue":
        qualify(person, world.system)
    if why == "not entitled":
        join(world.first_line, person)
    _for_one(world, person)
    case = world.open_case()
    if why == "absent":
        record_absence(person=person, by=person, now=NOON)
    written = Written()

    case = climbed(case, 1)

    assert case.for_person is None
    assert written.events() == ["reviews.case.escalated", "reviews.case.opened_to_queue"]
    told = OutboxMessage.objects.get(event="case.opened_to_queue")
    assert told.body == {"decision": str(case.decision_id), "case": str(case.pk)}
    entry = LedgerEntry.objects.get(event="reviews.case.opened_to_queue")
    assert str(person.pseudonym).encode() in bytes(entry.leaf)
    assert not StaffingAlarm.objects.open().exists()
    assert claim_next(queue_slug="first-line", reviewer=world.reviewers[1], now=DUE) is not None


def test_who_goes_away_later_leaves_the_case_to_the_queue_too():
    world = build_world()
    case = climbed(_for_one(world, world.reviewer).open_case(), 1)
    assert case.for_person == world.reviewer

    record_absence(person=world.reviewer, by=world.reviewer, now=case.due_at - hours(1))
    settle_alarms(case_ids=[case.pk], now=case.due_at - hours(1))

    case.refresh_from_db()
    assert case.for_person is None
    assert not StaffingAlarm.objects.open().exists()


def test_after_the_named_persons_ballot_others_give_the_next():
    world = build_world()
    text = (
        f"version: 1\nrungs:\n  - {{within: PT2H, person: {world.reviewer.pseudonym},"
        " add_ballot: true}\n"
    )
    case = climbed(world_on(world, text).open_case(), 1)

    world.rule(case, by=world.reviewer, now=DUE)

    case.refresh_from_db()
    assert (case.state, case.for_person) == ("open", None)
    world.rule(case, by=world.reviewers[1], now=DUE)
    case.refresh_from_db()
    assert case.state == "decided"


def test_an_added_ballot_takes_one_more_distinct_person():
    world = world_on(build_world(), OTHER_LADDER.replace("raise_priority: 7", "add_ballot: true"))
    case = climbed(world.open_case(), 1)

    world.rule(case, by=world.reviewer, now=DUE)
    case.refresh_from_db()
    assert case.state == "open"
    assert not Permit.objects.exists()
    world.rule(case, by=world.senior, now=DUE)

    case.refresh_from_db()
    assert (case.state, case.final_outcome) == ("decided", "refuse")


def test_a_case_is_handed_up_the_ladder_while_it_has_a_rung():
    world = world_on(build_world(), OTHER_LADDER)
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    hand_up(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    case.refresh_from_db()
    assert (case.rung, case.due_at) == (1, NOON + hours(2))

    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    with refused(NoHigherQueue):
        hand_up(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def test_a_ladder_may_let_nobody_hand_up():
    world = world_on(build_world(), "climbs_on: []" + OTHER_LADDER)
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    with refused(NoHigherQueue):
        hand_up(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def test_ballots_that_disagree_climb_the_ladder():
    world = world_on(build_world(), OTHER_LADDER.replace("raise_priority: 7", "add_ballot: true"))
    case = climbed(world.open_case(), 1)
    world.rule(case, by=world.reviewer, now=DUE)

    world.rule(case, VerdictKind.OVERRIDE, by=world.reviewers[1], outcome="grant", now=DUE)

    case.refresh_from_db()
    assert (case.rung, case.adjudication, case.state) == (2, True, "open")
    assert Escalation.objects.latest("rung").reason == "disagreement"


def test_the_database_keeps_no_ladder_and_no_case_that_would_approve():
    world = world_on(build_world())
    case = world.open_case()
    version = LadderVersion.objects.get()
    version.pk, version.number, version.at_end = None, 2, "approve"
    with pytest.raises(IntegrityError, match="ladder_never_approves"), transaction.atomic():
        version.save(force_insert=True)
    with pytest.raises(IntegrityError, match="fail_safe_never_approves"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(fail_safe="approve")


def test_a_queue_without_a_ladder_follows_the_queues_above():
    world = build_world()
    case = world.open_case()
    give(world.second_line, make_ladder("upstairs"))

    case = climbed(case, 1)

    assert (case.ladder, case.queue, case.rung) == (None, world.second_line, 1)
    assert climbed(case, 1).state == "expired"
