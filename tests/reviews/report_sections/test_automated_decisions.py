"""The Article 22 report of the same week."""

import copy

from governance.reports.chart_blocks import Flow
from reviews.models import VerdictKind
from tests.reviews.report_sections.conftest import Made
from tests.reviews.report_sections.world import POLICY, at, build_world

SHARES = {
    # Permits: p1 to p4 by the policy alone; r1, r2, r3, r4, r5 on verdicts.
    "loan: leave given only after a person's ruling": (5, 9),
    "loan: verdicts by people with valid competence (M14)": (8, 8),
    "loan: adverse outputs followed (M18)": (1, 3),
    "loan: adverse outcomes": (2, 9),
    "loan: outcomes changed by people": (3, 9),
    "Passed decisions that people changed afterwards": (1, 2),
}


def test_shares_are_those_counted_by_hand(automated):
    assert {label: automated.counts(label) for label in SHARES} == SHARES


def test_a_type_that_passes_decisions_is_automated_and_says_why(automated):
    (row,) = automated.table("Decision types and how far people are involved")
    assert row == ("loan", "legal", "deny", 12, "automated", "none named")
    assert automated.result("article-22-loan") == "partly"


def test_the_flow_joins_output_review_and_what_stands(automated):
    (flow,) = automated.blocks(Flow)
    ends = {(link.source, link.target): link.count for link in flow.links[1]}
    assert ends["reviewed", "stands: approve"] == 4
    assert ends["reviewed", "stands: deny"] == 1
    assert sum(link.count for link in flow.links[0]) == 12


def test_what_is_not_recorded_is_said(automated):
    assert "not recorded" in automated.sections["notices"].empty_because
    assert "sealed" in automated.sections["third_parties"].empty_because
    assert automated.result("article-22-3-contest") == "not_assessable"
    assert automated.result("special-categories") == "not_assessable"


def test_personal_facts_are_named_as_sealed(automated):
    rows = automated.table("Facts the decisions rest on")
    assert [row[1:] for row in rows] == [
        ("birthplace", "Place of birth", "string", "personal, sealed", "not said", ""),
        ("income", "Income", "double", "seen by the policy", "not said", ""),
    ]


def reviewed_week(**policy):
    """Eight decisions, all ruled on by people: half of the outputs changed."""
    world = build_world(policy={**copy.deepcopy(POLICY), "rules": [], **policy})
    for number in range(8):
        decision = world.submit(str(number), "deny" if number % 2 else "approve", "0.5")
        changed = number in (1, 2, 5, 6)
        other = "approve" if number % 2 else "deny"
        world.rule(
            decision,
            VerdictKind.OVERRIDE if changed else VerdictKind.UPHOLD,
            other if changed else "",
            at=at(number),
            after=50,
        )
    return world


def test_a_type_that_people_decide_with_effect_is_assisted(db):
    found = Made("automated_decisions", reviewed_week().period)
    (row,) = found.table("Decision types and how far people are involved")
    assert row[4] == "assisted"
    assert found.figure("loan: dependence U (M18)").value == 0
    assert found.result("article-22-loan") == "met"


def test_a_stated_ground_and_its_reasoning_are_shown(db):
    world = reviewed_week(
        art_22_2_ground="contract", art_22_2_reasoning="Instant credit is what the contract is on."
    )
    (row,) = Made("automated_decisions", world.period).table(
        "Decision types and how far people are involved"
    )
    assert row[5] == "necessary for a contract, 22(2)(a)"


def test_an_empty_system_says_everywhere_why_there_is_nothing(world):
    found = Made("automated_decisions", world.period)
    assert found.sections["outcomes"].empty_because == "No decision was received in the period."
    assert found.result("article-22-loan") == "not_assessable"
    (row,) = found.table("Decision types and how far people are involved")
    assert row[4] == "no decisions"
