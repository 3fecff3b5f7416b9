"""Putting an act forward: nothing is done yet, and what is to be done is fixed."""

import hashlib
from datetime import timedelta

import pytest
import rfc8785

from governance.errors import InputInvalid, NotPermitted
from governance.models import ActQuorum, LedgerEntry, Motion
from governance.motions.registry import known_acts, register
from governance.quorum import PRESETS, QuorumRule, Stage, plain
from governance.services.motions import MotionPending, move, withdraw_motion
from tests.factories import NOON, make_person
from tests.governance.motions.motioning import ACT, content, moved, officers, takes
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return officers(4)


def test_a_motion_keeps_content_digest_and_quorum_and_does_nothing(people):
    written = Written()

    motion = moved(people[0])

    motion.refresh_from_db()
    assert (motion.state, motion.closed_at) == (Motion.State.PENDING, None)
    assert motion.content == content()
    assert motion.digest == hashlib.sha256(rfc8785.dumps(content())).hexdigest()
    assert QuorumRule.from_json(motion.quorum) == PRESETS["four_eyes"]
    assert (motion.moved_at, motion.expires_at) == (NOON, NOON + timedelta(days=7))
    assert written.entries() == [("governance.motion.moved", person(people[0]))]
    assert written.messages() == [("motion.moved", None)]
    assert motion.history.latest().actor == person(people[0])
    assert motion.digest in bytes(LedgerEntry.objects.latest("id").leaf).decode()
    assert not ActQuorum.objects.exists()


def test_it_takes_the_quorum_that_was_set_for_the_act(people):
    takes(plain(2))
    assert QuorumRule.from_json(moved(people[0]).quorum) == plain(2)


def test_the_same_content_waits_once(people):
    moved(people[0])
    for mover in people[:2]:
        with refused(MotionPending):
            moved(mover)
    other = moved(people[1], content(plain(2)))
    assert other.state == Motion.State.PENDING


def test_what_was_taken_back_can_be_moved_again(people):
    withdraw_motion(motion_id=moved(people[0]).pk, mover=people[0], now=NOON)
    assert moved(people[0]).state == Motion.State.PENDING


def test_what_is_over_but_not_swept_yet_makes_room(people):
    first = moved(people[0])
    written = Written()

    second = moved(people[1], now=first.expires_at)

    first.refresh_from_db()
    assert (first.state, second.state) == (Motion.State.EXPIRED, Motion.State.PENDING)
    assert written.entries() == [
        ("governance.motion.expired", "system:move"),
        ("governance.motion.moved", person(people[1])),
    ]


@pytest.mark.parametrize("role", ["reviewer", "senior-reviewer", "auditor", "administrator"])
def test_only_who_has_the_acts_permission_moves_it(people, role):
    mover = make_person(roles=[role])
    with refused(NotPermitted):
        moved(mover)


def test_an_unknown_act_is_a_fault_of_the_field(people):
    with refused(InputInvalid) as refusal:
        move(act="governance.nothing.do", content={}, reason="x", mover=people[0], now=NOON)
    assert [error.pointer for error in refusal.value.errors] == ["/act"]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_motion_says_why_in_so_many_words(people, reason):
    with refused(InputInvalid):
        move(act=ACT, content=content(), reason=reason, mover=people[0], now=NOON)


TWO = plain(2).to_json()
STAGE = TWO["stages"][0]
FAULTY = {
    "another act": ({"act": "nothing", "quorum": TWO}, "/act"),
    "no act": ({"quorum": TWO}, "/act"),
    "no quorum": ({"act": ACT}, "/quorum"),
    "a list": ({"act": ACT, "quorum": []}, "/quorum"),
    "no stage": ({"act": ACT, "quorum": {"preset": "", "stages": []}}, "/quorum"),
    "half of them": (
        {"act": ACT, "quorum": TWO | {"stages": [STAGE | {"required": 1, "panel": 2}]}},
        "/quorum",
    ),
    "a text for a number": (
        {"act": ACT, "quorum": TWO | {"stages": [STAGE | {"required": "2"}]}},
        "/quorum",
    ),
    "truth for a number": (
        {"act": ACT, "quorum": TWO | {"stages": [STAGE | {"required": True, "panel": True}]}},
        "/quorum",
    ),
    "more fields": ({"act": ACT, "quorum": TWO | {"more": 1}}, "/quorum"),
    "an unknown role": (
        {"act": ACT, "quorum": TWO | {"stages": [STAGE | {"roles": ["nobody"]}]}},
        "/quorum",
    ),
    "a preset that it is not": (
        {"act": ACT, "quorum": TWO | {"preset": "single"}},
        "/quorum/preset",
    ),
    "more people than there are": ({"act": ACT, "quorum": plain(4).to_json()}, "/quorum"),
    "a role that nobody here has": (
        {"act": ACT, "quorum": QuorumRule((Stage("a", 1, 1, ("auditor",)),)).to_json()},
        "/quorum",
    ),
}


@pytest.mark.parametrize(("asked", "pointer"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_quorum_is_named_and_leaves_nothing(people, asked, pointer):
    with refused(InputInvalid) as refusal:
        moved(people[0], asked)
    assert [error.pointer for error in refusal.value.errors] == [pointer]


def test_each_act_is_registered_once_and_takes_more_than_one_person():
    assert {act.name for act in known_acts()} >= {
        "governance.actquorum.change",
        "governance.policyversion.publish",
        "governance.report.approve",
        "governance.subject.erase",
        "models_registry.halt.lift",
        "models_registry.mandate.issue",
    }
    assert all(act.quorum.people >= 1 for act in known_acts())
    with pytest.raises(ValueError, match="registered twice"):
        register(known_acts()[0])
