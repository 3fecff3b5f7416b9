"""Two people must rule: agreement, disagreement, adjudication (Art. 14(5))."""

import pytest

from reviews.errors import NotSeparate
from reviews.models import Case, Escalation, Permit, Verdict, VerdictKind
from reviews.services.claiming import claim_case
from reviews.services.executing import renew_permit
from reviews.services.rights import rulable_by
from tests.factories import NOON, build_world, policy_text
from tests.governance.api.calling import Caller, integrator
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world(reviewers=3, text=policy_text(verdicts=2))


def test_one_ballot_opens_the_case_for_the_next_person_and_permits_nothing(world):
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    written = Written()

    world.rule(case, claim=False)

    case.refresh_from_db()
    assert (case.state, case.claimed_by, case.final_outcome) == ("open", None, "")
    assert not Permit.objects.exists()
    assert written.entries() == [
        ("reviews.verdict.given", person(world.reviewer)),
        ("reviews.case.balloted", person(world.reviewer)),
    ]
    assert written.messages() == []


def test_two_who_agree_decide_and_the_permit_names_both(world):
    case = world.open_case()

    first = world.rule(case)
    second = world.rule(case, by=world.reviewers[1])

    case.refresh_from_db()
    permit = Permit.objects.get()
    assert (case.state, case.final_outcome) == ("decided", "refuse")
    assert set(permit.verdict_ids) == {first.pk, second.pk}


def test_upholding_and_overriding_to_the_same_outcome_would_be_no_agreement(world):
    case = world.open_case()

    world.rule(case, VerdictKind.OVERRIDE, outcome="grant")
    world.rule(case, by=world.reviewers[1])

    case.refresh_from_db()
    assert case.adjudication


def test_two_who_disagree_leave_it_to_the_next_rung(world):
    case = world.open_case()
    world.rule(case)
    claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=NOON)
    written = Written()

    world.rule(case, VerdictKind.OVERRIDE, by=world.reviewers[1], outcome="grant", claim=False)

    case.refresh_from_db()
    assert (case.state, case.queue, case.rung) == ("open", world.second_line, 1)
    assert case.adjudication
    assert not Permit.objects.exists()
    assert Escalation.objects.get().reason == Escalation.Reason.DISAGREEMENT
    assert written.events() == ["reviews.verdict.given", "reviews.case.escalated"]
    assert written.messages() == [("case.escalated", None)]


@pytest.mark.parametrize(
    ("kind", "outcome", "final"),
    [(VerdictKind.UPHOLD, "", "refuse"), (VerdictKind.OVERRIDE, "grant", "grant")],
)
def test_the_adjudicator_decides_alone(world, kind, outcome, final):
    case = world.open_case()
    world.rule(case)
    world.rule(case, VerdictKind.OVERRIDE, by=world.reviewers[1], outcome="grant")

    verdict = world.rule(case, kind, by=world.senior, outcome=outcome)

    case.refresh_from_db()
    assert (case.state, case.final_outcome) == ("decided", final)
    assert Permit.objects.get().verdict_ids == [verdict.pk]


def test_a_permit_issued_anew_stands_on_the_adjudicator_alone_too(world):
    """The ballot that said the same before the dispute decided nothing."""
    case = world.open_case()
    world.rule(case)
    world.rule(case, VerdictKind.OVERRIDE, by=world.reviewers[1], outcome="grant")
    verdict = world.rule(case, by=world.senior)
    lapsed = Permit.objects.get().expires_at

    anew = renew_permit(decision_id=case.decision_id, client=world.client, now=lapsed)

    assert anew.verdict_ids == [verdict.pk]


def test_an_adjudicator_who_abstains_leaves_the_case_open(world):
    case = world.open_case()
    world.rule(case)
    world.rule(case, VerdictKind.OVERRIDE, by=world.reviewers[1], outcome="grant")

    world.rule(case, VerdictKind.ABSTAIN, by=world.senior)

    case.refresh_from_db()
    assert (case.state, case.adjudication) == ("open", True)
    assert not Permit.objects.exists()


def test_nobody_rules_twice_on_one_decision(world):
    case = world.open_case()
    world.rule(case)

    with refused(NotSeparate):
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    assert not Case.objects.filter(rulable_by(world.reviewer, NOON)).exists()


def test_an_abstention_does_not_count(world):
    case = world.open_case()
    world.rule(case, VerdictKind.ABSTAIN)

    world.rule(case, by=world.reviewers[1])

    case.refresh_from_db()
    assert case.state == "open"
    world.rule(case, by=world.reviewers[2])
    case.refresh_from_db()
    assert case.state == "decided"


def test_the_number_of_verdicts_is_fixed_when_the_case_opens(world):
    case = world.open_case()
    assert case.verdicts_required == 2

    world.rule(case)

    assert Verdict.objects.filter(case=case).count() == 1
    case.refresh_from_db()
    assert case.verdicts_required == 2


def test_a_ballot_stays_sealed_until_the_quorum_is_met(world):
    case = world.open_case()
    world.rule(case, VerdictKind.OVERRIDE, outcome="grant")

    seen = Caller(person=world.reviewers[1]).get(f"cases/{case.pk}")
    told = integrator(world).get(f"decisions/{case.decision_id}")

    assert seen.status == 200
    assert '"grant"' not in seen.response.content.decode()
    assert (told.body["standing"], told.body["outcome"]) == ("in_review", None)
