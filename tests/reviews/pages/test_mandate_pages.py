"""Mandates on the pages: what is used up, who issued it with whom, and ending it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from governance.models import Motion
from governance.policies import Effect
from governance.services.motions import move
from models_registry.models import Mandate
from models_registry.motions import mandates as act
from models_registry.services.mandates import issue_mandate
from tests.factories import World, build_world, policy_text
from tests.governance.api.calling import Caller
from tests.governance.motions.motioning import vote
from tests.governance.pages.reading import Markup, text_of
from tests.reviews.pages.conftest import Browse

PASSES = """
  - {id: all, title: All, when: confidence >= 0.0, then: pass, reason: Under the mandate.}
"""
BUDGET = 12


@pytest.fixture
def world(db: None) -> World:
    text = policy_text(mode="hic", rules=PASSES, reviewer_sees="blind_first")
    return build_world(effect=Effect.NONE, text=text)


def allow(world: World, **limits: Any) -> Mandate:
    now = timezone.now()
    return issue_mandate(
        **{"max_decisions": 5, "valid_until": now + timedelta(days=30)} | limits,
        decision_type=world.decision_type,
        objective="Small loans.",
        issued_by=world.officer,
        now=now,
    )


def test_one_mandate_shows_what_is_used_up_of_each_limit(world: World, browse: Browse) -> None:
    mandate = allow(
        world,
        period="day",
        max_decisions_per_period=4,
        max_total_impact=Decimal(100),
        segments={"years": [3]},
    )
    for _ in range(2):
        world.submit(now=timezone.now(), impact=Decimal("12.5"))

    response = browse(world.officer).get(f"/mandates/{mandate.pk}/")

    text = " ".join(text_of(response).split())
    for said in ("2 of 5 (40 %)", "2 of 4 (50 %)", "25 of 100 (25 %)", "years: 3", "Small loans."):
        assert said in text
    assert text.count('class="bar"') == 3
    assert response.context["state"] == "in_force"
    assert Markup(text).forbidden == []


def test_it_names_the_person_in_command_and_the_second_one(world: World, browse: Browse) -> None:
    now = timezone.now()
    content = act.content_of(
        decision_type=world.decision_type,
        objective="Small loans.",
        max_decisions=5,
        max_total_impact=Decimal("12.5"),
        segments={"years": [1, 3]},
        valid_until=now + timedelta(days=1),
    )
    motion = move(act=act.NAME, content=content, reason="Now.", mover=world.owner, now=now)
    shown = text_of(browse(world.officer).get(f"/motions/{motion.pk}/"))
    assert "years: 1, 3" in shown
    assert "12.5" in shown

    vote(motion, world.officer, now=timezone.now())

    mandate = Mandate.objects.get()
    assert (mandate.max_total_impact, mandate.segments) == (Decimal("12.5"), {"years": [1, 3]})
    text = text_of(browse(world.officer).get(f"/mandates/{mandate.pk}/"))
    assert world.owner.display_name in text
    assert world.officer.display_name in text


def test_it_is_revoked_from_its_page_once(world: World, browse: Browse) -> None:
    mandate = allow(world)
    client = browse(world.officer)

    first = client.post(f"/mandates/{mandate.pk}/revoke/")
    again = client.post(f"/mandates/{mandate.pk}/revoke/", follow=True)

    mandate.refresh_from_db()
    assert first["Location"] == f"/mandates/{mandate.pk}/"
    assert mandate.revoked_at is not None
    assert "was revoked at" in text_of(again)
    assert world.submit(now=timezone.now()).evaluation.disposition == "block"


@pytest.mark.parametrize("mandates", [1, 20])
def test_the_list_costs_the_same_however_many_there_are(
    world: World, browse: Browse, django_assert_max_num_queries: Any, mandates: int
) -> None:
    for _ in range(mandates):
        allow(world)
    world.submit(now=timezone.now())
    client = browse(world.officer)
    with django_assert_max_num_queries(BUDGET):
        response = client.get("/mandates/")
    assert len(response.context["rows"]) == mandates
    assert Markup(text_of(response)).forbidden == []


def test_the_dashboard_warns_of_what_is_nearly_over(world: World, browse: Browse) -> None:
    allow(world)
    quiet = text_of(browse(world.officer).get("/"))
    for _ in range(4):
        world.submit(now=timezone.now())
    loud = text_of(browse(world.officer).get("/"))
    assert "is nearly over" not in quiet
    assert "The mandate for Loan approval is nearly over" in loud
    assert "is nearly over" not in text_of(browse(world.reviewer).get("/"))


def test_the_api_takes_and_tells_every_limit(world: World) -> None:
    body = {
        "decision_type": "lending-approval",
        "objective": "Small loans.",
        "max_decisions": 5,
        "period": "PT12H",
        "max_decisions_per_period": 2,
        "max_impact_per_period": 10.5,
        "max_total_impact": 20,
        "segments": {"years": [3]},
        "valid_until": (timezone.now() + timedelta(days=9)).isoformat(),
    }
    moved = Caller(person=world.owner).post("mandates", body, now=timezone.now())
    assert moved.status == 202

    vote(Motion.objects.get(), world.officer, now=timezone.now())
    world.submit(now=timezone.now(), impact=Decimal(3))

    answer = Caller(person=world.officer).get("mandates", now=timezone.now())

    [told] = answer.body["results"]
    assert (told["period"], told["segments"]) == ("PT12H", {"years": [3]})
    assert (told["max_total_impact"], told["max_impact_per_period"]) == ("20.0000", "10.5000")
    assert told["used"]["decisions"] == told["used"]["period_decisions"] == 1
    assert told["used"]["impact"] == "3.0000"


FAULTY = [
    ({"segments": {"years": ["a"]}}, "/segments/years"),
    ({"segments": [3]}, "/segments"),
    ({"segments": {"years": {"a": 1}}}, "/segments"),
    ({"period": "day"}, "/period"),
    ({"max_total_impact": -1}, "/max_total_impact"),
    ({"max_decisions_per_period": 0}, "/max_decisions_per_period"),
]


@pytest.mark.parametrize(("changes", "pointer"), FAULTY)
def test_a_faulty_limit_is_refused_with_its_field(
    world: World, changes: dict[str, Any], pointer: str
) -> None:
    body = {
        "decision_type": "lending-approval",
        "objective": "Small loans.",
        "max_decisions": 5,
        "valid_until": (timezone.now() + timedelta(days=9)).isoformat(),
        **changes,
    }
    answer = Caller(person=world.owner).post("mandates", body, now=timezone.now())
    assert answer.status in (400, 422)
    assert answer.pointers == [pointer]
