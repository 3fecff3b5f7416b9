"""Faults that approval products are known for, each tried here under its own name."""

from datetime import timedelta

import pytest

from governance.models import Actor, ReviewerRole
from governance.services.accounts import assign_role
from governance.services.policies import publish_version
from reviews.errors import (
    CaseNotOpen,
    CaseNotVisible,
    ClaimLapsed,
    CompetenceMissing,
    NotPermittedYet,
    NotSeparate,
    NotYourClaim,
    RightMissing,
    TooManyClaims,
)
from reviews.models import Permit, Verdict, VerdictKind
from reviews.selectors.standing import standing_of
from reviews.services.claiming import claim_case
from reviews.services.deciding import record_verdict
from reviews.services.escalation import escalate_late_case
from reviews.services.executing import renew_permit
from tests.factories import (
    NOON,
    SETUP,
    build_world,
    change,
    join,
    make_person,
    policy_text,
    qualify,
    ruling,
)
from tests.governance.api.calling import Caller
from tests.reviews.quorums import TWO_STAGES, quorum_policy
from tests.reviews.written import TRACES_OF_REFUSAL, refused, state_of_tables

pytestmark = pytest.mark.django_db

SWEEP = Actor.system("escalate_late_cases")
NOT_OF_THE_ACT = TRACES_OF_REFUSAL | {"django_session"}
MUCH_LATER = NOON + timedelta(days=30)


def test_a_quorum_is_not_judged_on_the_first_vote():
    world = build_world(reviewers=3, text=policy_text(verdicts=3))
    case = world.open_case()

    for reviewer in world.reviewers[:2]:
        world.rule(case, by=reviewer)
        case.refresh_from_db()
        assert (case.state, case.final_outcome, Permit.objects.count()) == ("open", "", 0)
        with refused(NotPermittedYet):
            renew_permit(decision_id=case.decision_id, client=world.client, now=NOON)
    world.rule(case, by=world.reviewers[2])

    case.refresh_from_db()
    assert (case.state, Permit.objects.count()) == ("decided", 1)


def test_one_person_fills_no_two_seats_by_claiming_two_roles():
    world = build_world(text=quorum_policy(TWO_STAGES))
    both = world.reviewer
    senior = ReviewerRole.objects.get(slug="senior-reviewer")
    assign_role(person=both, role=senior, actor=SETUP, now=NOON)
    case = world.open_case()
    world.rule(case, by=both)
    case.refresh_from_db()
    assert case.stage_roles == ["senior-reviewer"]

    with refused(NotSeparate):
        claim_case(case_id=case.pk, reviewer=both, now=NOON)

    assert not Permit.objects.exists()


@pytest.mark.parametrize(
    ("before", "after"), [("two", "one"), ("one", "two")], ids=["loosened", "tightened"]
)
def test_a_template_that_is_edited_changes_no_live_request(before, after):
    texts = {"one": policy_text(), "two": quorum_policy(TWO_STAGES)}
    world = build_world(text=texts[before])
    case = world.open_case()
    snapshot = (case.quorum, case.verdicts_required, case.stage_roles)

    publish_version(
        policy=world.policy,
        text=texts[after],
        schemas=[world.decision_type.policy_schema()],
        publisher=world.officer,
        now=NOON,
    )
    world.rule(case)

    case.refresh_from_db()
    assert (case.quorum, case.verdicts_required) == snapshot[:2]
    assert case.state == ("open" if before == "two" else "decided")
    assert world.open_case().verdicts_required == (1 if after == "one" else 2)


@pytest.mark.parametrize("fail_safe", ["hold", "refuse"])
@pytest.mark.parametrize("ballots", [0, 1])
def test_a_time_out_approves_nothing(fail_safe, ballots):
    world = build_world(text=policy_text(verdicts=2, fail_safe=fail_safe))
    case = world.open_case(outcome="grant", confidence=0.5)
    for reviewer in world.reviewers[:ballots]:
        world.rule(case, by=reviewer)

    escalate_late_case(case_id=case.pk, actor=SWEEP, now=MUCH_LATER)
    escalate_late_case(case_id=case.pk, actor=SWEEP, now=MUCH_LATER + timedelta(days=30))

    case.refresh_from_db()
    assert (case.state, case.final_outcome) == ("expired", "")
    assert not Permit.objects.exists()
    standing = standing_of(case.decision, MUCH_LATER).standing
    assert standing == {"hold": "held", "refuse": "refused"}[fail_safe]
    with refused(NotPermittedYet):
        renew_permit(decision_id=case.decision_id, client=world.client, now=MUCH_LATER)


def not_a_member(world):
    person = make_person(roles=["reviewer"])
    qualify(person, world.system)
    return person


def without_a_right(world):
    person = make_person(roles=["auditor"])
    qualify(person, world.system)
    join(world.first_line, person)
    return person


def without_competence(world):
    person = make_person(roles=["reviewer"])
    join(world.first_line, person)
    return person


@pytest.mark.parametrize(
    ("stranger", "error"),
    [
        (not_a_member, CaseNotVisible),
        # Whose role lets them hold no case is told so first.
        (without_a_right, TooManyClaims),
        (without_competence, CompetenceMissing),
    ],
)
@pytest.mark.parametrize("kind", [VerdictKind.UPHOLD, VerdictKind.OVERRIDE])
def test_who_is_no_member_neither_approves_nor_closes_by_rejecting(stranger, error, kind):
    world = build_world(reviewers=3, text=policy_text(verdicts=2))
    case = world.open_case()
    world.rule(case)
    person = stranger(world)

    with refused(error):
        claim_case(case_id=case.pk, reviewer=person, now=NOON)
    with refused(CaseNotVisible if error is CaseNotVisible else NotYourClaim):
        record_verdict(
            case_id=case.pk,
            reviewer=person,
            claim=1,
            ruling=ruling(kind, "grant" if kind == VerdictKind.OVERRIDE else ""),
            now=NOON,
        )

    case.refresh_from_db()
    assert (case.state, case.adjudication, case.verdicts.count()) == ("open", False, 1)


def test_no_second_route_leads_around_the_gate():
    """No verdict without a claim, none under another's, none under one that has run out, and none
    by who lost the right since: through the API and the pages as through the verb."""
    world = build_world(reviewers=3, text=policy_text(verdicts=2))
    case = world.open_case()
    uphold = ruling(VerdictKind.UPHOLD)
    first, second = world.reviewers[:2]

    def rule(person, claim, now=NOON):
        return record_verdict(case_id=case.pk, reviewer=person, claim=claim, ruling=uphold, now=now)

    with refused(NotYourClaim):
        rule(first, 0)
    claim_case(case_id=case.pk, reviewer=first, now=NOON)
    with refused(NotYourClaim):
        rule(second, 1)
    with refused(ClaimLapsed):
        rule(first, 0)
    with refused(ClaimLapsed):
        rule(first, 1, MUCH_LATER)
    held = first.role_assignments.get()
    held.valid_until = NOON
    change(held, "valid_until")
    with refused(RightMissing):
        rule(first, 1, NOON + timedelta(minutes=1))
    said = {"claim": 1, "kind": "uphold", "reason_code": "agrees"}
    for person in (first, second, world.owner):
        before = state_of_tables(except_for=NOT_OF_THE_ACT)
        answer = Caller(person=person).post(
            f"cases/{case.pk}/verdict", said, now=NOON + timedelta(minutes=1)
        )
        assert answer.status in (403, 404, 409)
        assert state_of_tables(except_for=NOT_OF_THE_ACT) == before
    assert not Verdict.objects.exists()


def test_a_case_that_is_closed_takes_no_further_vote():
    world = build_world(reviewers=3)
    case = world.open_case()
    world.rule(case)

    with refused(CaseNotOpen):
        claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=NOON)

    assert Permit.objects.count() == 1
