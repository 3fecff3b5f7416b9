"""Ruling from the case page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from governance.models import Refusal
from reviews.models import Case, Permit, Verdict
from reviews.services import claiming, executing
from tests.factories import World, build_world, policy_text
from tests.governance.pages.reading import text_of
from tests.reviews.pages.conftest import Browse

UPHOLD = {"claim": "1", "kind": "uphold", "reason_code": "agrees", "reason_text": ""}
OVERRIDE = {
    "claim": "1",
    "kind": "override",
    "outcome": "grant",
    "reason_code": "contradicts-evidence",
    "reason_text": "The letter explains the missed payments.",
}


@pytest.fixture
def case(world: World) -> Case:
    case = world.open_case(now=timezone.now())
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=timezone.now())
    return case


def rule(client: Client, case: Case, fields: dict[str, Any], **more: Any) -> Any:
    return client.post(f"/cases/{case.pk}/verdict/", fields, **more)


def test_a_verdict_decides_the_case_and_offers_the_next(
    world: World, case: Case, browse: Browse
) -> None:
    world.open_case(now=timezone.now())
    response = rule(browse(world.reviewer), case, UPHOLD, follow=True)
    assert response.redirect_chain == [("/queues/first-line/", 302)]
    assert "the case is decided" in text_of(response)
    assert "Claim next" in text_of(response)
    verdict = Verdict.objects.get()
    assert (verdict.kind, verdict.outcome, verdict.ruled_by) == ("uphold", "refuse", world.reviewer)


def test_an_override_yields_a_permit_for_the_corrected_outcome(
    world: World, case: Case, browse: Browse
) -> None:
    rule(browse(world.reviewer), case, OVERRIDE)
    assert Permit.objects.get().outcome == "grant"


def test_a_corrected_outcome_left_over_from_another_choice_does_not_count(
    world: World, case: Case, browse: Browse
) -> None:
    rule(browse(world.reviewer), case, {**UPHOLD, "outcome": "grant"})
    assert Verdict.objects.get().outcome == "refuse"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "approve"}, "kind"),
        ({"claim": "x"}, "claim"),
        ({"claim": "99999999999"}, "claim"),
        ({"outcome": ""}, "outcome"),
        ({"outcome": "refuse"}, "outcome"),
        ({"outcome": "odd"}, "outcome"),
        ({"reason_code": ""}, "reason_code"),
        ({"reason_code": "agrees"}, "reason_code"),
        ({"reason_text": "short"}, "reason_text"),
        ({"reason_text": "nul \x00 inside it"}, "reason_text"),
        ({"reason_text": "x" * 4001}, "reason_text"),
    ],
)
def test_a_faulty_form_comes_back_with_what_was_entered(
    world: World, case: Case, browse: Browse, change: dict[str, str], field: str
) -> None:
    entered = {**OVERRIDE, **change}
    response = rule(browse(world.reviewer), case, entered)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Verdict.objects.count() == 0
    if field != "reason_text":
        assert "The letter explains" in text_of(response)


def test_sending_it_twice_is_one_verdict(world: World, case: Case, browse: Browse) -> None:
    client = browse(world.reviewer)
    first, second = (rule(client, case, UPHOLD) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert Verdict.objects.count() == 1


def test_an_answer_to_an_old_claim_is_refused(world: World, case: Case, browse: Browse) -> None:
    claiming.release_case(case_id=case.pk, reviewer=world.reviewer, now=timezone.now())
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=timezone.now())
    response = rule(browse(world.reviewer), case, UPHOLD)
    assert response.status_code == 409
    assert Refusal.objects.get().code == "claim_lapsed"
    assert Verdict.objects.count() == 0


def test_another_persons_claim_cannot_be_answered(world: World, case: Case, browse: Browse) -> None:
    assert rule(browse(world.reviewers[1]), case, UPHOLD).status_code == 409
    assert Verdict.objects.count() == 0


def test_nothing_is_chosen_for_the_person_and_only_what_fits_is_offered(
    world: World, case: Case, browse: Browse
) -> None:
    response = browse(world.reviewer).get(f"/cases/{case.pk}/")
    assert [choice.kind.value for choice in response.context["offer"].choices] == [
        "uphold",
        "override",
        "abstain",
    ]
    form = text_of(response).split('class="pane-body stack verdict-form"', 1)[1]
    assert " checked" not in form.split("</form>", 1)[0]
    assert '<option value="refuse"' not in form


def test_after_execution_a_reversal_takes_the_place_of_the_override(
    db: None, browse: Browse
) -> None:
    now = timezone.now()
    world = build_world(text=policy_text(audit_rate=1))
    audit = world.open_case(now=now, outcome="grant", confidence=0.99)
    permit = Permit.objects.get()
    act = executing.Act(outcome="grant", reference="core-1", executed_at=now)
    executing.record_execution(
        decision_id=audit.decision_id, token=permit.token, act=act, client=world.client, now=now
    )
    claiming.claim_case(case_id=audit.pk, reviewer=world.reviewer, now=now)
    client = browse(world.reviewer)
    offered = client.get(f"/cases/{audit.pk}/").context["offer"].choices
    assert [choice.kind.value for choice in offered] == ["uphold", "reverse", "abstain"]
    late = rule(client, audit, {**OVERRIDE, "outcome": "refuse"})
    assert late.status_code == 409
    assert "order its undoing" in text_of(late)
    assert rule(
        client, audit, {**OVERRIDE, "kind": "reverse", "outcome": "refuse"}
    ).status_code == (302)


def test_a_ballot_stays_sealed_from_the_next_person(db: None, browse: Browse) -> None:
    now = timezone.now()
    world = build_world(text=policy_text(verdicts=2))
    case = world.open_case(now=now)
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=now)
    sent = rule(browse(world.reviewer), case, OVERRIDE, follow=True)
    assert "waits for the next person" in text_of(sent)
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=now)
    client = browse(world.reviewers[1])
    told = client.get(f"/cases/{case.pk}/").context["timeline"]
    assert [event["text"] for event in told if event["title"] == "Verdict given"] == [""]
    assert client.get(f"/decisions/{case.decision_id}/").context["verdicts"] == []


def test_who_settles_a_disagreement_sees_both_sides(db: None, browse: Browse) -> None:
    now = timezone.now()
    world = build_world(text=policy_text(verdicts=2))
    case = world.open_case(now=now)
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=now)
    rule(browse(world.reviewer), case, OVERRIDE)
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=now)
    dissent = rule(browse(world.reviewers[1]), case, {**UPHOLD, "claim": "2"}, follow=True)
    assert "The ballots disagree" in text_of(dissent)
    settling = browse(world.senior)

    def told() -> list[str]:
        timeline = settling.get(f"/cases/{case.pk}/").context["timeline"]
        return [event["text"] for event in timeline if event["title"] == "Verdict given"]

    assert told() == ["", ""]
    claiming.claim_case(case_id=case.pk, reviewer=world.senior, now=now)
    assert told() == ["override: Grant", "uphold: Refuse"]
    ballots = settling.get(f"/cases/{case.pk}/").context["ballots"]
    assert [ballot["outcome"] for ballot in ballots] == ["Grant", "Refuse"]
