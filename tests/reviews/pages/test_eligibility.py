"""Why may I rule, or why not: every condition in words, for whom it is meant, and no more."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.ledger import record
from governance.models import Absence, Conflict, DecisionRight
from governance.services import accounts
from reviews.models import Case
from reviews.services.claiming import claim_case
from reviews.services.deciding import commit_judgement
from tests.factories import (
    LONG_AGO,
    NOON,
    SETUP,
    build_world,
    change,
    join,
    make_person,
    policy_text,
    qualify,
)
from tests.governance.api.calling import Caller
from tests.governance.pages.reading import Markup, text_of
from tests.reviews.written import state_of_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


def ask(case, by, **query):
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return Caller(person=by).get(f"cases/{case.pk}/eligibility?{words}")


def unmet(answer):
    assert answer.status == 200, answer.body
    return [one["condition"] for one in answer.body["conditions"] if not one["met"]]


def only_grants(world, role="reviewer"):
    right = DecisionRight.objects.get(role__slug=role)
    right.outcomes = ["grant"]
    change(right, "outcomes")


def test_who_may_is_told_what_it_rests_on(world):
    case = world.open_case()
    asking = Caller(person=world.reviewer)
    before = state_of_tables()

    answer = asking.get(f"cases/{case.pk}/eligibility")

    assert state_of_tables() == before
    assert answer.body == {
        "person": str(world.reviewer.pseudonym),
        "may": True,
        "conditions": [
            {
                "condition": "right",
                "met": True,
                "sentence": "The role reviewer carries a right that covers this.",
                "remedy": "",
            },
            {
                "condition": "competence",
                "met": True,
                "sentence": "A qualification for lending 1.0.0 is valid.",
                "remedy": "",
            },
            {
                "condition": "separation",
                "met": True,
                "sentence": "Nothing ties the person to this decision.",
                "remedy": "",
            },
            {
                "condition": "sight",
                "met": True,
                "sentence": "A reviewer of the queue.",
                "remedy": "",
            },
        ],
        "obstacles": [],
        "next_ballot": {
            "number": 1, "of": 1, "name": "verdicts", "needed": 1, "panel": 1, "roles": [],
        },
        "right": str(DecisionRight.objects.get(role__slug="reviewer").pk),
        "role": "reviewer",
        "qualification": str(world.reviewer.qualifications.get().pk),
        "outcome_withheld": False,
    }  # fmt: skip


def no_right(world, case):
    right = DecisionRight.objects.get(role__slug="reviewer")
    right.valid_until = NOON
    change(right, "valid_until")


def no_proof(world, case):
    proof = world.reviewer.qualifications.get()
    proof.valid_until = NOON
    change(proof, "valid_until")


def too_near(world, case):
    world.system.owner = world.reviewer
    change(world.system, "owner")


def in_conflict(world, case):
    row = Conflict(
        person=world.reviewer, organisation="Example Bank", reason="spouse", valid_from=LONG_AGO
    )
    record.keep(row, "test.conflict.recorded", actor=SETUP, at=LONG_AGO)


def absent(world, case):
    until = NOON + timedelta(days=1)
    row = Absence(person=world.reviewer, valid_from=LONG_AGO, valid_until=until)
    record.keep(row, "test.absence.recorded", actor=SETUP, at=LONG_AGO)


def another_stage(world, case):
    case.stage_roles = ["senior-reviewer"]
    change(case, "stage_roles")


@pytest.mark.parametrize(
    ("happens", "condition", "sentence", "remedy"),
    [
        (no_right, "right", "No role held may rule", "Ask an officer to propose a decision right"),
        (absent, "right", "Recorded as absent until 2026-11-24 12:00 UTC", "can be ended early"),
        (another_stage, "right", "next ballot is for the role senior-reviewer", "senior-reviewer"),
        (no_proof, "competence", "No qualification for lending 1.0.0", "instructions for use read"),
        (too_near, "separation", "Owns, or has owned, the AI system", "leave the case to another"),
        (in_conflict, "separation", "standing conflict of interest", "leave the case to another"),
    ],
)
def test_each_unmet_condition_says_why_and_what_to_do(world, happens, condition, sentence, remedy):
    case = world.open_case()
    happens(world, case)

    answer = ask(case, world.reviewer)

    assert unmet(answer) == [condition]
    [told] = [one for one in answer.body["conditions"] if one["condition"] == condition]
    assert sentence in told["sentence"]
    assert remedy in told["remedy"]
    assert answer.body["may"] is False


def test_an_officer_is_told_of_anybody_by_pseudonym_or_user_name(world):
    case, stranger = world.open_case(), make_person("lonely-lou", roles=["reviewer"])
    for handle in (stranger.pseudonym, stranger.username, stranger.username.upper()):
        answer = ask(case, world.officer, person=handle)
        assert unmet(answer) == ["competence", "sight"]
        assert answer.body["person"] == str(stranger.pseudonym)
        assert "Lonely" not in str(answer.body)
    assert "First Line" in answer.body["conditions"][3]["remedy"]
    assert unmet(ask(case, world.officer)) == ["right", "competence", "sight"]
    assert ask(case, world.officer, person="nobody").status == 404


def test_others_are_asked_about_by_those_who_oversee_alone(world):
    case, colleague = world.open_case(), world.reviewers[1]
    assert ask(case, world.reviewer, person=colleague.pseudonym).status == 403
    assert ask(case, world.reviewer, person="nobody").status == 403
    assert ask(case, world.reviewer, person=world.reviewer.username).status == 200
    assert Caller(person=world.reviewer).get(f"cases/{case.pk}/eligible").status == 403


@pytest.mark.parametrize("role", ["reviewer", "senior-reviewer"])
def test_the_cases_of_other_queues_are_not_there(world, role):
    case, outsider = world.open_case(), make_person(roles=[role])
    qualify(outsider, world.system)
    assert ask(case, outsider).code == "not_found"
    assert ask(case, outsider, person=world.reviewer.pseudonym).code == "not_found"
    assert ask(case, make_person(roles=["administrator"])).status == 403


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ({"verdict": "approve"}, ["/verdict"]),
        ({"outcome": "grant"}, ["/outcome"]),
        ({"verdict": "uphold", "outcome": "grant"}, ["/outcome"]),
        ({"verdict": "override", "outcome": "perhaps"}, ["/outcome"]),
        ({"verdict": "approve", "outcome": "perhaps"}, ["/verdict", "/outcome"]),
    ],
)
def test_a_ruling_that_could_not_be_given_is_refused_by_name(world, query, pointers):
    answer = ask(world.open_case(), world.reviewer, **query)
    assert (answer.status, answer.pointers) == (400, pointers)


def test_a_ruling_is_judged_as_the_verdict_would_be(world):
    only_grants(world)
    case = world.open_case()
    assert unmet(ask(case, world.reviewer)) == []
    assert unmet(ask(case, world.reviewer, verdict="override", outcome="grant")) == []
    assert unmet(ask(case, world.reviewer, verdict="override", outcome="refuse")) == ["right"]
    told = ask(case, world.reviewer, verdict="uphold")
    assert unmet(told) == ["right"]
    assert "'refuse'" in told.body["conditions"][0]["sentence"]


@pytest.mark.parametrize("outcome", ["grant", "refuse"])
def test_a_blind_case_does_not_give_the_output_away(outcome):
    world = build_world(text=policy_text(rules=" []", reviewer_sees="blind_first"))
    only_grants(world)
    case = world.open_case(outcome=outcome, confidence=0.5)
    assert case.blind_first

    answers = [
        ask(case, world.reviewer, **query).body
        for query in (
            {},
            {"verdict": "uphold"},
            {"verdict": "abstain"},
            {"verdict": "override"},
            {"verdict": "override", "outcome": "grant"},
            {"verdict": "override", "outcome": "refuse"},
        )
    ]
    said = [(one["may"], one["outcome_withheld"]) for one in answers]
    # The same whatever the AI says.
    assert said == [
        (True, False), (True, True), (True, False), (True, False), (True, False), (False, False),
    ]  # fmt: skip
    assert "refuse" not in str(answers[:5])
    assert "grant" not in str(answers[:4])
    assert "Blind first" in str(answers[0]["obstacles"])

    # Once they have judged, there is nothing left to be blind for.
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    commit_judgement(case_id=case.pk, reviewer=world.reviewer, outcome="grant", now=NOON)
    told = ask(case, world.reviewer, verdict="uphold").body
    assert (told["may"], told["outcome_withheld"]) == (outcome == "grant", False)
    # A colleague who still is to judge is told as little as before, the officer everything.
    assert ask(case, world.reviewers[1], verdict="uphold").body["may"] is True
    about = ask(case, world.officer, verdict="uphold", person=world.reviewer.pseudonym).body
    assert about["may"] is (outcome == "grant")


def test_what_stands_in_the_way_beside_the_conditions_is_told(world):
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=NOON)
    assert "Somebody holds the case" in ask(case, world.reviewer).body["obstacles"][0]
    assert ask(case, world.reviewers[1]).body["obstacles"] == []
    world.rule(case, by=world.reviewers[1], claim=False)
    told = ask(case, world.reviewer).body
    assert "The case is closed" in told["obstacles"][0]
    assert told["next_ballot"] is None
    assert "No role held gives verdicts" in ask(case, world.officer).body["obstacles"][0]


def test_the_next_ballot_is_that_of_the_quorum():
    world = build_world(reviewers=3, text=policy_text(verdicts=2))
    case = world.open_case()
    expected = {"number": 1, "of": 1, "name": "verdicts", "needed": 2, "panel": 2, "roles": []}
    assert ask(case, world.reviewer).body["next_ballot"] == expected
    case.quorum = {
        "preset": "",
        "stages": [
            {"name": "first", "required": 1, "panel": 1, "roles": [], "veto": False},
            {"name": "second", "required": 1, "panel": 1, "roles": ["chief"], "veto": True},
        ],
    }
    change(case, "quorum")
    assert ask(case, world.reviewer).body["next_ballot"]["name"] == "first"
    case.verdicts.create(
        case=case,
        ruled_by=world.reviewers[1],
        kind="uphold",
        outcome="refuse",
        reason_code="agrees",
        claimed_at=NOON,
        ruled_at=NOON,
        right=DecisionRight.objects.get(role__slug="reviewer"),
        qualification=world.reviewers[1].qualifications.get(),
    )
    record.append("test.verdict.given", subject=case.verdicts.get(), actor=SETUP, at=NOON)
    second = ask(case, world.reviewer).body["next_ballot"]
    assert (second["number"], second["name"], second["roles"]) == (2, "second", ["chief"])


def test_who_may_rule_lists_the_queue_at_the_cost_of_one_case(world):
    case = world.open_case()

    def listed():
        with CaptureQueriesContext(connection) as captured:
            answer = Caller(person=world.officer).get(f"cases/{case.pk}/eligible")
        assert answer.status == 200
        return answer.body, len(captured)

    rows, few = listed()
    may = [row["person"] for row in rows if row["may"]]
    assert set(may) == {str(one.pseudonym) for one in [*world.reviewers, world.senior]}
    for _ in range(12):
        person = make_person(roles=["reviewer"])
        join(world.first_line, person)
    no_proof(world, case)
    rows, many = listed()
    assert many == few
    assert [row["may"] for row in rows] == [True] * 2 + [False] * 13
    assert {tuple(row["unmet"]) for row in rows[2:]} == {("competence",)}


# The page: the same judgement for a reader.


def test_the_page_says_it_with_marks(world, browse):
    case = world.open_case()
    no_proof(world, case)
    client = browse(world.reviewer)
    assert f"/cases/{case.pk}/eligibility/" in text_of(client.get(f"/cases/{case.pk}/"))

    page = client.get(f"/cases/{case.pk}/eligibility/")

    text = text_of(page)
    for said in ("May I rule on this case?", "not met", "A qualification", "Ask an officer"):
        assert said.replace("A qualification", "No qualification") in text
    assert Markup(text).forbidden == []
    assert 'name="person"' not in text
    faulty = client.get(f"/cases/{case.pk}/eligibility/?verdict=uphold&outcome=grant")
    assert "Goes with override and reverse only." in text_of(faulty)


def test_the_page_of_those_who_oversee_picks_a_person_and_lists_who_may(world, browse):
    case = world.open_case()
    outside = make_person("faraway-fay", roles=["reviewer"])
    client = browse(world.officer)
    text = text_of(client.get(f"/cases/{case.pk}/eligibility/"))
    assert str(outside.pseudonym) in text
    for one in [*world.reviewers, world.senior]:
        assert f"?person={one.pseudonym}" in text
    about = text_of(client.get(f"/cases/{case.pk}/eligibility/?person={outside.pseudonym}"))
    assert "May Faraway Fay rule on this case?" in about
    assert client.get(f"/cases/{case.pk}/eligibility/?person=nobody").status_code == 404


def test_the_page_is_closed_to_others(world, browse):
    case = world.open_case()
    address = f"/cases/{case.pk}/eligibility/"
    assert browse(make_person(roles=["reviewer"])).get(address).status_code == 404
    assert browse(make_person(roles=["administrator"])).get(address).status_code == 403
    about = f"{address}?person={world.reviewers[1].pseudonym}"
    assert browse(world.reviewer).get(about).status_code == 403


def test_the_page_costs_the_same_for_a_large_queue(world, browse, django_assert_max_num_queries):
    case = world.open_case()
    for _ in range(12):
        join(world.first_line, make_person(roles=["reviewer"]))
    client = browse(world.officer)
    with django_assert_max_num_queries(36):
        assert client.get(f"/cases/{case.pk}/eligibility/").status_code == 200


def test_every_case_is_asked_about_with_the_clock_of_the_door(world):
    case = Case.objects.get(pk=world.open_case().pk)
    accounts.end_role(
        assignment=world.reviewer.role_assignments.get(),
        actor=SETUP,
        now=NOON + timedelta(hours=1),
    )
    assert unmet(ask(case, world.reviewer)) == []
