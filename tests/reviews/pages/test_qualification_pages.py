"""Qualifications: one's own, everybody's, and how well the queues are covered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from governance.models import Qualification, User
from governance.services import accounts
from reviews.selectors.competence import coverage_of, readiness_of
from reviews.services.serving import versions_served
from tests.factories import (
    LONG_AGO,
    NOON,
    SETUP,
    World,
    change,
    join,
    make_person,
    make_queue,
    qualify,
)
from tests.governance.pages.reading import Markup, text_of
from tests.reviews.pages.conftest import Browse

PAGE = "/qualifications/"
DAY = timedelta(days=1)


def prove(person: User, until: datetime | None, **changes: Any) -> Qualification:
    given = {
        "person": person,
        "kind": Qualification.Kind.CERTIFICATE,
        "system": "lending",
        "proof": f"certificate of {person.username}",
        "valid_until": until,
        "actor": SETUP,
        "now": LONG_AGO,
    }
    return accounts.record_qualification(**given | changes)


def end(proof: Qualification, at: datetime) -> None:
    proof.valid_until = at
    change(proof, "valid_until")


def rows_of(response: Any) -> list[Qualification]:
    return [one.row for one in response.context["proofs"]]


@pytest.mark.parametrize(
    ("role", "everybody", "own"),
    [
        ("compliance-officer", 200, 200),
        ("auditor", 200, 200),
        ("administrator", 200, 200),
        ("reviewer", 403, 200),
        ("system-owner", 403, 200),
    ],
)
def test_who_may_look(world: World, browse: Browse, role: str, everybody: int, own: int) -> None:
    client = browse(make_person(roles=[role]))
    assert client.get(PAGE).status_code == everybody
    assert client.get(f"{PAGE}coverage/").status_code == everybody
    assert client.get(f"{PAGE}mine/").status_code == own


def test_strangers_are_led_to_the_sign_in(client: Any, db: None) -> None:
    for address in ("", "mine/", "coverage/"):
        assert client.get(PAGE + address).status_code == 302


def test_each_filter_shows_what_it_says(world: World, browse: Browse) -> None:
    now = timezone.now()
    person = make_person()
    soon, later = prove(person, now + 5 * DAY), prove(person, now + 40 * DAY)
    gone = prove(person, now - DAY)
    other = prove(person, now + 6 * DAY, system="hiring", kind=Qualification.Kind.TRAINING)
    client = browse(world.officer)

    def found(query: str) -> set[Any]:
        response = client.get(f"{PAGE}?{query}")
        assert response.status_code == 200
        return {row.pk for row in rows_of(response)}

    mine = {soon.pk, later.pk, gone.pk, other.pk}
    assert found("") & mine == {soon.pk, later.pk, other.pk}
    assert found("show=lapsing") == {soon.pk, other.pk}
    assert found("show=lapsing&days=5") == {soon.pk}
    assert found("show=lapsing&days=40") == {soon.pk, later.pk, other.pk}
    assert found("show=lapsed") == {gone.pk}
    assert found("show=lapsing&kind=certificate") == {soon.pk}
    assert found("show=lapsing&system=lending") == {soon.pk}
    # A value that makes no sense is shown as faulty, and not used.
    assert found("show=lapsing&days=-1") == {soon.pk, other.pk}


def test_the_next_to_lapse_comes_first_and_pages_follow_it(world: World, browse: Browse) -> None:
    now = timezone.now()
    person = make_person()
    for day in range(60, 0, -1):
        prove(person, now + timedelta(hours=day))
    client = browse(world.officer)
    first = client.get(f"{PAGE}?show=lapsing&system=lending")
    second = client.get(PAGE + first.context["next_url"])
    ends = [row.valid_until for row in rows_of(first) + rows_of(second)]
    assert len(ends) == 60
    assert ends == sorted(ends)
    assert second.context["next_url"] is None


def test_a_page_costs_the_same_for_more_rows(
    world: World, browse: Browse, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        prove(make_person(), timezone.now() + DAY)
        join(world.first_line, make_person())
    client = browse(world.officer)
    client.get(PAGE)
    for address in ("", "?show=lapsing", "?show=missing&queue=first-line", "coverage/"):
        with django_assert_max_num_queries(14):
            assert client.get(PAGE + address).status_code == 200, address


def test_what_is_missing_for_a_queue_names_versions_and_people(
    world: World, browse: Browse
) -> None:
    colleague = make_person("untrained-ursula")
    join(world.first_line, colleague)
    gone = make_person("departed-dora")
    join(world.first_line, gone)
    gone.is_active = False
    change(gone, "is_active")
    client = browse(world.officer)
    asked = client.get(f"{PAGE}?show=missing")
    assert "Which queue?" in text_of(asked)
    told = client.get(f"{PAGE}?show=missing&queue=first-line")
    assert [(one["version"], one["people"]) for one in told.context["missing"]] == [
        (world.version, (colleague,))
    ]
    assert "1 of 4 lack one" in text_of(told)
    assert "Departed Dora" not in text_of(told)
    prove(colleague, None, model_version="2.0.0")
    assert "Untrained Ursula" in text_of(client.get(f"{PAGE}?show=missing&queue=first-line"))
    prove(colleague, None, model_version="1.0.0")
    assert "Nobody lacks one" in text_of(client.get(f"{PAGE}?show=missing&queue=first-line"))


def test_a_queue_is_served_what_policies_send_to_it_and_what_moves_up_to_it(world: World) -> None:
    aside = make_queue("aside")
    queues = [world.first_line, world.second_line, aside]
    served = versions_served(queues, NOON)
    assert served == {
        world.first_line.pk: [world.version],
        world.second_line.pk: [world.version],
        aside.pk: [],
    }
    world.version.status = "withdrawn"
    change(world.version, "status")
    assert versions_served(queues, NOON)[world.first_line.pk] == []


def test_readiness_counts_whoever_has_a_proof_for_the_very_version(world: World) -> None:
    [reviewer, colleague] = world.reviewers
    end(reviewer.qualifications.get(), NOON)
    queues = [world.first_line]
    served = versions_served(queues, NOON)

    def ready(now: datetime) -> tuple[int, int, tuple[User, ...]]:
        [found] = readiness_of(queues, served, now)[world.first_line.pk]
        return found.qualified, found.reviewers, found.lacking

    assert ready(NOON - timedelta(microseconds=1)) == (3, 3, ())
    assert ready(NOON) == (2, 3, (reviewer,))
    end(colleague.qualifications.get(), NOON)
    prove(colleague, None, system="hiring")
    assert ready(NOON)[0] == 1


def test_coverage_counts_verdicts_under_a_proof_that_held_then(world: World) -> None:
    for number in range(3):
        world.rule(world.open_case(), now=NOON + timedelta(minutes=number))
    # Found out afterwards: it had ended before the last two verdicts.
    end(world.reviewer.qualifications.get(), NOON + timedelta(minutes=1))
    keys = [world.first_line.pk, world.second_line.pk]

    def covered(start: datetime, until: datetime) -> list[tuple[int, int]]:
        found = coverage_of(keys, start, until)
        return [(found[key].competent, found[key].verdicts) for key in keys]

    assert covered(NOON, NOON + timedelta(hours=1)) == [(1, 3), (0, 0)]
    assert covered(NOON, NOON + timedelta(minutes=2)) == [(1, 2), (0, 0)]
    assert covered(NOON + timedelta(minutes=1), NOON + timedelta(hours=1))[0] == (0, 2)
    assert coverage_of(keys, NOON, NOON + DAY)[world.second_line.pk].rate is None


def test_the_coverage_page_says_both(world: World, browse: Browse) -> None:
    earlier = timezone.now() - timedelta(hours=1)
    world.rule(world.open_case(now=earlier), now=earlier)
    client = browse(world.officer)
    text = text_of(client.get(f"{PAGE}coverage/"))
    assert "100.0\u202f%" in text
    assert "1 of 1 verdict by a qualified person" in text
    assert "3 of 3 qualified now" in text
    last_year = client.get(f"{PAGE}coverage/?span=dates&first_day=2020-01-01&last_day=2020-12-31")
    assert text_of(last_year).count("Nobody ruled") == 2
    faulty = client.get(f"{PAGE}coverage/?span=dates")
    assert faulty.status_code == 200
    assert "Name the day." in text_of(faulty)


def test_one_sees_ones_own_and_is_told_on_the_first_page(world: World, browse: Browse) -> None:
    person, now = world.reviewer, timezone.now()
    prove(world.reviewers[1], None)
    client = browse(person)
    assert "it does not lapse within 30 days" in text_of(client.get("/"))
    end(person.qualifications.get(), now + 10 * DAY)
    assert "Have it renewed before that" in text_of(client.get("/"))
    end(person.qualifications.get(), now - DAY)
    assert "until an officer records a new one" in text_of(client.get("/"))
    assert [one.row.person for one in client.get(f"{PAGE}mine/").context["proofs"]] == [person]
    # Renewed: what lapsed is no news any more.
    qualify(person, world.system)
    assert "until an officer records a new one" not in text_of(client.get("/"))
    stranger = text_of(browse(make_person(roles=["reviewer"])).get(f"{PAGE}mine/"))
    assert "Nothing is on record" in stranger


def test_the_pages_keep_to_the_strict_policy(world: World, browse: Browse) -> None:
    client = browse(world.officer)
    for address in ("", "?show=missing&queue=first-line", "mine/", "coverage/"):
        assert Markup(text_of(client.get(PAGE + address))).forbidden == []
