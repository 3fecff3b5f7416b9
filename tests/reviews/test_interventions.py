"""Intervening after a pass: by whom, for how long, and what then becomes of the decision."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.policies import Effect
from governance.services import policies
from reviews.errors import (
    AlreadyExecuted,
    AlreadyReversed,
    AlreadyWithdrawn,
    CaseNotVisible,
    CompetenceMissing,
    InterventionOpen,
    InterventionOver,
    PermitVoided,
    SettledSince,
    TooManyClaims,
)
from reviews.models import Case, Permit, Reversal, VerdictKind
from reviews.services.claiming import release_case
from reviews.services.closing import withdraw_decision
from reviews.services.executing import Act, confirm_undone, consume_permit, record_execution
from reviews.services.interventions import open_intervention
from tests.factories import NOON, build_world, join, make_person, policy_text
from tests.governance.api.calling import Caller
from tests.reviews.contested import contest
from tests.reviews.written import Written, refused

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WINDOW = "\nintervention_window: PT2H\n"


def text(**more):
    return policy_text(mode="hotl", rules=" []", **more) + WINDOW


def make_world(**more):
    return build_world(effect=Effect.NONE, text=text(**more))


@pytest.fixture
def world():
    return make_world()


def passed(world, now=NOON):
    return world.submit(outcome="grant", now=now)


def carry_out(world, decision, now=NOON):
    return record_execution(
        decision_id=decision.pk,
        token=decision.permits.get().token,
        act=Act("grant", "letter-1", now),
        client=world.client,
        now=now,
    )


def intervene(world, decision, by=None, now=NOON + HOUR):
    return open_intervention(decision_id=decision.pk, reviewer=by or world.reviewer, now=now)


def rule(world, case, kind, outcome="", by=None, now=NOON + HOUR):
    return world.rule(case, kind, by=by, outcome=outcome, now=now, claim=False)


def test_a_reviewer_opens_a_case_of_what_passed_and_holds_it(world):
    decision = passed(world)
    written = Written()

    case = intervene(world, decision)

    assert (case.kind, case.state, case.claimed_by) == ("intervention", "claimed", world.reviewer)
    assert (case.queue, case.verdicts_required) == (world.first_line, 1)
    assert written.events() == ["reviews.case.opened", "reviews.case.claimed"]
    assert decision.permits.get().expires_at > NOON


def test_who_holds_it_gets_it_once_more(world):
    decision = passed(world)
    case = intervene(world, decision)
    written = Written()

    assert intervene(world, decision) == case
    assert written.events() == []


def test_what_was_carried_out_is_reversed_and_followed_up_to_its_confirmation(world):
    decision = passed(world)
    carry_out(world, decision)
    written = Written()

    rule(world, intervene(world, decision), VerdictKind.REVERSE, "refuse")

    assert Reversal.objects.get(decision=decision).outcome == "refuse"
    assert written.messages() == [("decision.reversed", "reversal_ordered")]
    done = confirm_undone(
        decision_id=decision.pk,
        act=Act("refuse", "letter-2", NOON + HOUR),
        client=world.client,
        now=NOON + HOUR,
    )
    assert done.kind == "undone"


def test_what_was_not_carried_out_yet_is_stopped(world):
    decision = passed(world)
    permit = decision.permits.get()

    rule(
        world,
        intervene(world, decision, now=NOON),
        VerdictKind.OVERRIDE,
        "refuse",
        now=NOON,
    )

    with refused(PermitVoided):
        consume_permit(token=permit.token, client=world.client, now=NOON)
    assert Permit.objects.exclude(pk=permit.pk).get().outcome == "refuse"


def test_upholding_leaves_everything_as_it_was(world):
    decision = passed(world)
    written = Written()

    rule(world, intervene(world, decision), VerdictKind.UPHOLD)

    assert Case.objects.get().final_outcome == "grant"
    assert written.messages() == []


def test_an_override_of_what_was_carried_out_is_told_to_be_a_reversal(world):
    decision = passed(world)
    carry_out(world, decision)
    case = intervene(world, decision)

    with refused(AlreadyExecuted):
        rule(world, case, VerdictKind.OVERRIDE, "refuse")


@pytest.mark.parametrize(("late", "over"), [(-1, False), (0, True), (1, True)])
def test_the_window_ends_to_the_second(world, late, over):
    decision = passed(world)
    then = NOON + 2 * HOUR + timedelta(seconds=late)
    if not over:
        assert intervene(world, decision, now=then)
        return
    with refused(InterventionOver) as refusal:
        intervene(world, decision, now=then)
    assert "ended at 2026-11-23 14:00 UTC; only a contestation" in str(refusal.value)


def test_a_correction_comes_within_the_window_too(world):
    decision = passed(world)
    carry_out(world, decision)
    case = intervene(world, decision, now=NOON + 2 * HOUR - timedelta(minutes=5))
    late = NOON + 2 * HOUR + timedelta(minutes=1)

    with refused(InterventionOver):
        rule(world, case, VerdictKind.REVERSE, "refuse", now=late)

    rule(world, case, VerdictKind.UPHOLD, now=late)
    assert Case.objects.get().state == "decided"


def test_a_second_person_joins_an_intervention_that_came_in_time():
    world = make_world(verdicts=2)
    decision = passed(world)
    carry_out(world, decision)
    case = intervene(world, decision)
    rule(world, case, VerdictKind.REVERSE, "refuse")
    assert not Reversal.objects.exists()

    late = NOON + 3 * HOUR
    world.rule(case, VerdictKind.REVERSE, by=world.reviewers[1], outcome="refuse", now=late)

    assert Reversal.objects.get().outcome == "refuse"


def test_after_the_window_a_contestation_still_reverses(world):
    decision = passed(world)
    carry_out(world, decision)

    contested = contest(world, decision, now=NOON + 3 * HOUR)

    assert contested.case.kind == "contestation"


def test_without_a_window_nobody_intervenes():
    world = build_world(effect=Effect.NONE, text=policy_text(mode="hotl", rules=" []"))

    decision = passed(world)
    with refused(InterventionOver) as refusal:
        intervene(world, decision)
    assert "gives no time" in str(refusal.value)


def test_a_later_policy_version_does_not_shorten_the_time_of_what_passed_before(world):
    decision = passed(world)
    policies.publish_version(
        policy=world.policy,
        text=text().replace("PT2H", "PT1M"),
        schemas=[world.decision_type.policy_schema()],
        publisher=world.officer,
        now=NOON,
    )

    assert intervene(world, decision)


def test_only_those_of_the_queue_and_entitled_intervene(world):
    decision = passed(world)
    stranger = make_person(roles=["reviewer"])
    with refused(CaseNotVisible):
        intervene(world, decision, by=stranger)
    join(world.first_line, stranger)
    with refused(CompetenceMissing) as refusal:
        intervene(world, decision, by=stranger)
    assert refusal.value.about == decision.pk
    with refused(CaseNotVisible):
        open_intervention(decision_id=world.officer.pk, reviewer=world.reviewer, now=NOON)


def test_no_second_case_beside_one_that_waits(world):
    decision = passed(world)
    case = intervene(world, decision)
    with refused(InterventionOpen):
        intervene(world, decision, by=world.reviewers[1])
    release_case(case_id=case.pk, reviewer=world.reviewer, now=NOON + HOUR)
    with refused(InterventionOpen) as refusal:
        intervene(world, decision)
    assert "intervention after a pass waits" in str(refusal.value)


def test_what_was_drawn_for_audit_is_ruled_on_there():
    world = make_world(audit_rate=1)
    decision = passed(world)
    with refused(InterventionOpen) as refusal:
        intervene(world, decision)
    assert "audit of a passed decision waits" in str(refusal.value)

    audit = Case.objects.get()
    world.rule(audit, VerdictKind.OVERRIDE, outcome="refuse")
    with refused(SettledSince):
        intervene(world, decision, by=world.reviewers[1])


def test_an_audit_that_upheld_leaves_it_open_to_another_person():
    world = make_world(audit_rate=1)
    decision = passed(world)
    world.rule(Case.objects.get())

    assert intervene(world, decision, by=world.reviewers[1]).kind == "intervention"


def test_nobody_intervenes_in_what_is_settled(world):
    withdrawn, ruled, contested = passed(world), passed(world), passed(world)
    withdraw_decision(decision_id=withdrawn.pk, reason="Sent twice.", client=world.client, now=NOON)
    with refused(AlreadyWithdrawn):
        intervene(world, withdrawn)

    rule(world, intervene(world, ruled), VerdictKind.UPHOLD)
    with refused(SettledSince):
        intervene(world, ruled, by=world.reviewers[1])

    carry_out(world, contested)
    contest(world, contested, now=NOON)
    with refused(SettledSince):
        intervene(world, contested)


def test_nobody_intervenes_in_what_was_reversed(world):
    decision = passed(world)
    carry_out(world, decision)
    rule(world, intervene(world, decision), VerdictKind.REVERSE, "refuse")

    with refused(AlreadyReversed):
        intervene(world, decision, by=world.reviewers[1])


def test_an_intervention_counts_against_what_one_person_may_hold():
    world = build_world(effect=Effect.NONE, text=text(), max_claims=1)
    first, second = passed(world), passed(world)
    intervene(world, first)

    with refused(TooManyClaims):
        intervene(world, second)


def test_through_the_api(world):
    decision = passed(world)
    caller = Caller(person=world.reviewer)

    made = caller.post(f"decisions/{decision.pk}/intervene", now=NOON + HOUR)
    late = caller.post(f"decisions/{passed(world).pk}/intervene", now=NOON + 3 * HOUR)

    assert (made.status, made.body["kind"], made.body["state"]) == (201, "intervention", "claimed")
    assert (late.status, late.code) == (409, "intervention_over")


def test_from_the_page_which_a_reviewer_sees_while_the_window_lasts(world):
    decision = passed(world)
    caller = Caller(person=world.reviewer)
    page = f"/decisions/{decision.pk}/"

    shown = caller.get(page, now=NOON + HOUR)
    assert shown.status == 200
    assert f"{page}intervene/" in shown.response.content.decode()
    assert caller.get(page, now=NOON + 3 * HOUR).status == 404
    assert Caller(person=make_person(roles=["reviewer"])).get(page, now=NOON).status == 404

    moved = caller.post(f"{page}intervene/", now=NOON + HOUR)
    case = Case.objects.get()
    assert (moved.status, moved.headers["Location"]) == (302, f"/cases/{case.pk}/")
    on_case = caller.get(f"/cases/{case.pk}/", now=NOON + HOUR).response.content.decode()
    assert "Intervention, open until 23 Nov, 14:00 UTC" in on_case
    assert "intervene/" not in caller.get(page, now=NOON + HOUR).response.content.decode()
