"""Reading contestations through the API: whose, which, page by page, at a fixed cost."""

from datetime import timedelta

import pytest

from reviews.models import VerdictKind
from tests.factories import build_world, change, make_person
from tests.governance.api.calling import Caller, integrator
from tests.reviews.contested import LATER, STATEMENT, contest, contested, ruled, settled

pytestmark = pytest.mark.django_db

BUDGET = 8


@pytest.fixture
def world():
    return build_world()


def ids(answer):
    assert answer.status == 200, answer.body
    return [row["id"] for row in answer.body["results"]]


def test_it_is_filtered(world):
    waits = contested(world)
    _, changed = ruled(world, contested(world), VerdictKind.OVERRIDE, "grant")
    # A key outlasts the month that a session does not.
    program = integrator(world)
    late = waits.due_at + timedelta(days=1)
    both = [str(changed.pk), str(waits.pk)]

    for query, now, wanted in (
        ("", LATER, both),
        ("state=open", LATER, both[1:]),
        ("state=decided", LATER, both[:1]),
        ("result=changed", LATER, both[:1]),
        ("result=upheld", LATER, []),
        ("late=true", LATER, []),
        # The verdict was given, but nobody was told.
        ("late=true", late, both),
        (f"external_id={waits.decision.external_id}", LATER, both[1:]),
        ("decision_type=odd", LATER, []),
    ):
        assert ids(program.get(f"contestations?{query}", now=now)) == wanted, query
    assert program.get("contestations?late=perhaps", now=LATER).status == 400


def test_pages_follow_one_another_by_cursor(world):
    rows = [str(contested(world).pk) for _ in range(3)]
    officer = Caller(person=world.officer)

    first = officer.get("contestations?page_size=2", now=LATER)
    second = officer.get(first.body["next"].partition("/api/v1/")[2], now=LATER)

    assert ids(first) + ids(second) == rows[::-1]
    assert second.body["next"] is None


@pytest.mark.parametrize("number", [1, 6])
def test_it_costs_the_same_however_many(world, number, django_assert_max_num_queries):
    for _ in range(number):
        contested(world)
    officer = Caller(person=world.officer)
    with django_assert_max_num_queries(BUDGET):
        assert len(ids(officer.get("contestations", now=LATER))) == number


@pytest.mark.parametrize(
    ("who", "in_list", "in_detail"),
    [
        ("officer", 200, 200),
        ("auditor", 200, 200),
        ("client", 200, 200),
        ("another system's client", 200, 404),
        ("reviewer", 403, 403),
        ("owner", 403, 403),
    ],
)
def test_who_reads_which(world, who, in_list, in_detail):
    contestation = contest(world, settled(world), by="client")
    if who == "another system's client":
        world.client.systems = ["hiring"]
        change(world.client, "systems")
    people = {
        "officer": world.officer,
        "auditor": make_person(roles=["auditor"]),
        "reviewer": world.reviewer,
        "owner": world.owner,
    }
    caller = integrator(world) if "client" in who else Caller(person=people[who])

    listed = caller.get("contestations", now=LATER)
    shown = caller.get(f"contestations/{contestation.pk}", now=LATER)

    assert (listed.status, shown.status) == (in_list, in_detail)
    if in_list == 200:
        assert len(listed.body["results"]) == (1 if in_detail == 200 else 0)
    assert STATEMENT not in str([listed.body, shown.body])
