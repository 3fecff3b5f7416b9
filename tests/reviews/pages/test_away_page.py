"""One's own page of being away: absences, what one lends, for whom one rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from governance.models import Absence, Delegation
from reviews.models import Recusal
from reviews.services.claiming import claim_case
from tests.factories import World
from tests.governance.pages.reading import text_of
from tests.reviews.around import lend, make_trainee
from tests.reviews.pages.conftest import Browse

URL = "/delegations/"
BUDGET = 14


def stamp(days: float) -> str:
    return f"{timezone.now() + timedelta(days=days):%Y-%m-%dT%H:%M}"


def send(client: Client, to: str, **fields: str) -> Any:
    return client.post(f"{URL}{to}", fields)


def loan(to: str, **changes: str) -> dict[str, str]:
    given = {"delegate": to, "valid_until": stamp(7), "reason": "Leave."} | changes
    return {f"lend-{name}": value for name, value in given.items()}


def test_a_reviewer_lends_and_both_see_it(world: World, browse: Browse) -> None:
    trainee = make_trainee(world)
    mine, theirs = browse(world.reviewer), browse(trainee)

    assert send(mine, "lend/", **loan(trainee.username)).status_code == 302

    assert trainee.display_name in text_of(mine.get(URL))
    assert world.reviewer.display_name in text_of(theirs.get(URL))
    one = Delegation.objects.get()
    assert send(theirs, f"{one.pk}/revoke/").status_code == 403
    assert send(mine, f"{one.pk}/revoke/").status_code == 302
    one.refresh_from_db()
    assert one.revoked_at is not None
    assert "revoked" in text_of(mine.get(URL))
    assert send(mine, f"{one.pk}/revoke/").status_code == 409


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"delegate": "Ada Lovelace"}, "no account of that user name"),
        ({"valid_until": stamp(91)}, "At most 90 days"),
        ({"system": "hiring"}, "Select a valid choice"),
        ({"valid_until": ""}, "required"),
    ],
)
def test_what_is_not_possible_comes_back_with_what_was_typed(
    world: World, browse: Browse, changes: dict[str, str], said: str
) -> None:
    trainee = make_trainee(world)

    answer = send(
        browse(world.reviewer), "lend/", **loan(trainee.username, reason="My leave.", **changes)
    )

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert said in shown
    assert "My leave." in shown
    assert not Delegation.objects.exists()


def test_who_may_not_lend_has_no_form_and_is_refused(world: World, browse: Browse) -> None:
    client = browse(world.officer)

    assert "Lend your rights" not in text_of(client.get(URL))
    assert send(client, "lend/", **loan(world.reviewer.username)).status_code == 403


def test_an_absence_is_recorded_and_ended(world: World, browse: Browse) -> None:
    case = world.open_case(now=timezone.now())
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=timezone.now())
    client = browse(world.reviewer)

    assert send(client, "absence/").status_code == 302

    case.refresh_from_db()
    assert case.state == "open"
    assert "away now" in text_of(client.get(URL))
    assert send(client, "absence/").status_code == 409
    one = Absence.objects.get()
    assert send(browse(world.senior), f"absence/{one.pk}/end/").status_code == 404
    assert send(client, f"absence/{one.pk}/end/").status_code == 302
    assert send(client, f"absence/{one.pk}/end/").status_code == 409
    late = send(client, "absence/", **{"away-valid_until": stamp(-1)})
    assert late.status_code == 422
    assert "must end after it begins" in late.content.decode()


@pytest.mark.parametrize("path", ["lend/", "absence/"])
def test_an_address_that_acts_leads_back_when_it_is_only_looked_at(
    world: World, browse: Browse, path: str
) -> None:
    assert browse(world.reviewer).get(URL + path)["Location"] == URL


@pytest.mark.parametrize("loans", [1, 30])
def test_the_page_costs_the_same_however_much_was_lent(
    world: World, browse: Browse, django_assert_max_num_queries: Any, loans: int
) -> None:
    trainee, now = make_trainee(world), timezone.now()
    for number in range(loans):
        begins = now + timedelta(days=number * 2)
        lend(
            world.reviewer, trainee, now=now, valid_from=begins,
            valid_until=begins + timedelta(days=1),
        )  # fmt: skip
    client = browse(world.reviewer)
    with django_assert_max_num_queries(BUDGET):
        client.get(URL)


def test_stepping_aside_on_the_case_page_takes_a_reason_and_a_second_look(
    world: World, browse: Browse
) -> None:
    case = world.open_case(now=timezone.now())
    client, url = browse(world.reviewer), f"/cases/{case.pk}/recuse/"
    assert "Step aside from this decision" in text_of(client.get(f"/cases/{case.pk}/"))

    unsure = client.post(url, {"recusal_reason": "interest"})
    unexplained = client.post(url, {"recusal_reason": "other", "sure": "on"})

    assert [unsure.status_code, unexplained.status_code] == [422, 422]
    assert "cannot be taken back" in unsure.content.decode()
    assert "Explain another reason" in unexplained.content.decode()
    assert not Recusal.objects.exists()
    gone = client.post(url, {"recusal_reason": "interest", "sure": "on"})
    assert gone["Location"] == "/queues/first-line/"
    shown = text_of(client.get(f"/cases/{case.pk}/"))
    assert "You have stepped aside" in shown
    assert "Step aside from this decision" not in shown
    assert client.post(url, {"recusal_reason": "interest", "sure": "on"}).status_code == 409
