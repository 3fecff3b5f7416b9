"""Blind first: until a judgement is committed the pages hold nothing of what the AI said."""

from __future__ import annotations

import pytest
from django.utils import timezone

from reviews.models import Case, PriorJudgement
from reviews.services import claiming
from tests.factories import World, build_world, make_person, policy_text
from tests.governance.pages.reading import acts_of, text_of
from tests.reviews.pages.conftest import Browse

RULE = """
  - id: telltale-rule
    title: Telltale title
    when: confidence < 0.9 && outcome == "refuse"
    then: review
    reason: Telltale reason.
"""
# Whatever could give the output away: outcome in words, confidence, factors, reasons, trace.
TELLTALES = (
    "Adverse",
    "adverse",
    "0.731",
    "73",
    "moderate",
    "Telltale",
    "telltale",
    "Debt factor",
    "counterfactual",
    "confidence",
    "Priority",
    "Distance from the line",
    "4.25",
)


@pytest.fixture
def world(db: None) -> World:
    return build_world(text=policy_text(reviewer_sees="blind_first", rules=RULE))


@pytest.fixture
def case(world: World) -> Case:
    return world.open_case(
        now=timezone.now(),
        external_id="blind",
        confidence=0.731,
        facts={"income": 1200.5, "distance": 4.25},
        input={"letter": "What the applicant wrote."},
        explanation={
            "factors": [{"label": "Debt factor", "value": 1, "weight": 0.5}],
            "counterfactuals": ["a counterfactual"],
        },
    )


def page(case: Case) -> str:
    return f"/cases/{case.pk}/"


@pytest.mark.parametrize("claimed", [False, True])
def test_nothing_of_the_output_is_in_the_page(
    world: World, case: Case, browse: Browse, claimed: bool
) -> None:
    if claimed:
        claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=timezone.now())
    response = browse(world.reviewer).get(page(case))
    main = text_of(response).split("<main", 1)[1].split("</main>", 1)[0]
    # The ids of a page are random and may hold any digits.
    visible = main.replace(str(case.pk), "").replace(str(case.decision_id), "")
    assert [word for word in TELLTALES if word in visible and word != "73"] == []
    assert "73 %" not in visible
    assert "73\u202f%" not in visible
    assert ("What the applicant wrote." in visible) is claimed
    assert ("judgement" in acts_of(response)) is claimed
    assert "verdict" not in acts_of(response)


def test_both_outcomes_are_offered_and_none_is_chosen(
    world: World, case: Case, browse: Browse
) -> None:
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=timezone.now())
    text = text_of(browse(world.reviewer).get(page(case)))
    assert text.count("Grant") == text.count("Refuse") == 1
    assert " checked" not in text.split("<main", 1)[1].split("</main>", 1)[0]


def test_the_queue_keeps_the_reasons_of_its_priority_to_itself(
    world: World, case: Case, browse: Browse
) -> None:
    text = text_of(browse(world.reviewer).get("/queues/first-line/"))
    assert "not shown before you judge" in text
    assert "adverse outcome" not in text
    assert f"<strong>{case.priority:.0f}</strong>" not in text


def test_the_decision_page_leads_to_the_case(world: World, case: Case, browse: Browse) -> None:
    response = browse(world.reviewer).get(f"/decisions/{case.decision_id}/")
    assert (response.status_code, response["Location"]) == (302, page(case))


def test_the_list_of_decisions_hides_it_from_who_rules_as_well_as_oversees(
    world: World, case: Case, browse: Browse
) -> None:
    both = make_person(roles=["auditor", "reviewer"])
    [row] = browse(both).get("/decisions/").context["rows"]
    assert row["hidden"]
    [row] = browse(world.officer).get("/decisions/").context["rows"]
    assert not row["hidden"]


def test_after_the_judgement_the_output_is_shown_beside_it(
    world: World, case: Case, browse: Browse
) -> None:
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=timezone.now())
    client = browse(world.reviewer)
    assert client.post(f"{page(case)}judgement/", {"outcome": "grant"})["Location"] == page(case)
    judgement = PriorJudgement.objects.get()
    assert (judgement.outcome, judgement.judged_by) == ("grant", world.reviewer)
    response = client.get(page(case))
    text = text_of(response)
    for shown in ("73", "Debt factor", "Telltale reason.", "differs from the AI system"):
        assert shown in text
    assert "verdict" in acts_of(response)


def test_a_judgement_is_given_once_and_names_an_outcome(
    world: World, case: Case, browse: Browse
) -> None:
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=timezone.now())
    client = browse(world.reviewer)
    assert client.post(f"{page(case)}judgement/", {"outcome": "odd"}).status_code == 422
    assert PriorJudgement.objects.count() == 0
    client.post(f"{page(case)}judgement/", {"outcome": "grant"})
    assert client.post(f"{page(case)}judgement/", {"outcome": "refuse"}).status_code == 409
    assert PriorJudgement.objects.get().outcome == "grant"


def test_a_verdict_without_a_judgement_is_refused_and_tells_nothing(
    world: World, case: Case, browse: Browse
) -> None:
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=timezone.now())
    ruling = {"claim": "1", "kind": "uphold", "reason_code": "agrees"}
    refused = browse(world.reviewer).post(f"{page(case)}verdict/", ruling)
    assert refused.status_code == 409
    assert "Debt factor" not in text_of(refused)
    assert Case.objects.get().state == "claimed"


def test_those_who_only_oversee_see_the_output(world: World, case: Case, browse: Browse) -> None:
    assert "Telltale reason." in text_of(browse(world.officer).get(page(case)))


def test_the_api_holds_nothing_of_it_either(case: Case, world: World, browse: Browse) -> None:
    claiming.claim_case(case_id=case.pk, reviewer=world.reviewer, now=timezone.now())

    body = browse(world.reviewer).get(f"/api/v1/cases/{case.pk}").json()

    assert body["facts"] == {"income": 1200.5}
    assert (body["outcome"], body["confidence"], body["priority"]) == (None, None, None)
