"""The way of a case: what happened to it, told to those who may see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reviews.models import Case, Pause, PauseEnd
from reviews.selectors.history import history_of, history_of_case, way_of
from reviews.services.claiming import claim_case, release_case
from reviews.services.escalation import escalate_late_case, hand_up
from reviews.services.pausing import pause_case
from tests.factories import NOON, SETUP, World, build_world, make_person, policy_text
from tests.governance.api.calling import Caller

pytestmark = pytest.mark.django_db

LATE = NOON + timedelta(hours=5)


@pytest.fixture
def world() -> World:
    return build_world()


def told(case: Case, person: Any) -> list[dict[str, Any]]:
    answer = Caller(person=person).get(f"cases/{case.pk}/timeline")
    assert answer.status == 200
    return list(answer.body)


def events(case: Case, person: Any) -> list[str]:
    return [one["event"].removeprefix("reviews.") for one in told(case, person)]


def test_it_tells_of_each_step_with_its_reason_and_its_queues(world: World) -> None:
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    release_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    escalate_late_case(case_id=case.pk, actor=SETUP, now=LATE)
    world.rule(case, by=world.senior, now=LATE)

    assert events(case, world.officer) == [
        "case.opened", "case.claimed", "case.released", "case.escalated", "case.claimed",
        "verdict.given", "case.decided",
    ]  # fmt: skip
    [moved] = [one for one in told(case, world.officer) if one["event"].endswith("escalated")]
    assert {key: moved[key] for key in ("rung", "reason", "from_queue", "to_queue", "actor")} == {
        "rung": 1,
        "reason": "late",
        "from_queue": "first-line",
        "to_queue": "second-line",
        "actor": "Countersign, setup",
    }
    [verdict] = [one for one in told(case, world.officer) if one["event"].endswith("given")]
    assert (verdict["kind"], verdict["outcome"]) == ("uphold", "refuse")
    assert verdict["actor"] == world.senior.display_name


def test_it_tells_of_a_pause_and_how_it_ended(world: World) -> None:
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    until = NOON + timedelta(days=1)
    pause_case(
        case_id=case.pk, person=world.reviewer, reason=Pause.Reason.PERSON, until=until, now=NOON
    )
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=LATE)

    told_of = {one["event"]: one for one in told(case, world.officer)}

    paused, resumed = told_of["reviews.case.paused"], told_of["reviews.case.resumed"]
    assert (paused["reason"], paused["until"]) == ("person", until.isoformat())
    assert (resumed["how"], resumed["due_at"]) == (
        PauseEnd.How.CLAIMED,
        "2026-11-23T21:00:00+00:00",
    )


def test_a_hand_up_and_an_end_without_a_verdict_are_told(world: World) -> None:
    case = world.open_case()
    claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    hand_up(case_id=case.pk, reviewer=world.reviewer, now=NOON)
    escalate_late_case(case_id=case.pk, actor=SETUP, now=LATE)

    *_, moved, ended = told(case, world.officer)
    assert (moved["reason"], ended["event"]) == ("handed_up", "reviews.case.expired")
    assert ended["fail_safe"] == "hold"


def test_ballots_stay_sealed() -> None:
    two = build_world(text=policy_text(verdicts=2))
    case = two.open_case()
    two.rule(case)

    sealed = [one for one in told(case, two.reviewers[1]) if one["event"].endswith("given")]
    assert [set(one) & {"kind", "outcome"} for one in sealed] == [set()]


def test_blind_first_gives_nothing_away() -> None:
    blind = build_world(text=policy_text(reviewer_sees="blind_first"))
    case = blind.open_case()

    [opened] = told(case, blind.reviewer)
    assert set(opened) == {"at", "event", "entry", "actor", "queue"}


def test_others_do_not_find_it(world: World) -> None:
    case = world.open_case()
    stranger = make_person(roles=["reviewer"])
    assert Caller(person=stranger).get(f"cases/{case.pk}/timeline").status == 404
    assert Caller().get(f"cases/{case.pk}/timeline").status == 401


def test_it_is_two_queries_and_the_same_as_the_decisions_history_leaves(
    world: World, django_assert_num_queries: Any
) -> None:
    case = world.open_case()
    world.rule(case)

    with django_assert_num_queries(2):
        alone = history_of_case(case)

    assert alone == way_of(case, history_of(case.decision))
    assert len(alone) == 4


def test_the_page_shows_it_with_the_time_between(world: World, client: Any) -> None:
    case = world.open_case()
    escalate_late_case(case_id=case.pk, actor=SETUP, now=LATE)
    client.force_login(world.officer)

    text = " ".join(client.get(f"/cases/{case.pk}/").content.decode().split())

    way = text[text.index('id="way"') : text.index("<h2>History</h2>")]
    assert "From first-line to second-line, because its deadline passed. After 5 h 0 min." in way
    assert "Case moved up" in way
