"""Stopping from the pages: two clicks and a reason; what a halt did, and who ended it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from governance.models import Actor
from governance.services.motions import move
from models_registry.models import Halt
from reviews import motions
from reviews.models import PermitVoid
from reviews.services import halting
from tests.factories import World, make_person
from tests.governance.api.calling import integrator
from tests.governance.motions.motioning import vote
from tests.governance.pages.reading import Markup, text_of
from tests.reviews.pages.conftest import Browse

PLACE = "/halts/place/"
BUDGET = 12


def stop(world: World, **more: Any) -> Halt:
    return halting.place_halt(
        **{"system": world.system, "decision_type": None, "reason": "Drift.", **more},
        placed_by=world.senior,
        actor=Actor.of(world.senior),
        now=timezone.now(),
    )


def test_two_clicks_and_a_reason_stop_a_decision_type(world: World, browse: Browse) -> None:
    passed = world.submit(now=timezone.now(), outcome="grant", confidence=0.99)
    client = browse(world.senior)
    address = f"{PLACE}?type=lending-approval"
    assert address in text_of(client.get("/"))
    form = text_of(client.get(address))
    assert '<option value="type:lending-approval" selected>' in form
    assert Markup(form).forbidden == []

    answer = client.post(PLACE, {"scope": "type:lending-approval", "reason": "Odd outputs."})

    halt = Halt.objects.get()
    assert (answer.status_code, halt.decision_type) == (302, world.decision_type)
    assert (halt.reason, halt.placed_by, halt.is_drill) == ("Odd outputs.", world.senior, False)
    assert passed.permits.get().void.reason == PermitVoid.Reason.HALT
    assert "Loan approval is halted" in text_of(client.get("/"))


@pytest.mark.parametrize(
    ("scope", "stopped"),
    [("everything", "None"), ("system:lending", "Lending"), ("version", "Lending 1.0.0")],
)
def test_each_scope_can_be_chosen(world: World, browse: Browse, scope: str, stopped: str) -> None:
    if scope == "version":
        scope = f"version:{world.version.pk}"
    browse(world.senior).post(PLACE, {"scope": scope, "reason": "Drift.", "is_drill": "on"})
    halt = Halt.objects.get()
    assert (str(halt.stopped), halt.is_drill) == (stopped, True)


FAULTY = [
    {"scope": "everything", "reason": ""},
    {"scope": "everything", "reason": "x" * 501},
    {"scope": "type:nothing", "reason": "Drift."},
    {"scope": "", "reason": "Drift."},
    {},
]


@pytest.mark.parametrize("posted", FAULTY)
def test_what_does_not_say_what_and_why_stops_nothing(
    world: World, browse: Browse, posted: dict[str, str]
) -> None:
    answer = browse(world.senior).post(PLACE, posted)
    assert (answer.status_code, Halt.objects.count()) == (422, 0)


def test_a_reviewer_is_offered_what_they_have_to_do_with_alone(
    world: World, browse: Browse
) -> None:
    stranger = make_person(roles=["reviewer"])
    form = text_of(browse(stranger).get(f"{PLACE}?type=lending-approval"))
    assert "lending" not in form
    answer = browse(stranger).post(PLACE, {"scope": "system:lending", "reason": "Drift."})
    assert (answer.status_code, Halt.objects.count()) == (422, 0)


def test_a_drills_page_says_what_it_measured(world: World, browse: Browse) -> None:
    now = timezone.now()
    permit = world.submit(now=now, outcome="grant", confidence=0.99).permits.get()
    halt = stop(world, is_drill=True)
    program = integrator(world)
    for _ in range(2):
        world.submit(now=timezone.now(), outcome="grant", confidence=0.99)
    refused = program.post("permits/consume", {"permit": permit.token}, now=timezone.now())
    assert refused.code == "permit_void"

    response = browse(world.officer).get(f"/halts/{halt.pk}/")

    measure, text = response.context["measure"], text_of(response)
    assert (measure.permits_voided, measure.blocked.count, measure.refused.count) == (1, 2, 1)
    assert measure.voided_within_ms == halt.stopped_within_ms
    assert halt.placed_at <= measure.blocked.first_at <= measure.blocked.last_at
    assert "What the drill measured" in text
    assert f"{halt.stopped_within_ms} ms" in text


def test_the_page_names_both_who_lifted_it(world: World, browse: Browse) -> None:
    halt = stop(world)
    motion = motions_move(halt, world)
    vote(motion, world.officer, now=timezone.now())
    text = text_of(browse(world.officer).get(f"/halts/{halt.pk}/"))
    for said in ("Lifted", world.senior.display_name, world.officer.display_name, "Mended."):
        assert said in text


def motions_move(halt: Halt, world: World) -> Any:
    return move(
        act=motions.NAME,
        content=motions.content_of(halt),
        reason="Mended.",
        mover=world.senior,
        now=timezone.now(),
    )


@pytest.mark.parametrize("halts", [1, 20])
def test_the_list_costs_the_same_however_many_there_were(
    world: World, browse: Browse, django_assert_max_num_queries: Any, halts: int
) -> None:
    for number in range(halts):
        stop(world, is_drill=bool(number % 2))
    client = browse(world.officer)
    with django_assert_max_num_queries(BUDGET):
        response = client.get("/halts/")
    assert len(response.context["rows"]) == halts
    assert Markup(text_of(response)).forbidden == []
