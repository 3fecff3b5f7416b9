"""Taking one case: sole hold under a lease, for who may rule on it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from governance.models import DecisionRight, Qualification
from reviews.errors import (
    CaseNotOpen,
    CaseNotVisible,
    CompetenceMissing,
    NotSeparate,
    RightMissing,
    TooManyClaims,
)
from reviews.models import VerdictKind
from reviews.services.claiming import claim_case
from tests.factories import NOON, build_world, change, join, make_person, qualify, remove
from tests.governance.api.calling import Caller
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


def test_claiming_holds_the_case_under_the_queues_lease():
    world = build_world()
    case = world.open_case()
    written = Written()

    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    case.refresh_from_db()
    assert (case.state, case.claimed_by, case.claim_number) == ("claimed", world.reviewer, 1)
    assert (case.claimed_at, case.lease_expires_at) == (NOON, NOON + timedelta(minutes=15))
    assert written.entries() == [("reviews.case.claimed", person(world.reviewer))]
    assert written.messages() == []
    row = case.history.latest()
    assert (row.actor, row.history_user_id) == (person(world.reviewer), world.reviewer.pk)


def test_each_claim_has_a_number_of_its_own():
    world = build_world()
    case = world.open_case()
    world.rule(case, VerdictKind.ABSTAIN)

    claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=NOON)

    case.refresh_from_db()
    assert case.claim_number == 2


def by_another(world, case):
    claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=NOON)


def claimed_already(world, case):
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def decided(world, case):
    world.rule(case, by=world.reviewers[1])


def hands_full(world, case):
    for _ in range(5):
        claim_case(case_id=world.open_case().pk, reviewer=world.reviewer, now=NOON)


def without_right(world, case):
    remove(DecisionRight.objects.get(role__slug="reviewer"))


def right_run_out(world, case):
    right = DecisionRight.objects.get(role__slug="reviewer")
    right.valid_until = NOON
    change(right, "valid_until")


def below_the_impact(world, case):
    right = DecisionRight.objects.get(role__slug="reviewer")
    right.max_impact = Decimal("999.9999")
    change(right, "max_impact")


def role_run_out(world, case):
    assignment = world.reviewer.role_assignments.get()
    assignment.valid_until = NOON
    change(assignment, "valid_until")


def without_qualification(world, case):
    remove(world.reviewer.qualifications.get())


def qualification_run_out(world, case):
    proof = world.reviewer.qualifications.get()
    proof.valid_until = NOON
    change(proof, "valid_until")


def qualified_for_another_version(world, case):
    proof = world.reviewer.qualifications.get()
    proof.model_version = "0.9.0"
    change(proof, "model_version")


def owns_the_system(world, case):
    world.system.owner = world.reviewer
    change(world.system, "owner")


def made_the_model(world, case):
    world.version.author = world.reviewer
    change(world.version, "author")


def answers_for_the_client(world, case):
    world.client.owner = world.reviewer
    change(world.client, "owner")


def ruled_before(world, case):
    world.rule(case, VerdictKind.ABSTAIN)


def not_in_the_queue(world, case):
    remove(world.reviewer.queue_memberships.get())


REFUSALS = [
    (by_another, CaseNotOpen),
    (claimed_already, CaseNotOpen),
    (decided, CaseNotOpen),
    (hands_full, TooManyClaims),
    (role_run_out, TooManyClaims),
    (without_right, RightMissing),
    (right_run_out, RightMissing),
    (below_the_impact, RightMissing),
    (without_qualification, CompetenceMissing),
    (qualification_run_out, CompetenceMissing),
    (qualified_for_another_version, CompetenceMissing),
    (owns_the_system, NotSeparate),
    (made_the_model, NotSeparate),
    (answers_for_the_client, NotSeparate),
    (ruled_before, NotSeparate),
    (not_in_the_queue, CaseNotVisible),
]


@pytest.mark.parametrize(("happens", "error"), REFUSALS)
def test_a_refused_claim_changes_nothing(happens, error):
    world = build_world()
    case = world.open_case(impact=Decimal(1000))
    happens(world, case)

    with refused(error):
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def test_an_unknown_impact_may_be_above_any_ceiling():
    world = build_world()
    case = world.open_case()
    below_the_impact(world, case)

    with refused(RightMissing):
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def test_a_qualification_for_exactly_this_version_is_enough():
    world = build_world()
    case = world.open_case()
    proof = Qualification.objects.get(person=world.reviewer)
    proof.model_version = world.version.version
    change(proof, "model_version")

    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    case.refresh_from_db()
    assert case.claimed_by == world.reviewer


ROLES = {
    "reviewer": 200,
    "senior-reviewer": 200,
    "compliance-officer": 403,
    "system-owner": 403,
    "auditor": 403,
    "administrator": 403,
}


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_only_reviewers_of_the_queue_claim(role, status):
    world = build_world()
    case = world.open_case()
    someone = make_person(roles=[role])
    join(world.first_line, someone)
    qualify(someone, world.system)

    assert Caller(person=someone).post(f"cases/{case.pk}/claim").status == status


def test_a_case_of_anothers_queue_is_not_there_and_a_key_claims_nothing():
    world = build_world()
    case = world.open_case()
    elsewhere = make_person(roles=["reviewer"])

    assert Caller(person=elsewhere).post(f"cases/{case.pk}/claim").status == 404
    assert Caller(key=world.key).post(f"cases/{case.pk}/claim").status == 403
    assert Caller().post(f"cases/{case.pk}/claim").status == 401
