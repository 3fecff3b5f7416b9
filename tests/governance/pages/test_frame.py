"""The bar on top of every page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from governance.models import User
from governance.services import policies
from tests.factories import LONG_AGO, SETUP, make_person
from tests.governance.pages.reading import text_of

pytestmark = pytest.mark.django_db

SEE_ALL = [
    "Dashboard",
    "Queues",
    "Decisions",
    "Policies",
    "Lab",
    "Motions",
    "Contestations",
    "Qualifications",
    "Reports",
    "Evidence",
    "Administration",
    "API",
]
SEE_ALL_AND_LEND = [*SEE_ALL[:8], "Away", *SEE_ALL[8:]]


def home(person: User) -> Any:
    client = Client()
    client.force_login(person)
    return client.get("/")


@pytest.mark.parametrize(
    ("roles", "entries"),
    [
        ([], ["Dashboard", "Queues", "API"]),
        (["reviewer"], ["Dashboard", "Queues", "Away", "API"]),
        (["senior-reviewer"], ["Dashboard", "Queues", "Motions", "Away", "API"]),
        (
            ["auditor"],
            SEE_ALL,
        ),
        (
            ["compliance-officer"],
            SEE_ALL,
        ),
        (
            ["system-owner"],
            [
                "Dashboard",
                "Queues",
                "Decisions",
                "Policies",
                "Lab",
                "Motions",
                "Reports",
                "Administration",
                "API",
            ],
        ),
        (
            ["reviewer", "auditor"],
            SEE_ALL_AND_LEND,
        ),
    ],
)
def test_each_person_is_shown_what_they_may_open(roles: list[str], entries: list[str]) -> None:
    person = make_person(roles=roles)
    shown = home(person).context["nav"]
    assert [str(entry["label"]) for entry in shown] == entries
    client = Client()
    client.force_login(person)
    for entry in shown:
        assert client.get(entry["url"]).status_code == 200, entry["url"]


def test_the_page_one_is_on_is_marked() -> None:
    client = Client()
    client.force_login(make_person(roles=["reviewer"]))
    nav = client.get("/queues/").context["nav"]
    assert [str(entry["label"]) for entry in nav if entry["current"]] == ["Queues"]


def test_demo_data_are_said_on_every_page() -> None:
    person = make_person()
    assert "Demo data" not in text_of(home(person))
    policies.create_policy(
        slug="demo", name="Demo", owner=person, is_demo=True, actor=SETUP, now=LONG_AGO
    )
    assert "Demo data" in text_of(home(person))
    assert "Demo data" in text_of(Client().get("/sign-in/"))
