"""Decision rights are granted and ended by two people, several at once or none of them."""

from datetime import timedelta
from decimal import Decimal

import orjson
import pytest
from django.conf import settings

from governance.errors import InputInvalid, NotPermitted
from governance.models import DecisionRight, LedgerEntry, Motion, ReviewerRole
from governance.selectors.candidates import candidate_of
from governance.selectors.motions import awaiting
from governance.services import accounts
from governance.services.motions import BarredFromVote, MotionPending, move, why_not
from models_registry.models import AISystem
from models_registry.motions import decision_rights
from models_registry.motions.decision_rights import OwnAdvantage, end
from models_registry.services import registering
from tests.factories import LONG_AGO, NOON, SETUP, build_world, change, make_person
from tests.governance.api.calling import Caller
from tests.governance.motions.motioning import officers, vote
from tests.models_registry.motions.rights import ACT, REASON, approved, grant, moved
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def people():
    return officers(3)


def right_of(role="reviewer"):
    return DecisionRight.objects.filter(role__slug=role).latest("id")


def test_the_second_persons_vote_grants_and_ends_in_one_transaction(world, people):
    mover, second, _ = people
    old = right_of()
    motion = moved(
        mover,
        end(old.pk),
        grant(
            system="lending",
            decision_type="lending-approval",
            max_impact=Decimal(10_000),
            outcomes=["refuse"],
            valid_until=NOON + 69 * DAY,
        ),
    )
    old.refresh_from_db()
    assert (motion.state, old.valid_until) == ("pending", None)
    assert DecisionRight.objects.count() == 2
    assert motion.summary == "Change 2 decision rights"
    written = Written()

    closed = vote(motion, second, now=NOON + DAY)

    old.refresh_from_db()
    new = right_of()
    assert (old.valid_until, old.motion) == (NOON + DAY, motion)
    assert (new.valid_from, new.valid_until) == (NOON + DAY, NOON + 69 * DAY)
    assert (new.system, new.decision_type, new.max_impact) == (
        "lending", "lending-approval", Decimal(10_000),
    )  # fmt: skip
    assert (new.verdicts, new.outcomes, new.motion) == (["uphold", "override"], ["refuse"], motion)
    assert closed.state == Motion.State.CARRIED
    assert written.entries() == [
        ("governance.motionballot.cast", person(second)),
        ("governance.decisionright.ended", person(second)),
        ("governance.decisionright.granted", person(second)),
        ("governance.motion.carried", person(second)),
    ]
    assert [new.history.latest().actor, old.history.latest().actor] == [person(second)] * 2
    entry = LedgerEntry.objects.get(event="governance.decisionright.granted", subject_id=new.pk)
    body = orjson.loads(bytes(entry.leaf))["body"]
    assert (body["motion"], body["max_impact"]) == (str(motion.pk), "10000")


def test_nobody_gains_anything_before_the_vote_and_everything_of_it_after(world, people):
    mover, second, _ = people
    role = ReviewerRole(slug="clerk", name="Clerk", permissions=[])
    change(role)
    clerk = make_person(roles=["clerk"])
    motion = moved(mover, grant(role="clerk", system="lending"))
    assert candidate_of(clerk, NOON).rights == ()
    vote(motion, second)
    [held] = candidate_of(clerk, NOON).rights
    assert (held.role, held.system, held.verdicts) == (
        "clerk", "lending", frozenset({"uphold", "override"}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("starts", "voted_after", "begins_after"),
    [(None, 2 * DAY, 2 * DAY), (3 * DAY, 2 * DAY, 3 * DAY), (1 * DAY, 2 * DAY, 2 * DAY)],
)
def test_a_right_begins_as_it_says_but_never_before_the_vote(
    world, people, starts, voted_after, begins_after
):
    motion = moved(people[0], grant(valid_from=starts and NOON + starts))
    vote(motion, people[1], now=NOON + voted_after)
    assert right_of().valid_from == NOON + begins_after


@pytest.mark.parametrize(
    ("at", "voted_after", "ends_after"),
    [(None, 2 * DAY, 2 * DAY), (3 * DAY, 2 * DAY, 3 * DAY), (1 * DAY, 2 * DAY, 2 * DAY)],
)
def test_a_right_ends_as_it_says_but_never_before_the_vote(
    world, people, at, voted_after, ends_after
):
    right = right_of()
    motion = moved(people[0], end(right.pk, at and NOON + at))
    vote(motion, people[1], now=NOON + voted_after)
    right.refresh_from_db()
    assert right.valid_until == NOON + ends_after


UNKNOWN = "019aaf3c-58e3-7b9a-8d3e-8a5d0f9e2c11"


@pytest.mark.parametrize(
    ("asked", "pointers"),
    [
        ({"role": "chief"}, ["/role"]),
        ({"role": ""}, ["/role"]),
        ({"system": "lendign"}, ["/system"]),
        ({"decision_type": "lending-refusal"}, ["/decision_type"]),
        ({"system": "hiring", "decision_type": "lending-approval"}, ["/decision_type"]),
        ({"max_impact": Decimal("-0.0001")}, ["/max_impact"]),
        ({"max_impact": Decimal("0.00001")}, ["/max_impact"]),
        ({"verdicts": []}, ["/verdicts"]),
        ({"verdicts": ["uphold", "uphold"]}, ["/verdicts"]),
        ({"verdicts": ["approve"]}, ["/verdicts/0"]),
        ({"verdicts": ["uphold", ""]}, ["/verdicts"]),
        ({"outcomes": ["grant"]}, ["/outcomes"]),
        ({"decision_type": "lending-approval", "outcomes": ["grant", "maybe"]}, ["/outcomes/1"]),
        ({"decision_type": "lending-approval", "outcomes": ["grant"] * 2}, ["/outcomes"]),
        ({"valid_from": NOON}, ["/valid_from"]),
        ({"valid_until": NOON}, ["/valid_until"]),
        ({"valid_from": NOON + DAY, "valid_until": NOON + DAY}, ["/valid_until"]),
        ({"role": "chief", "system": "x", "verdicts": ["no"]}, ["/role", "/system", "/verdicts/0"]),
    ],
)
def test_each_fault_of_a_grant_is_named(world, people, asked, pointers):
    registering.register_system(
        slug="hiring",
        name="Hiring",
        intended_purpose="Ranks applications.",
        organisation="Example Bank",
        roles=[AISystem.Role.DEPLOYER],
        owner=world.owner,
        actor=SETUP,
        now=LONG_AGO,
    )
    with refused(InputInvalid) as refusal:
        moved(people[0], grant(role="senior-reviewer"), grant(**asked))
    found = [error.pointer for error in refusal.value.errors]
    assert found == [f"/changes/1/grant{pointer}" for pointer in pointers]


@pytest.mark.parametrize(
    ("at", "pointer"), [(NOON, "at"), (NOON - DAY, "at"), (NOON + 40 * DAY, "at"), (None, None)]
)
def test_an_end_is_never_past_and_never_later_than_the_one_that_is_there(
    world, people, at, pointer
):
    right = right_of()
    right.valid_until = NOON + 40 * DAY
    change(right, "valid_until")
    if pointer is None:
        assert moved(people[0], end(right.pk, at)).subject_id == right.pk
        return
    with refused(InputInvalid) as refusal:
        moved(people[0], end(right.pk, at))
    assert [error.pointer for error in refusal.value.errors] == [f"/changes/0/end/{pointer}"]


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ([], ["/changes"]),
        ("all of it", ["/changes"]),
        ([{}], ["/changes/0"]),
        ([{"grant": {}, "end": {}}], ["/changes/0"]),
        ([{"revoke": {}}], ["/changes/0"]),
        ([{"end": UNKNOWN}], ["/changes/0"]),
        ([{"end": {"id": "that one"}}], ["/changes/0/end/id"]),
        ([{"end": {"id": UNKNOWN}}], ["/changes/0/end/id"]),
        ([{"end": {"id": UNKNOWN, "why": "so"}}], ["/changes/0/end/why"]),
        ([{"end": {"id": UNKNOWN, "at": "2026-12-01T00:00:00"}}], ["/changes/0/end/at"]),
        ([{"grant": {"role": "reviewer"}}], ["/changes/0/grant/verdicts"]),
        (
            [{"grant": {"role": "reviewer", "verdicts": ["uphold"], "max_impact": 5}}],
            ["/changes/0/grant/max_impact"],
        ),
    ],
)
def test_what_is_no_change_is_named_too(world, people, changes, pointers):
    with refused(InputInvalid) as refusal:
        move(act=ACT, content={"changes": changes}, reason=REASON, mover=people[0], now=NOON)
    assert [error.pointer for error in refusal.value.errors] == pointers


def test_one_right_is_not_ended_twice_at_once(world, people):
    right = right_of()
    with refused(InputInvalid) as refusal:
        moved(people[0], end(right.pk), end(right.pk, NOON + DAY))
    assert {error.code for error in refusal.value.errors} == {"twice"}


def test_what_has_not_begun_ends_after_it_has(world, people):
    later = accounts.grant_right(
        role=ReviewerRole.objects.get(slug="reviewer"),
        verdicts=["uphold"],
        valid_from=NOON + 9 * DAY,
        actor=SETUP,
        now=LONG_AGO,
    )
    with refused(InputInvalid) as refusal:
        moved(people[0], end(later.pk))
    assert "name a later instant" in refusal.value.errors[0].detail
    approved(*people[:2], end(later.pk, NOON + 10 * DAY))
    later.refresh_from_db()
    assert later.valid_until == NOON + 10 * DAY


def test_all_changes_are_made_or_none(world, people):
    """What is in the way only at the vote stops the others, too, and the vote does not count."""
    right = right_of()
    motion = moved(people[0], grant(role="senior-reviewer"), end(right.pk))
    right.valid_until = NOON
    change(right, "valid_until")
    with refused(InputInvalid) as refusal:
        vote(motion, people[1], now=NOON + DAY)
    assert [error.pointer for error in refusal.value.errors] == ["/changes/1/end/id"]
    assert motion.ballots.count() == 0


def test_whoever_holds_the_role_does_not_move_to_widen_it(world):
    officer = make_person(roles=["compliance-officer", "reviewer"])
    with refused(OwnAdvantage) as refusal:
        moved(officer, grant(role="senior-reviewer"), grant(role="reviewer"))
    assert "You hold the role reviewer" in refusal.value.detail
    # Others' rights, and less of one's own, are no advantage.
    moved(officer, grant(role="senior-reviewer"), end(right_of().pk))


@pytest.mark.parametrize("held", ["now", "later"])
def test_whoever_holds_the_role_or_will_does_not_vote_on_it(world, people, held):
    motion = moved(people[0], grant(role="reviewer"))
    barred = make_person(roles=["compliance-officer"])
    role = ReviewerRole.objects.get(slug="reviewer")
    now = LONG_AGO if held == "now" else NOON + 9_999 * DAY
    accounts.assign_role(person=barred, role=role, actor=SETUP, now=now)

    with refused(BarredFromVote) as refusal:
        vote(motion, barred)

    assert "You hold the role reviewer" in refusal.value.detail
    assert motion not in awaiting(barred, NOON)
    assert "You hold the role reviewer" in why_not(motion, barred, NOON)
    assert motion in awaiting(people[1], NOON)
    assert vote(motion, people[1]).state == Motion.State.CARRIED


def test_a_mover_who_was_given_the_role_meanwhile_stands_for_nothing(world, people):
    motion = moved(people[0], grant(role="reviewer"))
    role = ReviewerRole.objects.get(slug="reviewer")
    accounts.assign_role(person=people[0], role=role, actor=SETUP, now=NOON)
    with refused(OwnAdvantage):
        vote(motion, people[1])


@pytest.mark.parametrize(
    "role", ["reviewer", "senior-reviewer", "system-owner", "auditor", "administrator"]
)
def test_only_who_may_change_rights_moves_and_votes(world, people, role):
    other = make_person(roles=[role])
    with refused(NotPermitted):
        moved(other, grant(role="senior-reviewer"))
    motion = moved(people[0], grant())
    before = DecisionRight.objects.count()
    with pytest.raises((NotPermitted, Motion.DoesNotExist)):
        vote(motion, other)
    assert DecisionRight.objects.count() == before


def test_the_same_waits_once(world, people):
    moved(people[0], grant())
    with refused(MotionPending):
        moved(people[1], grant())


def test_the_second_person_reads_it_in_words(world, people):
    right = right_of()
    motion = moved(
        people[0],
        end(right.pk, NOON + DAY),
        grant(
            system="lending",
            decision_type="lending-approval",
            max_impact=Decimal("10000.5"),
            outcomes=["refuse", "grant"],
            valid_from=NOON + DAY,
        ),
    )
    told = decision_rights.describe(motion)
    assert told.rows == (
        (
            "End, role reviewer",
            "every type of Lending: uphold, override, reverse, abstain. Ends: 2026-11-24 12:00 UTC",
        ),
        (
            "Grant, role reviewer",
            "Loan approval: uphold, override to Refuse or Grant up to 10,000.5 EUR. "
            "Begins: 2026-11-24 12:00 UTC",
        ),
    )
    assert "2 changes, made together" in told.notes[0]
    right.valid_until = NOON
    change(right, "valid_until")
    assert "/changes/0/end/at: Ends at" in decision_rights.describe(motion).notes[1]


def test_no_door_but_the_demos_grants_by_itself():
    """What tests and set-up use is out of reach of everybody who could be asked to do it."""
    doors = [
        path
        for app in ("governance", "models_registry", "reviews")
        for door in ("api", "admin", "pages", "management")
        for path in (settings.BASE_DIR / app / door).rglob("*.py")
    ]
    assert len(doors) > 80
    assert [path for path in doors if "grant_right" in path.read_text(encoding="utf-8")] == []


# The API's own address.

PATH = "decision-rights/changes"


def test_the_api_moves_and_the_second_person_votes_there(world, people):
    body = {"changes": [grant(system="lending")], "reason": REASON}
    answer = Caller(person=people[0]).post(PATH, body)
    assert answer.status == 202, answer.body
    motion = Motion.objects.get(pk=answer.body["id"])
    assert answer.headers["Location"].endswith(f"/motions/{motion.pk}")
    assert DecisionRight.objects.count() == 2
    ballot = {"choice": "approve", "reason": "", "digest": answer.body["digest"]}
    voted = Caller(person=people[1]).post(f"motions/{motion.pk}/ballots", ballot)
    assert voted.status == 200, voted.body
    assert right_of().motion == motion


@pytest.mark.parametrize(
    ("change", "code", "status", "pointers"),
    [
        ({"reason": ""}, "invalid", 400, ["/reason"]),
        ({"changes": []}, "invalid", 400, ["/changes"]),
        ({"changes": [{"a": 1, "b": 2}]}, "invalid", 400, ["/changes/0"]),
        ({"more": 1}, "invalid", 400, ["/more"]),
        ({"changes": [grant(role="chief")]}, "input_invalid", 422, ["/changes/0/grant/role"]),
    ],
)
def test_the_api_names_each_fault(world, people, change, code, status, pointers):
    body = {"changes": [grant()], "reason": REASON} | change
    answer = Caller(person=people[0]).post(PATH, body)
    assert (answer.code, answer.status, answer.pointers) == (code, status, pointers)
    assert not Motion.objects.exists()


def test_the_api_lets_only_those_in_who_may(world):
    body = {"changes": [grant()], "reason": REASON}
    assert Caller(person=make_person(roles=["auditor"])).post(PATH, body).status == 403
    both = make_person(roles=["compliance-officer", "reviewer"])
    refusal = Caller(person=both).post(PATH, body)
    assert (refusal.status, refusal.code) == (403, "own_advantage")
    assert Caller(key=world.key).post(PATH, body).status == 403
