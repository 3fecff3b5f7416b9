"""Publishing a policy version and issuing a mandate: two people each."""

from datetime import timedelta
from decimal import Decimal

import pytest

from governance.errors import InputInvalid, NotPermitted
from governance.models import Motion, PolicyVersion
from governance.motions.registry import act_named
from governance.services.motions import MoverWithoutRight, move
from governance.services.policies import PolicyTextInvalid, TextUnchanged, publish_version
from models_registry.models import Mandate
from models_registry.models.decision_type import policy_schemas
from models_registry.motions import mandates, policies
from tests.factories import NOON, build_world, change, make_person, policy_text
from tests.governance.api.calling import Caller
from tests.governance.motions.motioning import vote
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db

UNTIL = NOON + timedelta(days=2)


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def second():
    return make_person(roles=["compliance-officer"])


def moved(world, text, *, by=None):
    return move(
        act=policies.NAME,
        content=policies.content_of(world.policy, text),
        reason="Two people from now on.",
        mover=by or world.officer,
        now=NOON,
    )


def test_two_people_publish_a_version_that_names_both(world, second):
    motion = moved(world, policy_text(verdicts=2))
    assert PolicyVersion.objects.count() == 1
    written = Written()

    assert vote(motion, second).state == Motion.State.CARRIED

    version = PolicyVersion.objects.get(number=2)
    assert (version.motion, version.published_by) == (motion, world.officer)
    assert version.text == policy_text(verdicts=2)
    assert written.entries() == [
        ("governance.motionballot.cast", person(second)),
        ("governance.policyversion.published", person(second)),
        ("governance.motion.carried", person(second)),
    ]


def test_the_second_person_reads_the_difference_before_and_after(world, second):
    motion = moved(world, policy_text(verdicts=2))
    for _ in range(2):
        shown = act_named(motion.act).describe(motion)
        assert "-defaults: {queue: first-line, due_within: PT4H, verdicts: 1}" in shown.diff
        assert "+defaults: {queue: first-line, due_within: PT4H, verdicts: 2}" in shown.diff
        if motion.state == Motion.State.PENDING:
            assert shown.notes == ("The text is valid: mode hitl, 1 rule.",)
            motion = vote(motion, second)


def test_a_text_with_a_fault_is_not_even_moved(world):
    with refused(PolicyTextInvalid) as refusal:
        moved(world, policy_text().replace("outcome ==", "outcmoe =="))
    assert "outcmoe" in refusal.value.errors[0].detail


def test_the_text_in_force_is_not_moved_again(world):
    with refused(TextUnchanged):
        moved(world, policy_text())


def test_a_policy_that_is_not_there_is_a_fault_of_the_field(world):
    with refused(InputInvalid) as refusal:
        move(
            act=policies.NAME,
            content={"policy": "nothing", "text": "x", "base": 0},
            reason="x",
            mover=world.officer,
            now=NOON,
        )
    assert [error.pointer for error in refusal.value.errors] == ["/policy"]


def test_the_text_is_checked_again_when_it_is_approved(world, second):
    """The facts of the type changed in between: what would not fit any more is not published."""
    motion = moved(world, policy_text(rules=_ON_INCOME))
    kind = world.decision_type
    kind.fact_schema = {name: spec for name, spec in kind.fact_schema.items() if name != "income"}
    change(kind, "fact_schema")

    assert "income" in act_named(motion.act).describe(motion).notes[1]
    with refused(PolicyTextInvalid):
        vote(motion, second)
    assert vote(motion, second, "reject").state == Motion.State.REJECTED


_ON_INCOME = """
  - id: low
    title: Low incomes are held
    when: income < 500.0
    then: review
    reason: The income is low.
"""


def test_the_same_text_that_was_published_meanwhile_leaves_the_vote_uncounted(world, second):
    text = policy_text(verdicts=2)
    motion = moved(world, text)
    publish_version(
        policy=world.policy,
        text=text,
        schemas=policy_schemas(world.policy),
        publisher=world.officer,
        now=NOON,
    )
    with refused(TextUnchanged):
        vote(motion, second)


def test_a_mover_who_lost_the_right_publishes_nothing(world, second):
    motion = moved(world, policy_text(verdicts=2))
    held = world.officer.role_assignments.get()
    held.valid_until = held.valid_from + timedelta(days=1)
    change(held, "valid_until")
    with refused(MoverWithoutRight):
        vote(motion, second)


def test_an_owner_neither_moves_nor_votes_on_a_policy(world):
    with refused(NotPermitted):
        moved(world, policy_text(verdicts=2), by=world.owner)
    motion = moved(world, policy_text(verdicts=2))
    with refused(Motion.DoesNotExist):
        vote(motion, world.owner)


def test_the_door_answers_with_the_motion(world):
    body = {"text": policy_text(verdicts=2), "reason": "Two people from now on."}
    answer = Caller(person=world.officer).post("policies/lending-policy/versions", body)
    motion = Motion.objects.get()
    assert (answer.status, answer.headers["Location"]) == (202, f"/api/v1/motions/{motion.pk}")
    assert PolicyVersion.objects.count() == 1
    read = Caller(person=world.officer).get(f"motions/{motion.pk}").body
    assert "verdicts: 2" in read["diff"]


def asked(world, **changes):
    given = {
        "decision_type": world.decision_type,
        "objective": "Small loans this week.",
        "max_decisions": 10,
        "max_impact": Decimal("100.50"),
        "allowed_outcomes": ["grant"],
        "valid_until": UNTIL,
    }
    return move(
        act=mandates.NAME,
        content=mandates.content_of(**given | changes),
        reason="The backlog.",
        mover=world.owner,
        now=NOON,
    )


def test_two_people_issue_a_mandate_exactly_as_it_was_moved(world, second):
    motion = asked(world)
    assert not Mandate.objects.exists()
    written = Written()

    assert vote(motion, second).state == Motion.State.CARRIED

    mandate = Mandate.objects.get()
    assert (mandate.motion, mandate.issued_by) == (motion, world.owner)
    assert (mandate.max_impact, mandate.allowed_outcomes) == (Decimal("100.50"), ["grant"])
    assert (mandate.valid_from, mandate.valid_until) == (NOON, UNTIL)
    assert written.events() == [
        "governance.motionballot.cast",
        "models_registry.mandate.issued",
        "governance.motion.carried",
    ]
    assert mandate.history.latest().actor == person(second)


def test_a_mandate_that_would_be_over_is_not_issued_any_more(world, second):
    motion = asked(world)
    with refused(InputInvalid):
        vote(motion, second, now=UNTIL)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"valid_until": NOON}, "/valid_until"),
        ({"allowed_outcomes": ["give"]}, "/allowed_outcomes"),
        ({"max_decisions": 0}, "/max_decisions"),
        ({"max_impact": Decimal("0.00001")}, "/max_impact"),
        ({"objective": ""}, "/objective"),
    ],
)
def test_a_mandate_that_could_allow_nothing_is_not_even_moved(world, changes, pointer):
    with refused(InputInvalid) as refusal:
        asked(world, **changes)
    assert [error.pointer for error in refusal.value.errors] == [pointer]
