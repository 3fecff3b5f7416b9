"""The list of decisions, and all that is on record of one."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from governance.policies import Effect
from governance.services import policies
from models_registry.services import decision_types
from reviews.models import Permit, VerdictKind
from tests.factories import LONG_AGO, SETUP, World, make_person
from tests.governance.pages.reading import acts_of, text_of
from tests.reviews.pages.conftest import Browse

BUDGET = 12


@pytest.mark.parametrize("decisions", [3, 60])
def test_the_list_costs_the_same_whatever_its_length(
    world: World, browse: Browse, django_assert_max_num_queries: Any, decisions: int
) -> None:
    for _ in range(decisions):
        world.submit(now=timezone.now())
    client = browse(world.officer)
    with django_assert_max_num_queries(BUDGET):
        response = client.get("/decisions/")
    assert len(response.context["rows"]) == min(decisions, 50)


def test_the_list_is_filtered_and_paged(world: World, browse: Browse) -> None:
    now = timezone.now()
    for number in range(51):
        world.submit(now=now, external_id=f"d-{number}")
    client = browse(world.officer)
    first = client.get("/decisions/")
    second = client.get("/decisions/" + first.context["next_url"])
    shown = [
        row["decision"].external_id for page in (first, second) for row in page.context["rows"]
    ]
    assert shown == [f"d-{number}" for number in reversed(range(51))]
    today = now.date().isoformat()
    for query, count in {
        "external_id=d-7": 1,
        "disposition=review": 50,
        "disposition=block": 0,
        f"since={today}": 50,
        "since=2999-01-01": 0,
        "since=never": 50,
        "decision_type=lending-approval": 50,
    }.items():
        assert len(client.get(f"/decisions/?{query}").context["rows"]) == count, query


@pytest.mark.parametrize(
    ("who", "in_list", "in_detail"),
    [
        ("officer", 200, 200),
        ("auditor", 200, 200),
        ("reviewer", 403, 200),
        ("other reviewer", 403, 404),
        ("administrator", 403, 404),
        ("nobody", 302, 302),
    ],
)
def test_who_may_read_decisions(
    world: World, browse: Browse, client: Any, who: str, in_list: int, in_detail: int
) -> None:
    case = world.open_case(now=timezone.now())
    people = {
        "officer": world.officer,
        "reviewer": world.reviewer,
        "auditor": make_person(roles=["auditor"]),
        "other reviewer": make_person(roles=["reviewer"]),
        "administrator": make_person(roles=["administrator"]),
    }
    browser = browse(people[who]) if who in people else client
    assert browser.get("/decisions/").status_code == in_list
    response = browser.get(f"/decisions/{case.decision_id}/")
    assert response.status_code == in_detail
    if in_detail == 200:
        assert acts_of(response) == set()


def test_the_page_tells_the_whole_story_but_never_the_permit_itself(
    world: World, browse: Browse
) -> None:
    now = timezone.now()
    case = world.open_case(now=now)
    world.rule(case, VerdictKind.OVERRIDE, outcome="grant", now=now)
    text = text_of(browse(world.officer).get(f"/decisions/{case.decision_id}/"))
    permit = Permit.objects.get()
    for wanted in (
        "Permitted: Grant",
        "override: Grant",
        "The letter says otherwise.",
        permit.digest[:12],
        "Permit issued",
        "Policy v1",
    ):
        assert wanted in text, wanted
    # Who holds the token may act.
    assert permit.token not in text


@pytest.mark.parametrize(("who", "reads"), [("officer", True), ("ruler", True), ("senior", False)])
def test_who_reads_the_text_of_a_verdict(
    world: World, browse: Browse, who: str, reads: bool
) -> None:
    now = timezone.now()
    case = world.open_case(now=now)
    world.rule(case, now=now)
    people = {"officer": world.officer, "ruler": world.reviewer, "senior": world.senior}
    text = text_of(browse(people[who]).get(f"/decisions/{case.decision_id}/"))
    assert ("The letter says otherwise." in text) is reads


def test_a_decision_that_no_policy_ruled_is_explained_too(world: World, browse: Browse) -> None:
    fresh = decision_types.define_decision_type(
        system=world.system,
        slug="fresh",
        name="Fresh type",
        question="Should it?",
        outcomes=world.decision_type.outcomes,
        fact_schema={},
        effect=Effect.NONE,
        reversible=True,
        policy=policies.create_policy(
            slug="empty", name="Empty", owner=world.officer, actor=SETUP, now=LONG_AGO
        ),
        actor=SETUP,
        now=LONG_AGO,
    )
    blocked = world.submit(now=timezone.now(), decision_type=fresh.slug, facts={})
    text = text_of(browse(world.officer).get(f"/decisions/{blocked.pk}/"))
    assert "No published policy fits this decision type" in text
    assert "Blocked" in text
