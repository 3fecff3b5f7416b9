"""Reversals that nobody confirms: told of once, on the pages, and over with the confirmation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from governance.models import Actor
from governance.policies import Effect
from governance.services.policies import publish_version
from reviews.models import Case, ReversalAlarm, VerdictKind, silent_reversals
from reviews.services.executing import Act, confirm_undone, record_execution
from reviews.services.reversal_alarms import raise_reversal_alarm
from tests.factories import NOON, build_world, make_person, policy_text
from tests.governance.api.calling import Caller
from tests.reviews.written import Written

pytestmark = pytest.mark.django_db

SWEEP = Actor.system("watch_reversals")
LIMIT = settings.COUNTERSIGN_REVERSAL_SILENCE_LIMIT
LATE = NOON + LIMIT


@pytest.fixture
def world():
    return build_world(effect=Effect.NONE, text=policy_text(mode="hotl", rules=" []", audit_rate=1))


@pytest.fixture
def reversal(world):
    return reversed_after_its_audit(world)


def reversed_after_its_audit(world):
    permit = world.submit(outcome="grant").permits.get()
    record_execution(
        decision_id=permit.decision_id,
        token=permit.token,
        act=Act("grant", "letter-1", NOON),
        client=world.client,
        now=NOON,
    )
    world.rule(Case.objects.get(), VerdictKind.REVERSE, outcome="refuse")
    return permit.decision.reversal


def alarm(reversal, now=LATE):
    return raise_reversal_alarm(reversal_id=reversal.pk, actor=SWEEP, now=now)


def confirm(world, reversal, now=LATE):
    return confirm_undone(
        decision_id=reversal.decision_id,
        act=Act("refuse", "letter-2", now),
        client=world.client,
        now=now,
    )


def test_an_alarm_comes_at_the_limit_and_once(reversal):
    before = LATE - timedelta(seconds=1)
    assert not silent_reversals(before).exists()
    assert alarm(reversal, before) is None
    written = Written()

    raised = alarm(reversal)

    assert raised.raised_at == LATE
    assert written.entries() == [("reviews.reversalalarm.raised", "system:watch_reversals")]
    assert written.messages() == [("decision.reversal_unconfirmed", "reversal_ordered")]
    assert alarm(reversal) is None
    assert not silent_reversals(LATE).exists()


def test_the_policys_own_limit_holds_and_stays_with_the_reversal():
    text = policy_text(mode="hotl", rules=" []", audit_rate=1) + "confirm_reversal_within: PT2H\n"
    world = build_world(effect=Effect.NONE, text=text)
    found = reversed_after_its_audit(world)
    publish_version(
        policy=world.policy, text=policy_text(mode="hotl", rules=" []"),
        schemas=[world.decision_type.policy_schema()], publisher=world.officer, now=NOON,
    )  # fmt: skip
    limit = NOON + timedelta(hours=2)
    assert found.confirm_by == limit
    assert alarm(found, limit - timedelta(seconds=1)) is None
    assert alarm(found, limit).raised_at == limit


def test_the_confirmation_ends_it(world, reversal):
    alarm(reversal)
    written = Written()

    confirm(world, reversal)

    [one] = ReversalAlarm.objects.all()
    assert one.cleared_at == LATE
    assert not ReversalAlarm.objects.open().exists()
    assert written.events() == ["reviews.decision.undone", "reviews.reversalalarm.cleared"]


def test_a_confirmation_in_time_raises_none(world, reversal):
    written = Written()
    confirm(world, reversal, NOON)

    assert alarm(reversal) is None
    assert written.events() == ["reviews.decision.undone"]


def test_dashboard_audits_and_decision_show_it_to_those_who_may_see_it(world, reversal):
    alarm(reversal)
    decision = f"/decisions/{reversal.decision_id}/"
    titles = {
        "/": "Undoing not confirmed",
        "/audits/": "Undoing not confirmed",
        decision: "Nobody has confirmed the undoing",
        f"/cases/{reversal.verdict.case_id}/": "Nobody has confirmed the undoing",
    }
    for person in (world.officer, world.reviewer):
        for page, title in titles.items():
            assert title in Caller(person=person).get(page, now=LATE).response.content.decode()
    stranger = Caller(person=make_person(roles=["reviewer"]))
    assert titles["/"] not in stranger.get("/", now=LATE).response.content.decode()
    confirm(world, reversal)
    for page, title in titles.items():
        shown = Caller(person=world.officer).get(page, now=LATE).response.content.decode()
        assert title not in shown
