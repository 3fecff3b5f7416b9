"""The cases of one queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from governance.models import Refusal
from reviews.models import Case
from reviews.services import claiming
from tests.factories import World, make_person
from tests.governance.pages.reading import acts_of, text_of
from tests.reviews.pages.conftest import Browse

URL = "/queues/first-line/"
BUDGET = 12


def shown(response: Any) -> list[str]:
    return [row["case"].decision.external_id for row in response.context["rows"]]


@pytest.mark.parametrize("cases", [3, 60])
def test_it_costs_the_same_whatever_the_rows(
    world: World, browse: Browse, django_assert_max_num_queries: Any, cases: int
) -> None:
    for _ in range(cases):
        world.open_case(now=timezone.now())
    client = browse(world.reviewer)
    with django_assert_max_num_queries(BUDGET):
        response = client.get(URL)
    assert len(response.context["rows"]) == min(cases, 50)


def test_cases_stand_in_the_order_in_which_they_are_claimed(world: World, browse: Browse) -> None:
    now = timezone.now()
    for name, confidence in [("sure", 0.9), ("unsure", 0.2), ("between", 0.5)]:
        world.open_case(now=now, external_id=name, confidence=confidence)
    client = browse(world.reviewer)
    assert shown(client.get(URL)) == ["unsure", "between", "sure"]
    claimed = client.post(f"{URL}claim-next/")
    assert claimed["Location"] == f"/cases/{Case.objects.get(state='claimed').pk}/"
    assert Case.objects.get(state="claimed").decision.external_id == "unsure"


def test_pages_follow_each_other_without_gap_or_repetition(world: World, browse: Browse) -> None:
    now = timezone.now()
    for number in range(53):
        # Many of one priority and deadline: then the id alone tells them apart.
        world.open_case(now=now, confidence=[0.2, 0.8][number % 2])
    client = browse(world.reviewer)
    first = client.get(URL)
    second = client.get(URL + first.context["next_url"])
    assert (len(shown(first)), len(shown(second))) == (50, 3)
    assert len({*shown(first), *shown(second)}) == 53
    assert second.context["next_url"] is None


@pytest.mark.parametrize("cursor", ["x", "%00", "W10", "WyJuYW4iXQ", "bnVsbA", "WzEsMiwzXQ"])
def test_a_cursor_that_is_none_of_ours_is_not_found(
    world: World, browse: Browse, cursor: str
) -> None:
    assert browse(world.reviewer).get(f"{URL}?after={cursor}").status_code == 404


def test_filters_narrow_and_survive_in_the_address(world: World, browse: Browse) -> None:
    now = timezone.now()
    world.open_case(now=now, external_id="small", impact=None)
    late = world.open_case(now=now - timedelta(days=1), external_id="late")
    claiming.claim_case(case_id=late.pk, reviewer=world.reviewer, now=now)
    client = browse(world.reviewer)
    assert shown(client.get(URL)) == ["small"]
    assert shown(client.get(f"{URL}?state=mine")) == ["late"]
    assert shown(client.get(f"{URL}?state=claimed&overdue=on")) == ["late"]
    assert shown(client.get(f"{URL}?state=all&external_id=late")) == ["late"]
    assert shown(client.get(f"{URL}?kind=audit")) == []
    assert shown(client.get(f"{URL}?decision_type=lending-approval")) == ["small"]
    assert shown(client.get(f"{URL}?impact_from=1")) == []


def test_a_filter_that_makes_no_sense_is_named_and_not_used(world: World, browse: Browse) -> None:
    world.open_case(now=timezone.now(), external_id="one")
    response = browse(world.reviewer).get(f"{URL}?impact_from=much&state=odd")
    assert response.status_code == 200
    assert shown(response) == ["one"]
    assert set(response.context["form"].errors) == {"impact_from", "state"}


def test_an_empty_queue_says_so(world: World, browse: Browse) -> None:
    assert "Nothing waits here" in text_of(browse(world.reviewer).get(URL))


def test_with_nothing_to_claim_the_person_stays(world: World, browse: Browse) -> None:
    response = browse(world.reviewer).post(f"{URL}claim-next/", follow=True)
    assert "No case of this queue waits for you" in text_of(response)


def test_a_full_hand_is_refused_with_its_sentence_and_entered(world: World, browse: Browse) -> None:
    now = timezone.now()
    for _ in range(6):
        world.open_case(now=now)
    client = browse(world.reviewer)
    for _ in range(5):
        client.post(f"{URL}claim-next/")
    refused = client.post(f"{URL}claim-next/")
    assert refused.status_code == 409
    assert "You hold 5 cases" in text_of(refused)
    assert Refusal.objects.get().act == "reviews:claim-next"
    assert Case.objects.filter(state="claimed").count() == 5


@pytest.mark.parametrize(
    ("who", "status", "acts"),
    [
        ("reviewer", 200, {"claim-next"}),
        ("officer", 200, set()),
        ("auditor", 200, set()),
        ("other reviewer", 404, None),
        ("administrator", 404, None),
        ("nobody", 302, None),
    ],
)
def test_who_may_look_and_who_may_act(
    world: World, browse: Browse, client: Any, who: str, status: int, acts: set[str] | None
) -> None:
    people = {
        "reviewer": world.reviewer,
        "officer": world.officer,
        "auditor": make_person(roles=["auditor"]),
        "other reviewer": make_person(roles=["reviewer"]),
        "administrator": make_person(roles=["administrator"]),
    }
    response = (browse(people[who]) if who in people else client).get(URL)
    assert response.status_code == status
    if acts is not None:
        assert acts_of(response) == acts
