"""The page of audits: segments with their figures and history, filters, and what is open yet."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.policies import Effect
from reviews.models import AuditCount, AuditRate, Case, VerdictKind
from reviews.selectors.audits import segment_key
from reviews.services.interventions import open_intervention
from tests.factories import NOON, build_world, change, make_person, policy_text
from tests.governance.api.calling import Caller
from tests.reviews.test_adapt_audit_rates import MINUTE, make_world, publish, submit, sweep, text

pytestmark = pytest.mark.django_db

BUDGET = 22
LATER = NOON + 5 * MINUTE


@pytest.fixture
def world():
    """Two segments, one of which was found to err."""
    world = make_world(audit_rate=0.2)
    publish(world, text(audit_rate=0.2) + "intervention_window: PT2H\n", now=NOON - MINUTE)
    case = Case.objects.get(decision=submit(world))
    submit(world, "south")
    sweep(world)
    world.rule(case, VerdictKind.OVERRIDE, outcome="refuse", now=NOON + MINUTE)
    sweep(world, NOON + 3 * MINUTE)
    return world


def read(person, path="/audits/", now=LATER):
    answer = Caller(person=person).get(path, now=now)
    return answer.status, " ".join(answer.response.content.decode().split())


def segments(page):
    return [name for name in ("north", "south") if f"Region: {name}" in page]


def test_each_segment_stands_with_its_figures(world):
    status, page = read(world.officer)

    assert (status, segments(page)) == (200, ["north", "south"])
    assert "An audit found an error" in page
    assert "100.0" in page
    assert "20.0" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?decision_type=lending-approval", ["north", "south"]),
        ("?show=errors", ["north"]),
        ("?show=raised", ["north", "south"]),
        ("?decision_type=nonsense", ["north", "south"]),
    ],
)
def test_the_filters(world, query, found):
    assert segments(read(world.officer, f"/audits/{query}")[1]) == found


def test_nothing_that_fits_nothing_yet_and_nothing_at_all():
    world = make_world()
    assert "No rate adapts yet" in read(world.officer)[1]
    submit(world)
    sweep(world)
    assert "No segment fits" in read(world.officer, "/audits/?show=errors")[1]
    assert "Nothing is on the loop" in read(make_person(roles=["reviewer"]))[1]


def test_a_cursor_that_is_none_of_ours_is_not_found(world):
    assert read(world.officer, "/audits/?after=x")[0] == 404


def test_the_history_of_a_rate(world):
    rate = AuditRate.objects.get(reason="error")

    status, page = read(world.officer, f"/audits/{rate.pk}/")

    assert status == 200
    assert page.index("An audit found an error") < page.index("The segment was seen first")
    assert "2.0" in page
    assert read(make_person(roles=["reviewer"]), f"/audits/{rate.pk}/")[0] == 404


def test_a_reviewer_finds_what_they_may_still_intervene_in():
    plain = policy_text(mode="hotl", rules=" []") + "\nintervention_window: PT2H\n"
    world = build_world(effect=Effect.NONE, text=plain)
    decision = world.submit(outcome="grant")
    link = f"/decisions/{decision.pk}/"

    assert link in read(world.reviewer)[1]
    assert link not in read(world.officer)[1]
    assert link not in read(world.reviewer, now=NOON + timedelta(hours=2))[1]
    open_intervention(decision_id=decision.pk, reviewer=world.senior, now=LATER)
    assert link not in read(world.reviewer)[1]


def test_the_list_costs_the_same_with_many_segments(world, django_assert_max_num_queries):
    [first, _] = AuditRate.objects.order_by("id")
    for number in range(60):
        segment = {"region": f"region {number}"}
        rate = AuditRate(
            **{
                field.attname: getattr(first, field.attname)
                for field in AuditRate._meta.concrete_fields
                if field.name not in ("id", "segment", "segment_key")
            },
            segment=segment,
            segment_key=segment_key(segment),
        )
        change(rate)
        AuditCount.objects.create(
            rate=rate,
            passes=1,
            drawn=1,
            audited=0,
            errors=0,
            upper_bound=1.0,
            counted_until=NOON,
        )
    caller = Caller(person=world.reviewer)
    with django_assert_max_num_queries(BUDGET):
        page = caller.get("/audits/", now=LATER).response.content.decode()
    assert "50 shown" in page
    assert 'rel="next"' in page


def test_the_api_gives_the_same(world, django_assert_max_num_queries):
    caller = Caller(person=world.officer)

    with django_assert_max_num_queries(10):
        found = caller.get("audit-rates", now=LATER)
    [south, north] = found.body["results"]

    assert found.status == 200
    assert (north["segment"], north["rate"], north["why"]) == ({"region": "north"}, 1.0, "error")
    assert (north["passes"], north["drawn"], north["audited"]) == (1, 1, 1)
    assert (north["errors_found"], north["upper_bound"]) == (1, 1.0)
    assert south["rate"] == 0.2
    assert caller.get("audit-rates?decision_type=none", now=LATER).body["results"] == []
    assert (
        Caller(person=make_person(roles=["reviewer"])).get("audit-rates", now=LATER).body["results"]
        == []
    )
    assert Caller().get("audit-rates").status == 401
