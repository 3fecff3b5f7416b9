"""The templates through the API."""

from __future__ import annotations

import pytest
from django.test import Client

from governance.models import LedgerEntry, Motion
from models_registry.models import AISystem
from tests.factories import change, make_person
from tests.reviews.industries.loading import load

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_person("olga", roles=["compliance-officer"])


@pytest.fixture
def api(officer):
    client = Client()
    client.force_login(officer)
    return client


def post(api, slug="legal", **body):
    return api.post(f"/api/v1/templates/{slug}/load", body, content_type="application/json")


def test_the_list_tells_modes_and_classes(api, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        answer = api.get("/api/v1/templates").json()
    assert [one["slug"] for one in answer["templates"]] == [
        "banking", "healthcare", "insurance", "legal", "logistics", "manufacturing", "retail",
    ]  # fmt: skip
    [credit, fraud] = answer["templates"][0]["systems"]
    assert (credit["mode"], credit["risk_class"]) == ("hitl", "H3")
    assert (fraud["mode"], fraud["decision_types"]) == ("hotl", ["payment"])


def test_one_tells_rules_examples_and_how_it_stands(api):
    answer = api.get("/api/v1/templates/legal").json()
    assert {part["state"] for part in answer["parts"]} == {"missing"}
    [preview] = answer["previews"]
    assert preview["policy_text"].startswith("# Human in the loop, and blind first")
    assert preview["rules"][0]["title"] == "A source could not be found"
    routes = {example["title"]: example["disposition"] for example in preview["examples"]}
    assert routes["A judgment that does not exist"] == "block"


def test_an_unknown_one_is_a_404_that_names_the_known_ones(api):
    for answer in (api.get("/api/v1/templates/law"), post(api, "law")):
        assert (answer.status_code, answer.json()["code"]) == (404, "template_unknown")
        assert "banking, healthcare" in answer.json()["detail"]


def test_loading_answers_201_then_200(api):
    answer = post(api, organisation="Ombudsman")
    assert answer.status_code == 201
    parts = {(part["kind"], part["state"]) for part in answer.json()["parts"]}
    assert ("system", "made") in parts
    assert ("policy text", "waits") in parts
    waiting = {part["motion"] for part in answer.json()["parts"] if part["motion"]}
    assert waiting == {str(motion.pk) for motion in Motion.objects.pending()}
    assert AISystem.objects.get().organisation == "Ombudsman"

    entries = LedgerEntry.objects.count()
    again = post(api, organisation="Ombudsman")
    assert again.status_code == 200
    assert {part["state"] for part in again.json()["parts"]} == {"there", "waits"}
    assert LedgerEntry.objects.count() == entries


def test_check_changes_nothing(api):
    answer = post(api, check=True)
    assert answer.status_code == 200
    assert {part["state"] for part in answer.json()["parts"]} == {"missing"}
    assert not AISystem.objects.exists()


def test_what_differs_is_a_409_that_names_it(api, officer):
    load("legal", officer)
    system = AISystem.objects.get()
    system.sector = "courts"
    change(system, "sector")
    for body in ({}, {"check": True}):
        answer = post(api, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "template_differs")
        assert answer.json()["errors"][0]["detail"] == (
            "system dispute-proposals: differs (other sector)"
        )


@pytest.mark.parametrize("body", [{"organization": "x"}, {"check": "perhaps"}, {"organisation": 3}])
def test_a_body_of_another_shape_is_refused(api, body):
    assert post(api, **body).status_code in (400, 422)
    assert not AISystem.objects.exists()


@pytest.mark.parametrize(
    ("role", "look", "act"),
    [
        ("auditor", 200, 403),
        ("administrator", 200, 403),
        ("system-owner", 200, 403),
        ("reviewer", 403, 403),
    ],
)
def test_who_may(role, look, act, db):
    client = Client()
    client.force_login(make_person(roles=[role]))
    assert client.get("/api/v1/templates").status_code == look
    assert post(client).status_code == act
    assert not AISystem.objects.exists()


def test_strangers_are_turned_away(client, db):
    assert client.get("/api/v1/templates").status_code == 401
    assert post(client).status_code == 401
