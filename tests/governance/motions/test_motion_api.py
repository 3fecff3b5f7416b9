"""Motions over HTTP."""

import pytest

from governance.models import LedgerEntry, Motion, MotionBallot, Refusal
from governance.quorum import plain
from tests.factories import build_world, make_person
from tests.governance.api.calling import Caller, integrator
from tests.governance.motions.motioning import ACT, content, moved, officers, takes, vote
from tests.reviews.written import TRACES_OF_REFUSAL, state_of_tables

pytestmark = pytest.mark.django_db

BODY = {"act": ACT, "content": content(), "reason": "More eyes."}


@pytest.fixture
def people():
    return officers(4)


def ballot(motion, **changes):
    return {"choice": "approve", "reason": "Read.", "digest": motion.digest} | changes


def test_an_act_is_put_forward_read_and_voted_on(people):
    first, second = Caller(person=people[0]), Caller(person=people[1])

    put = first.post("motions", BODY)
    assert (put.status, put.body["state"]) == (202, "pending")
    place = put.headers["Location"]
    read = second.get(place)
    assert read.status == 200
    assert read.body["content"] == BODY["content"]
    assert read.body["digest"] == Motion.objects.get().digest
    assert [row["label"] for row in read.body["rows"]] == ["Act", "It takes now", "It is to take"]
    assert (read.body["stage"], read.body["ballots"]) == (0, [])

    done = second.post(f"{place}/ballots", ballot(Motion.objects.get()))
    assert (done.status, done.body["state"], done.body["stage"]) == (200, "carried", None)
    assert done.body["ballots"] == [
        {
            "voter": people[1].username,
            "cast_at": "2026-11-23T12:00:00Z",
            "choice": "approve",
            "reason": "Read.",
        }
    ]


def test_until_it_is_closed_nobody_is_told_how_others_voted(people):
    takes(plain(2))
    motion = moved(people[0], content(plain(3)))
    vote(motion, people[1])
    for person in (*people[:3], make_person(roles=["auditor"])):
        answer = Caller(person=person).get(f"motions/{motion.pk}")
        [cast] = answer.body["ballots"]
        assert (cast["voter"], cast["choice"], cast["reason"]) == (people[1].username, None, None)
        assert "I have read it." not in answer.response.content.decode()
    vote(motion, people[2], "reject")
    shown = Caller(person=people[3]).get(f"motions/{motion.pk}").body["ballots"]
    assert [cast["choice"] for cast in shown] == ["approve", "reject"]


def test_neither_ledger_nor_events_tell_how_somebody_voted(people):
    takes(plain(2))
    motion = moved(people[0], content(plain(3)))
    auditor = Caller(person=make_person(roles=["auditor"]))
    vote(motion, people[1])
    [cast] = LedgerEntry.objects.filter(event="governance.motionballot.cast")
    assert b"approve" not in bytes(cast.leaf)
    assert "approve" not in auditor.get("events").response.content.decode()


def test_the_list_is_filtered_and_paged(people):
    takes(plain(2))
    mine = moved(people[0], content(plain(3)))
    other = moved(people[1], content(plain(2)))
    vote(other, people[2], "reject")
    caller = Caller(person=people[0])

    def ids(query):
        return [row["id"] for row in caller.get(f"motions{query}").body["results"]]

    assert ids("") == [str(other.pk), str(mine.pk)]
    assert ids("?state=pending") == [str(mine.pk)]
    assert ids("?state=rejected") == [str(other.pk)]
    assert ids("?act=governance.report.approve") == []
    assert ids("?waiting=me") == []
    waiting = Caller(person=people[3]).get("motions?waiting=me").body["results"]
    assert [row["id"] for row in waiting] == [str(mine.pk)]
    assert caller.get("motions?page_size=1").body["next"]
    assert "content" not in caller.get("motions").body["results"][0]


REFUSED = {
    "other content": ({"digest": "0" * 64}, 409, "motion_other_content"),
    "no digest": ({"digest": "x"}, 400, "invalid"),
    "another choice": ({"choice": "abstain"}, 400, "invalid"),
    "a rejection without a reason": ({"choice": "reject", "reason": ""}, 422, "input_invalid"),
    "more fields": ({"weight": 2}, 400, "invalid"),
}


@pytest.mark.parametrize(("changes", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_a_vote_that_does_not_fit_changes_nothing(people, changes, status, code):
    motion, caller = moved(people[0]), Caller(person=people[1])
    before = state_of_tables(except_for=TRACES_OF_REFUSAL)

    answer = caller.post(f"motions/{motion.pk}/ballots", ballot(motion, **changes))

    assert (answer.status, answer.code) == (status, code)
    assert state_of_tables(except_for=TRACES_OF_REFUSAL) == before


def test_a_refused_vote_is_entered_and_names_the_motion(people):
    motion = moved(people[0])

    answer = Caller(person=people[0]).post(f"motions/{motion.pk}/ballots", ballot(motion))

    assert (answer.status, answer.code) == (403, "own_motion")
    refusal = Refusal.objects.get()
    assert (refusal.code, refusal.about_id) == ("own_motion", motion.pk)


def test_a_repeated_vote_with_its_key_gets_the_first_answer(people):
    motion = moved(people[0])
    caller = Caller(person=people[1])
    for _ in range(2):
        answer = caller.post(f"motions/{motion.pk}/ballots", ballot(motion), Idempotency_Key="once")
        assert (answer.status, answer.body["state"]) == (200, "carried")
    assert MotionBallot.objects.count() == 1


def test_the_mover_takes_it_back(people):
    motion = moved(people[0])
    assert Caller(person=people[1]).post(f"motions/{motion.pk}/withdraw").status == 403
    answer = Caller(person=people[0]).post(f"motions/{motion.pk}/withdraw")
    assert (answer.status, answer.body["state"]) == (200, "withdrawn")
    assert Caller(person=people[0]).post(f"motions/{motion.pk}/withdraw").status == 409


ROLES = {
    # role: (list, read, move, vote)
    "reviewer": (403, 403, 403, 403),
    "senior-reviewer": (200, 404, 403, 404),
    "compliance-officer": (200, 200, 202, 200),
    "system-owner": (200, 404, 403, 404),
    "auditor": (200, 200, 403, 403),
    "administrator": (200, 200, 403, 403),
}


@pytest.mark.parametrize(("role", "statuses"), ROLES.items())
def test_who_may_what_with_motions_of_an_act_for_officers(people, role, statuses):
    motion = moved(people[0])
    caller = Caller(person=make_person(roles=[role]))
    found = (
        caller.get("motions").status,
        caller.get(f"motions/{motion.pk}").status,
        caller.post("motions", BODY | {"content": content(plain(2))}).status,
        caller.post(f"motions/{motion.pk}/ballots", ballot(motion)).status,
    )
    assert found == statuses


def test_programs_and_strangers_have_no_part_in_it(people):
    world = build_world()
    motion = moved(people[0])
    for caller, status in ((integrator(world), 403), (Caller(), 401)):
        assert caller.get("motions").status == status
        assert caller.post("motions", BODY).status == status
        assert caller.post(f"motions/{motion.pk}/ballots", ballot(motion)).status == status


HOSTILE = {
    "a text": "x",
    "nothing": None,
    "half a surrogate pair": {"subject": "\ud800", "ground": "x"},
    "a number beyond 2^53": {"subject": 2**60, "ground": "x"},
    "a deep list": {"subject": [[[[{}]]]], "ground": []},
    "NUL": {"subject": "\x00", "ground": "\x00"},
}


@pytest.mark.parametrize("act", ["governance.subject.erase", "models_registry.halt.lift",
                                 "models_registry.mandate.issue", "governance.report.approve",
                                 "governance.policyversion.publish", ACT])  # fmt: skip
@pytest.mark.parametrize("given", HOSTILE.values(), ids=HOSTILE)
def test_hostile_content_is_named_and_leaves_nothing(people, act, given):
    caller = Caller(person=people[0])
    answer = caller.post("motions", {"act": act, "content": given, "reason": "x"})
    assert answer.status in (400, 422)
    assert not Motion.objects.exists()


def test_a_second_put_forward_of_the_same_is_refused_in_a_sentence(people):
    Caller(person=people[0]).post("motions", BODY)
    again = Caller(person=people[1]).post("motions", BODY)
    assert (again.status, again.code) == (409, "motion_pending")
    assert "vote on that one" in again.body["detail"]
