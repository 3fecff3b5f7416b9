"""A draft beside the live version: it counts, and does nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.errors import InputInvalid, NotPermitted
from governance.models import Actor, LedgerEntry
from governance.services.policies import PolicyTextInvalid
from reviews.models import Case, Permit, Shadow, ShadowTally
from reviews.services import shadowing
from reviews.services.shadowing import (
    BEHIND,
    ShadowOver,
    ShadowRuns,
    advance_shadow,
    end_shadow,
    start_shadow,
)
from reviews.tasks import advance_shadows
from tests.factories import NOON, build_world, make_person, policy_text
from tests.reviews.lab.test_simulate import MORE_PASS

pytestmark = pytest.mark.django_db

SWEEP = Actor.system("advance_shadows")
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world():
    return build_world()


def start(world, text=MORE_PASS, *, by=None, now=NOON, until=NOON + WEEK):
    return start_shadow(
        policy=world.policy, text=text, until=until, person=by or world.officer, now=now
    )


def advance(shadow, now):
    return advance_shadow(shadow_id=shadow.pk, actor=SWEEP, now=now)


def tally(shadow):
    return ShadowTally.objects.get(shadow=shadow)


def test_it_counts_what_would_change_and_decides_nothing(world):
    before = world.submit(outcome="grant", confidence=0.8, now=NOON - MINUTE)
    shadow = start(world)
    likely = world.submit(outcome="grant", confidence=0.8, now=NOON + MINUTE)
    world.submit(outcome="refuse", now=NOON + MINUTE)
    counts = (Case.objects.count(), Permit.objects.count())

    assert advance(shadow, NOON + 10 * MINUTE) == 2

    found = tally(shadow)
    assert (found.decisions, found.changed) == (2, 1)
    [change] = found.counts["changes"]
    assert (change["before"], change["after"]) == ("review", "pass")
    assert [row["decision"] for row in change["rows"]] == [str(likely.pk)] != [str(before.pk)]
    assert (Case.objects.count(), Permit.objects.count()) == counts
    assert likely.evaluation.disposition == "review"


def test_each_decision_is_counted_once_however_often_it_is_swept(world):
    shadow = start(world)
    for minute in range(4):
        world.submit(outcome="grant", confidence=0.8, now=NOON + minute * MINUTE)
        advance(shadow, NOON + minute * MINUTE)
        advance(shadow, NOON + minute * MINUTE)
    advance(shadow, NOON + 10 * MINUTE)
    assert (tally(shadow).decisions, tally(shadow).changed) == (4, 4)
    [change] = tally(shadow).counts["changes"]
    assert len({row["decision"] for row in change["rows"]}) == 4


def test_a_sweep_that_has_had_enough_goes_on_where_it_stopped(world, monkeypatch):
    monkeypatch.setattr(shadowing, "MOST_PER_SWEEP", 2)
    shadow = start(world)
    for minute in (0, 1, 1, 1, 2):
        world.submit(now=NOON + minute * MINUTE)
    later = NOON + 20 * MINUTE
    # Those of one instant stay together.
    assert [advance(shadow, later) for _ in range(3)] == [4, 1, 0]
    assert tally(shadow).decisions == 5


def test_what_may_not_be_committed_yet_is_left_for_later(world):
    shadow = start(world)
    world.submit(now=NOON + MINUTE)
    assert advance(shadow, NOON + MINUTE + BEHIND) == 0
    assert advance(shadow, NOON + 2 * MINUTE + BEHIND) == 1


def test_it_ends_by_itself_when_its_time_is_over(world):
    shadow = start(world, until=NOON + 2 * MINUTE)
    world.submit(now=NOON + MINUTE)
    world.submit(now=NOON + 3 * MINUTE)
    advance(shadow, NOON + 10 * MINUTE)

    shadow.refresh_from_db()
    assert (shadow.ended_at, shadow.ended_by) == (NOON + 10 * MINUTE, None)
    assert tally(shadow).decisions == 1
    entry = LedgerEntry.objects.filter(subject_id=shadow.pk).order_by("id").last()
    assert (entry.event, entry.actor) == ("reviews.shadow.ended", "system:advance_shadows")


def test_a_person_ends_it_and_it_counts_no_more(world):
    shadow = start(world)
    end_shadow(shadow_id=shadow.pk, person=world.officer, now=NOON + MINUTE)
    world.submit(now=NOON + 2 * MINUTE)
    assert advance(shadow, NOON + 20 * MINUTE) == 0

    shadow.refresh_from_db()
    assert (shadow.ended_by, tally(shadow).decisions) == (world.officer, 0)
    with pytest.raises(ShadowOver):
        end_shadow(shadow_id=shadow.pk, person=world.officer, now=NOON + MINUTE)
    assert list(
        LedgerEntry.objects.filter(subject_id=shadow.pk)
        .order_by("id")
        .values_list("event", flat=True)
    ) == ["reviews.shadow.started", "reviews.shadow.ended"]


def test_a_broken_shadow_ends_alone(world, monkeypatch):
    """The decision is taken in as ever, and another shadow goes on."""
    broken, sound = start(world), start(world, policy_text(rules=" []"))
    world.submit(now=NOON + MINUTE)
    real = shadowing.drafts_of

    def breaking(text, types):
        if text == broken.text:
            raise RuntimeError("broken")
        return real(text, types)

    monkeypatch.setattr(shadowing, "drafts_of", breaking)
    advance_shadows()

    broken.refresh_from_db()
    assert broken.ended_at is not None
    assert "The log of the worker says why" in broken.failure
    assert (tally(broken).decisions, tally(sound).decisions) == (0, 1)


class TestRefusals:
    def test_without_the_right(self, world):
        with pytest.raises(NotPermitted):
            start(world, by=make_person(roles=["auditor"]))
        shadow = start(world)
        with pytest.raises(NotPermitted):
            end_shadow(shadow_id=shadow.pk, person=world.owner, now=NOON)

    @pytest.mark.parametrize("until", [NOON, NOON - MINUTE, NOON + timedelta(days=93)])
    def test_an_end_that_is_none(self, world, until):
        with pytest.raises(InputInvalid) as caught:
            start(world, until=until)
        assert [fault.pointer for fault in caught.value.errors] == ["/until"]
        assert not Shadow.objects.exists()

    def test_a_text_that_could_not_be_published(self, world):
        with pytest.raises(PolicyTextInvalid):
            start(world, "mode: none")

    def test_the_same_text_twice(self, world):
        shadow = start(world)
        with pytest.raises(ShadowRuns):
            start(world)
        end_shadow(shadow_id=shadow.pk, person=world.officer, now=NOON)
        start(world)
        assert Shadow.objects.running().count() == 1
