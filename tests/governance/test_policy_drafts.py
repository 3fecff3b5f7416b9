"""Writing a policy's next version: the draft, who overwrites whom, and how it ends."""

import pytest

from governance.errors import InputInvalid
from governance.models import LedgerEntry, Motion, PolicyDraft, PolicyVersion
from governance.services.policy_drafts import DraftChanged, DraftMissing, discard_draft, save_draft
from models_registry.motions import policies
from tests.factories import NOON, build_world, make_person, policy_text
from tests.governance.api.calling import Caller
from tests.governance.motions.motioning import vote
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db

TEXT, OTHER = policy_text(verdicts=2), policy_text(verdicts=3)
FAULTY = policy_text().replace("outcome ==", "outcmoe ==")
ADDRESS = "policies/lending-policy/draft"


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def officer(world):
    return Caller(person=world.officer)


def save(world, text, revision=0, **more):
    return save_draft(
        policy=world.policy, text=text, revision=revision, author=world.officer, now=NOON, **more
    )


def test_a_draft_is_kept_with_its_author_and_entered(world):
    written = Written()
    draft = save(world, TEXT)
    assert (draft.base, draft.revision, draft.author, draft.state) == (1, 1, world.officer, "open")
    assert written.entries() == [("governance.policydraft.created", person(world.officer))]
    assert save(world, OTHER, 1).revision == 2
    assert written.events() == ["governance.policydraft.created", "governance.policydraft.saved"]
    assert PolicyVersion.objects.count() == 1
    assert [row.text for row in draft.history.order_by("revision")] == [TEXT, OTHER]


def test_saving_the_same_again_changes_nothing(world):
    save(world, TEXT)
    written = Written()
    assert save(world, TEXT, 1).revision == 1
    assert written.events() == []


@pytest.mark.parametrize("seen", [0, 1, 3])
def test_nobody_overwrites_what_they_have_not_seen(world, seen):
    save(world, TEXT)
    save(world, OTHER, 1)
    with refused(DraftChanged):
        save(world, FAULTY, seen)
    with refused(DraftChanged):
        discard_draft(policy=world.policy, revision=seen, person=world.officer, now=NOON)
    assert PolicyDraft.objects.get().text == OTHER


def test_a_discarded_draft_makes_room_for_the_next(world):
    save(world, TEXT)
    written = Written()
    gone = discard_draft(policy=world.policy, revision=1, person=world.officer, now=NOON)
    assert (gone.state, written.events()) == ("discarded", ["governance.policydraft.discarded"])
    with refused(DraftMissing):
        discard_draft(policy=world.policy, revision=1, person=world.officer, now=NOON)
    assert save(world, OTHER).pk != gone.pk


@pytest.mark.parametrize(
    ("text", "base", "pointer"),
    [("", None, "/text"), ("a\x00b", None, "/text"), ("x" * 256_001, None, "/text"),
     ("x", 2, "/base"), ("x", -1, "/base")],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_by_field(world, text, base, pointer):
    with refused(InputInvalid) as refusal:
        save(world, text, base=base)
    assert [error.pointer for error in refusal.value.errors] == [pointer]


def test_a_draft_with_faults_is_saved_and_shown_with_them(officer):
    answer = officer.post(ADDRESS, {"text": FAULTY})
    assert (answer.status, answer.headers["ETag"]) == (201, '"1"')
    (problem,) = answer.body["problems"]
    line = FAULTY.splitlines()[problem["line"] - 1]
    assert line[problem["column"] - 1 :].startswith("outcmoe")
    read = officer.get(ADDRESS)
    assert read.body == answer.body
    assert read.headers["ETag"] == '"1"'


def test_if_match_guards_a_draft_that_is_there(officer):
    assert officer.post(ADDRESS, {"text": TEXT}).status == 201
    assert officer.post(ADDRESS, {"text": OTHER}).status == 412
    for tag in ("*", "1", '"x"', '"7"', 'W/"1"'):
        assert officer.post(ADDRESS, {"text": OTHER}, If_Match=tag).status == 412
    answer = officer.post(ADDRESS, {"text": OTHER}, If_Match='"1"')
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')


@pytest.mark.parametrize("act", ["discard", "publish"])
def test_closing_a_draft_takes_its_tag(officer, act):
    officer.post(ADDRESS, {"text": TEXT})
    body = {"reason": "Two look."} if act == "publish" else None
    assert officer.post(f"{ADDRESS}/{act}", body).status == 428
    assert officer.post(f"{ADDRESS}/{act}", body, If_Match='"9"').status == 412
    done = officer.post(f"{ADDRESS}/{act}", body, If_Match='"1"')
    assert done.status == (202 if act == "publish" else 200)


def test_a_faulty_draft_is_not_put_forward(officer):
    officer.post(ADDRESS, {"text": FAULTY})
    answer = officer.post(f"{ADDRESS}/publish", {"reason": "Try."}, If_Match='"1"')
    assert (answer.status, answer.code) == (422, "policy_invalid")
    assert not Motion.objects.exists()


def test_a_draft_is_published_by_a_second_person_and_closed_with_it(world, officer):
    officer.post(ADDRESS, {"text": TEXT})
    assert officer.post(f"{ADDRESS}/publish", {"reason": "Two."}, If_Match='"1"').status == 202
    motion = Motion.objects.get()
    assert PolicyDraft.objects.get().state == "open"
    vote(motion, make_person(roles=["compliance-officer"]))
    assert PolicyVersion.objects.get(number=2).text == TEXT
    draft = PolicyDraft.objects.get()
    assert draft.state == "published"
    assert LedgerEntry.objects.filter(subject_id=draft.pk).count() == 2


def test_a_rejected_draft_can_be_written_on(world, officer):
    officer.post(ADDRESS, {"text": TEXT})
    officer.post(f"{ADDRESS}/publish", {"reason": "Two."}, If_Match='"1"')
    vote(Motion.objects.get(), make_person(roles=["compliance-officer"]), "reject")
    assert officer.post(ADDRESS, {"text": OTHER}, If_Match='"1"').status == 200


def test_a_draft_of_an_older_version_is_put_forward_only_once_it_builds_on_the_newest(
    world, officer
):
    officer.post(ADDRESS, {"text": TEXT})
    second = make_person(roles=["compliance-officer"])
    officer.post("policies/lending-policy/versions", {"text": OTHER, "reason": "Three."})
    vote(Motion.objects.get(), second)
    stale = officer.post(f"{ADDRESS}/publish", {"reason": "Two."}, If_Match='"1"')
    assert (stale.status, stale.code) == (409, "policy_version_changed")
    shown = officer.get(ADDRESS).body
    assert (shown["base"], shown["newest"]) == (1, 2)
    assert officer.post(ADDRESS, {"text": TEXT, "base": 2}, If_Match='"1"').status == 200
    assert officer.post(f"{ADDRESS}/publish", {"reason": "Two."}, If_Match='"2"').status == 202
    assert Motion.objects.pending().get().content == policies.content_of(world.policy, TEXT)


def test_who_only_reads_reads_the_draft_and_saves_none(world, officer):
    officer.post(ADDRESS, {"text": TEXT})
    auditor = Caller(person=make_person(roles=["auditor"]))
    assert auditor.get(ADDRESS).status == 200
    assert auditor.post(ADDRESS, {"text": OTHER}, If_Match='"1"').status == 403
