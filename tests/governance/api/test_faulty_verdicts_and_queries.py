"""Faulty verdicts, queries and addresses: named, and nothing left behind."""

from datetime import timedelta
from typing import Any

import pytest

from governance.models import Refusal
from reviews.services.claiming import claim_case, release_case
from tests.factories import NOON, build_world
from tests.governance.api.calling import Caller
from tests.governance.api.expected import Expected, check_refused, invalid, unfit
from tests.reviews.written import TRACES_OF_REFUSAL, state_of_tables

pytestmark = pytest.mark.django_db

VERDICT = {
    "claim": 1,
    "kind": "override",
    "outcome": "grant",
    "reason_code": "contradicts-evidence",
    "reason_text": "The letter says otherwise.",
}
VERDICTS: dict[str, tuple[dict[str, Any], Expected]] = {
    "no outcome for an override": ({"outcome": ""}, unfit("/outcome")),
    "the AI's own outcome": ({"outcome": "refuse"}, unfit("/outcome")),
    "an unknown outcome": ({"outcome": "perhaps"}, unfit("/outcome")),
    "a reason of another kind": ({"reason_code": "agrees"}, unfit("/reason_code")),
    "no reason": ({"reason_code": ""}, invalid("/reason_code")),
    "a short text": ({"reason_text": "short"}, unfit("/reason_text")),
    "an unknown kind": ({"kind": "approve"}, invalid("/kind")),
    "a claim as text": ({"claim": "1"}, invalid("/claim")),
    "claim 0": ({"claim": 0}, invalid("/claim")),
    "an old claim": ({"claim": 7}, Expected(409, "claim_lapsed")),
    "a huge claim": ({"claim": 2**62}, Expected(409, "claim_lapsed")),
    "somebody else's name": ({"ruled_by": "me"}, invalid("/ruled_by")),
}


@pytest.mark.parametrize(("fields", "expected"), VERDICTS.values(), ids=VERDICTS)
def test_a_faulty_verdict_is_named_and_leaves_the_case_as_it_was(fields, expected):
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    caller = Caller(person=world.reviewer)
    before = state_of_tables(except_for=TRACES_OF_REFUSAL)

    answer = caller.post(f"cases/{case.pk}/verdict", VERDICT | fields)

    check_refused(answer, expected)
    assert state_of_tables(except_for=TRACES_OF_REFUSAL) == before
    assert Refusal.objects.count() == (1 if expected.status == 409 else 0)


def test_anothers_claim_a_lapsed_and_an_earlier_one_are_conflicts():
    world = build_world()
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    mine, other = Caller(person=world.reviewer), Caller(person=world.reviewers[1])
    path = f"cases/{case.pk}/verdict"

    assert other.post(path, VERDICT).code == "not_your_claim"
    assert other.post(f"cases/{case.pk}/claim").code == "case_not_open"
    assert mine.post(path, VERDICT, now=NOON + timedelta(minutes=15)).code == "claim_lapsed"
    release_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    assert mine.post(path, VERDICT).code == "claim_lapsed"
    assert not case.verdicts.exists()


QUERIES = [
    ("cases?cursor=abc", "/cursor"),
    ("cases?cursor=cD1hYmM%3D", "/cursor"),
    ("cases?cursor=cD0lMDA%3D", "/cursor"),
    ("cases?cursor=bz05OTk5OTk5OTk5OTk5OTk5OTk5OSZwPTE%3D", "/cursor"),
    ("cases?cursor=%00", "/cursor"),
    ("cases?queue=%00", "/queue"),
    ("cases?state=a&state=%00", "/state"),
    ("decisions?external_id=a%00b", "/external_id"),
    ("decisions?decision_type=%00", "/decision_type"),
    ("ledger/entries?event=%00", "/event"),
    ("ledger/entries?subject=abc", "/subject"),
    ("ledger/entries?subject=", "/subject"),
]


@pytest.mark.parametrize(("path", "pointer"), QUERIES)
def test_a_faulty_query_is_400_and_names_the_parameter(path, pointer):
    world = build_world()

    check_refused(Caller(person=world.officer).get(path), invalid(pointer))


@pytest.mark.parametrize(
    "path",
    [
        "cases?page_size=abc",
        "cases?page_size=-1",
        "cases?page_size=0",
        "cases?page_size=99999999999999999999999",
        "cases?queue=%ff%fe",
        "cases?state=unheard-of",
        "decisions?external_id=%F0%9F%92%A9",
        "events-is-no-address",
    ],
)
def test_an_odd_query_is_answered_and_never_with_5xx(path):
    world = build_world()

    assert Caller(person=world.officer).get(path).status in {200, 404}


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "nonsense", Expected(404, "not_found")),
        ("GET", "cases/not-a-uuid", Expected(404, "not_found")),
        ("GET", "policies/a%0Ab/versions", Expected(404, "not_found")),
        ("GET", "cases/01939c6e-5c2f-7a10-8000-5a0b1c2d3e4f", Expected(404, "not_found")),
        ("POST", "nonsense/deeper", Expected(404, "not_found")),
        ("PUT", "decisions", Expected(405, "method_not_allowed")),
        ("DELETE", "halts", Expected(405, "method_not_allowed")),
    ],
)
def test_a_wrong_address_or_method_is_a_problem_too(method, path, expected):
    world = build_world()

    check_refused(Caller(person=world.officer).send(method, path), expected)
