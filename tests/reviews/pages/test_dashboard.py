"""The first page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from governance.ledger import record
from governance.models import Actor, LedgerAlarm, VerificationRun
from governance.services.ledger_alarms import raise_alarm
from governance.services.sealing import seal_once
from reviews.models import VerdictKind
from reviews.services import claiming, escalation, executing, halting
from tests.factories import NOON, SETUP, World, make_person
from tests.governance.ledger.sealed import cosigned_by, new_witness
from tests.governance.pages.reading import text_of
from tests.reviews.pages.conftest import Browse

BUDGET = 18


@pytest.mark.parametrize("cases", [3, 60])
def test_it_costs_the_same_however_much_waits(
    world: World, browse: Browse, django_assert_max_num_queries: Any, cases: int
) -> None:
    for _ in range(cases):
        world.open_case(now=timezone.now())
    client = browse(world.officer)
    with django_assert_max_num_queries(BUDGET):
        response = client.get("/")
    assert response.status_code == 200
    [first, _second] = response.context["backlog"]
    assert (first.queue.slug, first.open) == ("first-line", cases)


def test_it_counts_what_happened_in_the_last_day(world: World, browse: Browse) -> None:
    now = timezone.now()
    for _ in range(2):
        world.submit(now=now, outcome="grant", confidence=0.99)
    upheld, overridden, _waits = (world.open_case(now=now) for _ in range(3))
    world.rule(upheld, now=now)
    world.rule(overridden, VerdictKind.OVERRIDE, outcome="grant", by=world.reviewers[1], now=now)
    permit = upheld.decision.permits.get()
    act = executing.Act(outcome=permit.outcome, reference="core-1", executed_at=now)
    executing.record_execution(
        decision_id=upheld.decision_id, token=permit.token, act=act, client=world.client, now=now
    )
    flow = browse(world.officer).get("/").context["flow"]
    assert (flow.received, flow.passed, flow.to_review, flow.blocked) == (5, 2, 3, 0)
    assert (flow.settled, flow.overridden, flow.executed) == (2, 1, 1)


def test_what_is_older_than_a_day_is_not_counted(world: World, browse: Browse) -> None:
    world.open_case(now=timezone.now() - timedelta(hours=25))
    assert browse(world.officer).get("/").context["flow"].received == 0


def test_a_reviewer_sees_their_own_queues_alone(world: World, browse: Browse) -> None:
    world.open_case(now=timezone.now())
    stranger = make_person(roles=["reviewer"])
    context = browse(stranger).get("/").context
    assert context["backlog"] == []
    assert context["flow"].received == 0
    assert context["types"] == []
    assert context["ledger"] is None


def test_escalations_of_the_last_day_are_listed(world: World, browse: Browse) -> None:
    now = timezone.now()
    case = world.open_case(now=now)
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=now)
    escalation.hand_up(case_id=case.pk, reviewer=world.reviewer, now=now)
    response = browse(world.senior).get("/")
    assert response.context["moved"] == 1
    assert case.decision.external_id in text_of(response)


def test_a_halt_stands_on_top_for_everybody(world: World, browse: Browse) -> None:
    halting.place_halt(
        system=world.system,
        decision_type=None,
        reason="Refusals rose threefold",
        placed_by=world.senior,
        actor=Actor.of(world.senior),
        now=timezone.now(),
    )
    text = text_of(browse(make_person()).get("/"))
    assert "Refusals rose threefold" in text
    assert "Lending is halted" in text


def test_the_ledgers_card_says_how_it_stands(
    world: World, browse: Browse, django_assert_max_num_queries: Any
) -> None:
    world.open_case(now=timezone.now())
    sealed = seal_once(now=timezone.now())
    assert sealed is not None
    cosigned_by(sealed, *new_witness("witness.example"), at=timezone.now())
    new_witness("idle.example")
    run = VerificationRun(
        state="done", requested_at=NOON, finished_at=timezone.now(), fault_count=2
    )
    record.keep(run, "governance.verificationrun.requested", actor=SETUP, at=NOON)
    client = browse(world.officer)
    with django_assert_max_num_queries(BUDGET):
        text = text_of(client.get("/"))
    card = " ".join(text[text.index('id="ledger-title"') :].split())
    for said in (
        f"<dt>Sealed</dt> <dd>{sealed.size} entries</dd>",
        f"witness.example up to {sealed.size}",
        'idle.example <span class="muted">nothing yet',
        "2 faults",
        "the oldest for",
    ):
        assert said in card


def test_an_alarm_of_the_ledger_stands_on_top_and_says_what_to_do(
    world: World, browse: Browse, django_assert_max_num_queries: Any
) -> None:
    raise_alarm(
        kind=LedgerAlarm.Kind.SILENT, detail="No sign of life.", actor=SETUP, now=timezone.now()
    )
    client = browse(world.officer)
    with django_assert_max_num_queries(BUDGET):
        text = text_of(client.get("/"))
    assert text.index("the sealer gives no sign of life") < text.index("The last 24 hours")
    assert "No sign of life." in text
    assert "Start the sealer" in text
    assert "1 alarm" in text
    assert "no sign of life" not in text_of(browse(world.reviewer).get("/"))


def test_a_fresh_installation_says_what_to_do_next(db: None, browse: Browse) -> None:
    response = browse(make_person(roles=["compliance-officer"])).get("/")
    assert "Register the AI system" in text_of(response)


def test_strangers_are_led_to_the_sign_in(client: Any, db: None) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/")
