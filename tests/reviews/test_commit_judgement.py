"""Judging before the AI's output is shown (Art. 14(4)(b), automation bias)."""

from datetime import timedelta

import pytest

from governance.errors import InputInvalid
from reviews.errors import ClaimLapsed, JudgementGiven, JudgementMissing, NotYourClaim
from reviews.models import PriorJudgement
from reviews.services.claiming import claim_case
from reviews.services.deciding import commit_judgement
from tests.factories import NOON, build_world, make_person, policy_text
from tests.governance.api.calling import Caller
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world(text=policy_text(reviewer_sees="blind_first"))


@pytest.fixture
def case(world):
    case = world.open_case()
    return claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)


def judge(case, by, outcome="grant", now=NOON):
    return commit_judgement(case_id=case.pk, reviewer=by, outcome=outcome, now=now)


def test_a_judgement_is_kept_and_entered_with_its_author(world, case):
    written = Written()

    judgement = judge(case, world.reviewer)

    assert (judgement.judged_by, judgement.outcome) == (world.reviewer, "grant")
    assert written.entries() == [("reviews.judgement.committed", person(world.reviewer))]
    assert written.messages() == []


def test_no_verdict_without_a_judgement(world, case):
    with refused(JudgementMissing):
        world.rule(case, claim=False)

    judge(case, world.reviewer)
    world.rule(case, claim=False)

    case.refresh_from_db()
    assert case.state == "decided"


def test_a_judgement_binds_nobody_to_rule_the_same(world, case):
    judge(case, world.reviewer, "grant")

    verdict = world.rule(case, claim=False)

    assert (verdict.kind, verdict.outcome) == ("uphold", "refuse")


def test_the_ais_output_shows_after_the_judgement_and_to_nobody_else_who_rules(world, case):
    mine, other = Caller(person=world.reviewer), Caller(person=world.reviewers[1])
    path = f"cases/{case.pk}"
    before = mine.get(path).body

    judge(case, world.reviewer)

    after = mine.get(path).body
    assert (before["outcome"], before["confidence"]) == (None, None)
    assert (after["outcome"], after["confidence"]) == ("refuse", 0.8)
    assert other.get(path).body["outcome"] is None


def test_a_second_judgement_an_unknown_outcome_and_a_shown_case_are_refused(world, case):
    with refused(InputInvalid):
        judge(case, world.reviewer, "unheard-of")
    judge(case, world.reviewer)

    with refused(JudgementGiven):
        judge(case, world.reviewer, "refuse")


def test_a_case_that_shows_everything_takes_no_judgement():
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)

    with refused(JudgementGiven):
        judge(case, world.reviewer)


def test_only_the_holder_judges_and_only_under_the_lease(world, case):
    with refused(NotYourClaim):
        judge(case, world.reviewers[1])
    with refused(ClaimLapsed):
        judge(case, world.reviewer, now=NOON + timedelta(minutes=15))


@pytest.mark.parametrize(
    ("who", "status"), [("holder", 201), ("other", 409), ("officer", 403), ("stranger", 404)]
)
def test_who_may_judge(world, case, who, status):
    someone = {
        "holder": world.reviewer,
        "other": world.reviewers[1],
        "officer": world.officer,
        "stranger": make_person(roles=["reviewer"]),
    }[who]

    answer = Caller(person=someone).post(f"cases/{case.pk}/judgement", {"outcome": "grant"})

    assert answer.status == status
    assert PriorJudgement.objects.count() == (1 if status == 201 else 0)
