"""Raising and lowering intervention levels."""

from __future__ import annotations

from functools import partial

import pytest

from governance.errors import InputInvalid
from governance.models import LedgerEntry, Motion, OutboxMessage
from governance.policies import Level
from governance.services.motions import cast_ballot, move
from models_registry.errors import LevelNotAbove, LevelNotBelow
from models_registry.models import LevelChange
from models_registry.motions import levels
from models_registry.services.levels import raise_level
from tests.factories import NOON, build_world, make_person
from tests.races.together import codes, together, won

pytestmark = pytest.mark.django_db


def up(world, to, *, reason="Drift."):
    return raise_level(
        decision_type=world.decision_type, to=to, reason=reason, raised_by=world.officer, now=NOON
    )


def down(world, to, *, start=None):
    world.decision_type.refresh_from_db()
    return move(
        act=levels.NAME, content=levels.content_of(world.decision_type, to), reason="Mended.",
        mover=world.officer, now=NOON,
    )  # fmt: skip


def approve(motion, voter):
    return cast_ballot(
        motion_id=motion.pk, voter=voter, choice="approve", reason="Read.", digest=motion.digest,
        now=NOON,
    )  # fmt: skip


def test_raising_keeps_step_history_entry_and_message():
    world = build_world()
    change = up(world, Level.SAMPLED)
    kind = world.decision_type
    kind.refresh_from_db()
    assert kind.level == "sampled"
    assert (change.from_level, change.to_level, change.reason) == ("normal", "sampled", "Drift.")
    assert kind.history.latest().history_user == world.officer
    entry = LedgerEntry.objects.get(event="models_registry.decisiontype.level_raised")
    assert (entry.subject_id, entry.history_id) == (kind.pk, kind.history.latest().history_id)
    assert OutboxMessage.objects.get(event="level.raised").body["to"] == "sampled"


@pytest.mark.parametrize("to", [Level.NORMAL, Level.SAMPLED])
def test_it_is_raised_to_a_higher_level_only(to):
    world = build_world()
    up(world, Level.SAMPLED)
    with pytest.raises(LevelNotAbove):
        up(world, to)
    assert LevelChange.objects.count() == 1


@pytest.mark.parametrize(
    ("to", "reason", "pointer"),
    [
        (Level.HALTED, "Drift.", "/to"),
        (Level.SAMPLED, "  ", "/reason"),
        (Level.SAMPLED, "x" * 501, "/reason"),
    ],
)
def test_what_does_not_fit_is_named(to, reason, pointer):
    world = build_world()
    with pytest.raises(InputInvalid) as refused:
        up(world, to, reason=reason)
    assert [fault.pointer for fault in refused.value.errors] == [pointer]
    assert not LevelChange.objects.exists()


def test_an_alarm_that_comes_before_the_approval_makes_it_void():
    world = build_world()
    up(world, Level.SAMPLED)
    motion = down(world, Level.NORMAL)
    up(world, Level.ALL_HUMAN, reason="A second alarm.")

    with pytest.raises(LevelNotBelow):
        approve(motion, make_person(roles=["compliance-officer"]))

    world.decision_type.refresh_from_db()
    assert world.decision_type.level == "all_human"
    assert Motion.objects.get().state == Motion.State.PENDING


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"decision_type": "nothing", "from": "sampled", "to": "normal"}, "/decision_type"),
        ({"decision_type": "lending-approval", "from": "sampled", "to": "calm"}, "/to"),
        ({"decision_type": "lending-approval", "from": "sampled"}, "/to"),
    ],
)
def test_a_motion_with_broken_content_is_refused(content, pointer):
    world = build_world()
    with pytest.raises(InputInvalid) as refused:
        move(act=levels.NAME, content=content, reason="Mended.", mover=world.officer, now=NOON)
    assert pointer in [fault.pointer for fault in refused.value.errors]


def test_a_step_down_that_is_none_is_not_moved():
    world = build_world()
    with pytest.raises(LevelNotBelow):
        down(world, Level.NORMAL)
    assert not Motion.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_raising_beside_lowering_never_ends_below_what_was_raised():
    world = build_world()
    up(world, Level.SAMPLED)
    motion = down(world, Level.NORMAL)
    second = make_person(roles=["compliance-officer"])

    results = together([partial(approve, motion, second), partial(up, world, Level.ALL_HUMAN)])

    world.decision_type.refresh_from_db()
    assert world.decision_type.level == "all_human"
    # Either the approval came first, or it was refused.
    assert len(won(results)) == 2 or codes(results) == {"level_not_below"}


@pytest.mark.django_db(transaction=True)
def test_of_many_who_raise_at_once_one_does():
    world = build_world()
    results = together([partial(up, world, Level.SAMPLED)] * 4)
    assert (len(won(results)), codes(results)) == (1, {"level_not_above"})
    assert LevelChange.objects.count() == 1
