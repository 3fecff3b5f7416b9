"""The gate by each door: each of the four conditions, refused and entered alike; and what is not
there looks like what is not yours."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.models import Refusal, ReviewerRole
from governance.services.accounts import assign_role
from reviews.models import Case
from tests.authorisation.trying import Traces, about, rows
from tests.authorisation.world import NOBODY
from tests.factories import LONG_AGO, NOON, SETUP, change, join, make_person, qualify
from tests.governance.api.calling import at

pytestmark = pytest.mark.django_db

FORM = {"claim": 1, "kind": "uphold", "reason_code": "agrees", "reason_text": ""}
# A door to the gate: address with the case in it, what is sent, whether the case must be held, and
# who opens the door beside the reviewer.
DOORS = {
    "API claim": ("/api/v1/cases/{}/claim", None, False),
    "API verdict": ("/api/v1/cases/{}/verdict", FORM, True),
    "page claim": ("/cases/{}/claim/", None, False),
    "page verdict": ("/cases/{}/verdict/", FORM, True),
    "admin claim": ("/admin/reviews/case/{}/claim/", None, False),
}
REFUSED = {
    "right": (403, "right_missing"),
    "competence": (403, "competence_missing"),
    "separation": (403, "not_separate"),
    "sight": (404, "not_found"),
}


def person_lacking(condition, grounds):
    """A person who may open every door to the gate, and lacks one thing alone."""
    roles = ["auditor", "reviewer"]
    person = make_person(roles=roles[:1] if condition == "right" else roles)
    if condition == "right":
        role = ReviewerRole(
            slug="rightless",
            name="Rightless",
            permissions=["reviews.claim_case", "reviews.rule_on_case"],
        )
        change(role)
        assign_role(person=person, role=role, actor=SETUP, now=LONG_AGO)
    if condition != "competence":
        qualify(person, grounds.lending.system)
    if condition != "sight":
        join(grounds.lending.first_line, person)
    if condition == "separation":
        grounds.lending.system.owner = person
        change(grounds.lending.system, "owner")
    return person


def hold(case, person):
    """As if they had lawfully claimed it, before they lacked what they lack."""
    case.state, case.claimed_by, case.claimed_at = Case.State.CLAIMED, person, NOON
    case.lease_expires_at, case.claim_number = NOON.replace(hour=13), 1
    change(case)


def send(client, path, body):
    with at(NOON):
        if path.startswith("/api/"):
            return client.post(path, body, content_type="application/json")
        return client.post(path, body or {})


def signed_in(person):
    client = Client(raise_request_exception=False)
    with at(NOON):
        client.force_login(person)
    return client


@pytest.mark.parametrize("condition", REFUSED)
@pytest.mark.parametrize("door", DOORS)
def test_each_condition_is_refused_and_entered_alike_by_every_door(door, condition, grounds):
    path, body, must_hold = DOORS[door]
    person = person_lacking(condition, grounds)
    case = Case.objects.get(pk=grounds.open_case.pk)
    if must_hold:
        hold(case, person)
    client = signed_in(person)
    before, traces = rows(), Traces()

    status = send(client, path.format(case.pk), body).status_code

    expected, code = REFUSED[condition]
    assert status == expected
    traces.check(1)
    [refusal] = traces.refusals()
    assert refusal.code == code
    assert about(refusal) == (condition, case.pk)
    assert refusal.actor == f"person:{person.pseudonym}"
    assert rows() == before


# What differs between any two answers: the request's id, and the address that was asked.
_OWN_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Values, numbers, and the names that Django gives to savepoints.
_VALUES = re.compile(r"""'[^']*'|\b\d+\b|"s\d+_x\d+\"""")
_CASE_VERBS = [
    "/api/v1/cases/{}/claim",
    "/api/v1/cases/{}/release",
    "/api/v1/cases/{}/heartbeat",
    "/api/v1/cases/{}/escalate",
    "/api/v1/cases/{}/judgement",
    "/api/v1/cases/{}/verdict",
    "/cases/{}/claim/",
    "/cases/{}/release/",
    "/cases/{}/extend/",
    "/cases/{}/hand-up/",
    "/cases/{}/judgement/",
    "/cases/{}/verdict/",
]
_READS = ["/api/v1/cases/{}", "/cases/{}/", "/api/v1/decisions/{}", "/decisions/{}/"]


def body_of(path):
    if "judgement" in path:
        return {"outcome": "grant"}
    return FORM if "verdict" in path else None


def answer_and_queries(client, method, path):
    """Status, headers and body without what differs each time, and the shape of each query."""
    with CaptureQueriesContext(connection) as captured:
        if method == "POST":
            answer = send(client, path, body_of(path))
        else:
            with at(NOON):
                answer = client.get(path)
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    queries = [_VALUES.sub("?", query["sql"]) for query in captured]
    return answer.status_code, headers, _OWN_ID.sub(b"", answer.content), queries


@pytest.mark.parametrize(
    ("method", "path"),
    [*(("POST", path) for path in _CASE_VERBS), *(("GET", path) for path in _READS)],
)
def test_nothing_tells_anothers_case_from_one_that_does_not_exist(method, path, grounds):
    client = signed_in(grounds.people["reviewer"])
    thing = grounds.foreign_case
    key = thing.decision_id if "decisions" in path else thing.pk
    answer_and_queries(client, method, path.format(NOBODY))  # what is looked up once and kept

    others = answer_and_queries(client, method, path.format(key))
    missing = answer_and_queries(client, method, path.format(NOBODY))

    assert others[0] in (403, 404)
    for what, of_others, of_missing in zip(
        ("status", "headers", "body", "queries"), others, missing, strict=True
    ):
        assert of_others == of_missing, what


def test_a_try_at_anothers_case_is_entered_with_its_id(grounds):
    client = signed_in(grounds.people["reviewer"])
    for path in _CASE_VERBS:
        traces = Traces()
        assert send(client, path.format(grounds.foreign_case.pk), body_of(path)).status_code == 404
        [refusal] = traces.refusals()
        assert about(refusal) == ("sight", grounds.foreign_case.pk)
    assert Refusal.objects.filter(condition="sight").count() >= len(_CASE_VERBS)
