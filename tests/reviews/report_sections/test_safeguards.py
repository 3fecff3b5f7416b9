"""M17 in the Article 22 report: contestations of a week, counted by hand."""

from datetime import timedelta

import pytest

from governance.models import Actor
from governance.reports.blocks import Unit
from reviews.models import VerdictKind
from reviews.services.claiming import claim_case
from reviews.services.contesting import Challenge, read_statement, register_contestation
from reviews.services.deciding import record_verdict
from reviews.services.letters import Channel, Words, make_letter, mark_letter_sent
from reviews.services.ruling import Ruling
from tests.reviews.report_sections.conftest import Made
from tests.reviews.report_sections.world import CUT_OFF, MONDAY, WEEK_END, at

DAY = 60 * 24


def contest(world, decision, minutes):
    return register_contestation(
        decision_id=decision.pk,
        challenge=Challenge("No.", at(minutes)),
        person=world.officer,
        actor=Actor.of(world.officer),
        now=at(minutes),
    )


def rule(world, contestation, minutes, kind=VerdictKind.UPHOLD, outcome="", by=1):
    reviewer = world.reviewers[by]
    case = claim_case(case_id=contestation.case_id, reviewer=reviewer, now=at(minutes))
    read_statement(case_id=case.pk, reviewer=reviewer, now=at(minutes))
    code = "agrees" if kind is VerdictKind.UPHOLD else "income-misread"
    record_verdict(
        case_id=case.pk,
        reviewer=reviewer,
        claim=case.claim_number,
        ruling=Ruling(kind, outcome, code, "The statement shows another income."),
        now=at(minutes + 1),
    )


def answer(world, contestation, at_minutes):
    make_letter(
        contestation_id=contestation.pk, words=Words(), person=world.officer, now=at(at_minutes)
    )
    mark_letter_sent(
        contestation_id=contestation.pk,
        sent_at=at(at_minutes),
        channel=Channel.POST,
        person=world.officer,
        now=at(at_minutes),
    )


@pytest.fixture
def contested_week(world):
    """Three contested: one upheld after a day, one changed after three, one waits."""
    decisions = [world.submit(str(n), "deny", "0.5", impact=5000) for n in range(3)]
    for decision in decisions:
        world.rule(decision, VerdictKind.UPHOLD, at=at(1), after=60)
    first, second, waits = (contest(world, one, 10) for one in decisions)
    rule(world, first, 10 + DAY)
    rule(world, second, 10 + 3 * DAY, VerdictKind.OVERRIDE, "approve")
    world.contestations = [first, second, waits]
    return world


def made(world):
    return Made("automated_decisions", world.period)


def test_requests_days_and_reversal_rate(contested_week):
    found = made(contested_week)

    received = found.figure("Contestations received (M17)")
    assert (received.value, received.n) == (3, 3)
    assert len(received.sample) == 3
    median = found.figure("Days from receipt to the reviewer's result, median (M17)")
    assert (median.value, median.n, median.unit) == (2, 2, Unit.DAYS)
    assert found.counts("Contested decisions that were changed (M17)") == (1, 2)
    assert found.figure("Answers that were late").not_assessable
    assert found.result("article-22-3-intervention") == "met"
    assert found.result("article-22-3-view") == "met"
    # No answer was due yet.
    assert found.result("article-22-3-contest") == "not_assessable"


def test_what_came_after_the_cut_off_changes_no_byte(contested_week):
    world = contested_week
    before = made(world).sections["safeguards"]
    after_the_cut_off = (CUT_OFF - MONDAY).total_seconds() / 60 + 60
    rule(world, world.contestations[2], after_the_cut_off)
    answer(world, world.contestations[0], after_the_cut_off)

    assert made(world).sections["safeguards"] == before


def test_answers_that_were_due_in_the_period_are_judged_by_their_letter(world):
    decisions = [world.submit(str(n), "deny", "0.5", impact=5000) for n in range(2)]
    for decision in decisions:
        world.rule(decision, VerdictKind.UPHOLD, at=at(1), after=60)
    first, _second = (contest(world, one, 10) for one in decisions)
    rule(world, first, 10 + DAY)
    answer(world, first, 10 + 2 * DAY)
    later = WEEK_END + timedelta(days=35)
    period = type(world.period)(
        world.system.pk, world.system.slug, WEEK_END, later, later + timedelta(days=1)
    )

    found = Made("automated_decisions", period)

    assert found.counts("Answers that were late") == (1, 2)
    assert found.result("article-22-3-contest") == "partly"


def test_a_contested_outcome_is_the_one_that_stands(contested_week):
    (row,) = made(contested_week).table("Decision types and how far people are involved")
    assert row[3] == 3
    # Two denials stand; the third was changed to an approval.
    assert made(contested_week).counts("loan: adverse outcomes")[0] <= 2


def test_without_contestations_nothing_is_claimed(world):
    found = made(world)
    for right in ("intervention", "view", "contest"):
        assert found.result(f"article-22-3-{right}") == "not_assessable"
    assert found.figure("Contestations received (M17)").value == 0
