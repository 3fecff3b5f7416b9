"""Faults that other products had with rights, one test each: they are not possible here."""

from datetime import timedelta

import pytest

from governance.services import policies
from reviews.errors import CaseNotVisible, NotSeparate, NotYourClaim, RightMissing
from reviews.models import Case, Verdict
from reviews.services.claiming import claim_case, release_case
from reviews.services.escalation import escalate_late_case
from reviews.tasks import release_lapsed_claims
from tests.factories import NOON, SETUP, build_world, change, make_person, policy_text
from tests.governance.api.calling import Caller, at
from tests.reviews.around import alarm_of, lend, make_trainee
from tests.reviews.written import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


def test_a_delegate_without_rights_gets_the_lenders_and_not_one_more(world):
    case = world.open_case()
    trainee = make_trainee(world)

    with refused(RightMissing):
        claim_case(case_id=case.pk, reviewer=trainee, now=NOON)
    lend(world.reviewer, trainee)
    claim_case(case_id=case.pk, reviewer=trainee, now=NOON)
    assignment = world.reviewer.role_assignments.get()
    assignment.valid_until = NOON
    change(assignment, "valid_until")

    with refused(RightMissing):
        world.rule(case, by=trainee, claim=False)


def test_escalation_to_a_person_who_has_left_raises_the_alarm_and_they_never_rule(world):
    world.senior.is_active = False
    change(world.senior, "is_active")
    case = world.open_case()

    late = case.due_at
    escalate_late_case(case_id=case.pk, actor=SETUP, now=late)

    case.refresh_from_db()
    assert case.queue == world.second_line
    assert alarm_of(case) == "right: The one reviewer of the queue has a closed account."
    with refused(RightMissing):
        claim_case(case_id=case.pk, reviewer=world.senior, now=late)


@pytest.mark.parametrize("typed", ["Person 1", "person@example.org", "the reviewer on duty", ""])
def test_a_reviewer_is_an_account_and_never_a_name_typed_in(world, typed):
    lend_to = {"delegate": typed, "valid_until": "2026-11-30T12:00:00Z", "reason": "Leave."}
    calls = [
        (world.reviewer, "delegations", lend_to),
        (world.officer, "absences", {"person": typed}),
        (world.officer, "conflicts", {"person": typed, "organisation": "Example Bank",
                                      "reason": "Shares."}),
    ]  # fmt: skip
    for who, path, body in calls:
        answer = Caller(person=who).post(path, body)
        assert answer.status in {400, 422}, path
        assert answer.pointers in (["/delegate"], ["/person"])


@pytest.mark.parametrize("who", ["colleague", "senior", "stranger"])
def test_nobody_resolves_or_gives_back_the_claim_of_another(world, who):
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    other = {
        "colleague": world.reviewers[1],
        "senior": world.senior,
        "stranger": make_person(roles=["reviewer"]),
    }[who]
    error = CaseNotVisible if who == "stranger" else NotYourClaim

    with refused(error):
        world.rule(case, by=other, claim=False)
    with refused(error):
        release_case(case_id=case.pk, reviewer=other, now=NOON)


def test_no_claim_lasts_for_ever(world):
    case = world.open_case()
    held = claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    assert held.lease_expires_at == NOON + timedelta(minutes=15)

    with at(NOON + timedelta(minutes=15)):
        release_lapsed_claims()

    assert not Case.objects.filter(state="claimed").exists()
    claim_case(case_id=case.pk, reviewer=world.senior, now=NOON + timedelta(minutes=15))


def test_lender_and_borrower_of_one_right_never_fill_two_seats(world):
    world = build_two_seats(world)
    trainee = make_trainee(world)
    lend(world.reviewer, trainee)
    borrower_first, lender_first = world.open_case(), world.open_case()

    world.rule(borrower_first, by=trainee)
    with refused(NotSeparate):
        claim_case(case_id=borrower_first.pk, reviewer=world.reviewer, now=NOON)
    world.rule(lender_first, by=world.reviewer)
    with refused(RightMissing):
        claim_case(case_id=lender_first.pk, reviewer=trainee, now=NOON)

    for case in (borrower_first, lender_first):
        world.rule(case, by=world.reviewers[1])
        case.refresh_from_db()
        assert case.state == "decided"
    assert Verdict.objects.count() == 4


def build_two_seats(world):
    policies.publish_version(
        policy=world.policy, text=policy_text(verdicts=2),
        schemas=[world.decision_type.policy_schema()], publisher=world.officer, now=NOON,
    )  # fmt: skip
    return world
