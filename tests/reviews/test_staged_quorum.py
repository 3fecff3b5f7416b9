"""Quorums of several stages: whose turn it is, when it is met, what a veto does."""

import pytest

from governance.models import LedgerEntry, ReviewerRole
from governance.quorum import plain
from governance.services.accounts import assign_role
from reviews.errors import CaseVetoed, RightMissing
from reviews.models import Case, Escalation, Permit, VerdictKind
from reviews.services.claiming import claim_case
from reviews.services.rights import rulable_by
from tests.factories import NOON, SETUP, build_world, change, policy_text
from tests.governance.api.calling import Caller
from tests.reviews.quorums import TWO_OF_THREE, TWO_STAGES, WITH_VETO, quorum_policy
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


def world_of(stages):
    return build_world(reviewers=4, text=quorum_policy(stages))


def test_a_case_keeps_the_quorum_it_was_opened_with():
    world = world_of(TWO_STAGES)

    case = world.open_case()

    assert case.quorum == {
        "preset": "board",
        "stages": [
            {"name": "reading", "required": 1, "panel": 1, "roles": ["reviewer"], "veto": False},
            {
                "name": "release",
                "required": 1,
                "panel": 1,
                "roles": ["senior-reviewer"],
                "veto": False,
            },
        ],
    }
    assert (case.verdicts_required, case.stage_roles) == (2, ["reviewer"])
    entry = LedgerEntry.objects.get(event="reviews.case.opened", subject_id=case.pk)
    assert '"release"' in bytes(entry.leaf).decode()


def test_each_stage_is_for_the_people_of_its_roles():
    world = world_of(TWO_STAGES)
    case = world.open_case()
    with refused(RightMissing):
        claim_case(case_id=case.pk, reviewer=world.senior, now=NOON)
    assert not Case.objects.filter(rulable_by(world.senior, NOON)).exists()

    first = world.rule(case)

    case.refresh_from_db()
    assert (case.state, case.stage_roles, first.stage) == ("open", ["senior-reviewer"], 0)
    with refused(RightMissing):
        claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=NOON)
    second = world.rule(case, by=world.senior)
    case.refresh_from_db()
    assert (case.state, case.final_outcome, second.stage) == ("decided", "refuse", 1)
    assert Permit.objects.get().verdict_ids == [first.pk, second.pk]


def test_two_of_three_decide_against_one_and_the_permit_names_the_two():
    world = world_of(TWO_OF_THREE)
    case = world.open_case()

    first = world.rule(case, VerdictKind.OVERRIDE, outcome="grant")
    world.rule(case, by=world.reviewers[1])
    assert not Permit.objects.exists()
    third = world.rule(case, VerdictKind.OVERRIDE, by=world.reviewers[2], outcome="grant")

    case.refresh_from_db()
    assert (case.state, case.final_outcome) == ("decided", "grant")
    assert Permit.objects.get().verdict_ids == [first.pk, third.pk]


def test_stages_that_settle_on_different_outcomes_go_to_an_adjudicator_of_any_role():
    world = world_of(TWO_STAGES)
    case = world.open_case()
    world.rule(case)

    world.rule(case, VerdictKind.OVERRIDE, by=world.senior, outcome="grant")

    case.refresh_from_db()
    assert (case.adjudication, case.stage_roles, case.vetoed_at) == (True, [], None)
    assert Escalation.objects.get().reason == Escalation.Reason.DISAGREEMENT
    assert not Permit.objects.exists()


def test_a_veto_bars_the_outcome_of_the_ai_from_then_on():
    world = world_of(WITH_VETO)
    case = world.open_case()
    world.rule(case)
    claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=NOON)
    written = Written()

    world.rule(case, VerdictKind.OVERRIDE, by=world.reviewers[1], outcome="grant", claim=False)

    case.refresh_from_db()
    assert (case.vetoed_at, case.adjudication, case.queue) == (NOON, True, world.second_line)
    assert Escalation.objects.get().reason == Escalation.Reason.VETO
    assert written.entries() == [
        ("reviews.verdict.given", person(world.reviewers[1])),
        ("reviews.case.escalated", person(world.reviewers[1])),
    ]
    assert case.history.latest().vetoed_at == NOON

    claim_case(case_id=case.pk, reviewer=world.senior, now=NOON)
    with refused(CaseVetoed):
        world.rule(case, by=world.senior, claim=False)

    verdict = world.rule(case, VerdictKind.OVERRIDE, by=world.senior, outcome="grant", claim=False)
    case.refresh_from_db()
    assert (case.final_outcome, verdict.stage) == ("grant", None)


def test_upholding_what_was_vetoed_is_a_conflict_with_a_sentence():
    world = world_of(WITH_VETO)
    case = world.open_case()
    world.rule(case, VerdictKind.OVERRIDE, outcome="grant")
    claim_case(case_id=case.pk, reviewer=world.senior, now=NOON)
    senior = Caller(person=world.senior)

    answer = senior.post(
        f"cases/{case.pk}/verdict", {"claim": 2, "kind": "uphold", "reason_code": "agrees"}
    )

    assert (answer.status, answer.code) == (409, "case_vetoed")
    assert senior.get(f"cases/{case.pk}").body["vetoed_at"] == "2026-11-23T12:00:00Z"


def test_an_abstention_belongs_to_no_stage_and_leaves_the_turn_where_it_was():
    world = world_of(TWO_STAGES)
    case = world.open_case()

    verdict = world.rule(case, VerdictKind.ABSTAIN)

    case.refresh_from_db()
    assert (verdict.stage, case.stage_roles, case.state) == (None, ["reviewer"], "open")


def test_a_case_from_before_quorums_had_stages_takes_as_many_people_as_it_says():
    world = build_world(reviewers=3, text=policy_text(verdicts=2))
    case = world.open_case()
    case.quorum = case.stage_roles = None
    change(case, "quorum", "stage_roles")

    world.rule(case)
    case.refresh_from_db()
    assert (case.quorum_rule, case.state) == (plain(2), "open")
    world.rule(case, by=world.reviewers[1])

    case.refresh_from_db()
    assert (case.state, case.final_outcome) == ("decided", "refuse")


def test_what_the_quorum_asks_is_told_and_how_far_it_is():
    world = world_of(TWO_STAGES)
    case = world.open_case()
    world.rule(case)

    told = Caller(person=world.senior).get(f"cases/{case.pk}").body["quorum"]

    assert (told["name"], told["people"], told["ballots"]) == ("board", 2, 1)
    assert [(one["name"], one["ballots"], one["state"]) for one in told["stages"]] == [
        ("reading", 1, "met"),
        ("release", 0, "now"),
    ]
    listed = Caller(person=world.senior).get("cases").body["results"]
    assert [one["quorum"] for one in listed] == [told]


def test_the_roles_of_a_later_day_do_not_touch_an_open_case():
    world = world_of(TWO_STAGES)
    case = world.open_case()
    role = ReviewerRole.objects.get(slug="senior-reviewer")
    role.name = "Chief"
    change(role, "name")
    assign_role(person=world.reviewers[1], role=role, actor=SETUP, now=NOON)

    case.refresh_from_db()

    assert case.stage_roles == ["reviewer"]
