"""Two people publish a text: against which version, with which queues, and what they are shown."""

import pytest

from governance.models import Motion, PolicyVersion
from governance.motions import findings
from governance.motions.findings import Finding
from governance.motions.registry import act_named
from governance.services.motions import move
from governance.services.policies import PolicyTextInvalid, TextUnchanged, VersionChanged
from models_registry.motions import policies
from reviews.models import Queue
from tests.factories import (
    NOON,
    build_world,
    change,
    make_person,
    make_queue,
    policy_text,
    remove,
)
from tests.governance.api.calling import Caller
from tests.governance.motions.motioning import vote
from tests.reviews.written import refused

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = policy_text(), policy_text(verdicts=2), policy_text(verdicts=3)
VERSIONS = "policies/lending-policy/versions"
ELSEWHERE = """
  - id: elsewhere
    title: Grants go elsewhere
    when: outcome == "grant"
    then: review
    queue: elsewhere
    reason: They do.
"""


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def second():
    return make_person(roles=["compliance-officer"])


def moved(world, text, **more):
    return move(
        act=policies.NAME,
        content=policies.content_of(world.policy, text, **more),
        reason="It is time.",
        mover=world.officer,
        now=NOON,
    )


def published(world, second, text):
    vote(moved(world, text), second)


def test_a_motion_says_that_its_version_is_not_the_newest_any_more_and_is_not_settled(
    world, second
):
    one, other = moved(world, SECOND), moved(world, THIRD)
    vote(one, second)
    (note,) = act_named(other.act).describe(other).notes
    assert note.startswith("Another version was published meanwhile. Version 2")
    with refused(VersionChanged):
        vote(other, second)
    assert PolicyVersion.objects.count() == 2
    assert vote(other, second, "reject").state == Motion.State.REJECTED
    vote(moved(world, THIRD), second)
    assert PolicyVersion.objects.get(number=3).text == THIRD


def test_a_motion_from_before_bases_were_named_counts_from_when_it_was_moved(world, second):
    motion = moved(world, SECOND)
    assert policies._base(Motion(content={}, moved_at=motion.moved_at), world.policy) == 1
    assert policies._base(Motion(content={}, moved_at=world.policy_version.published_at),
                          world.policy) == 1  # fmt: skip


@pytest.mark.parametrize("base", [0, 2])
def test_a_text_made_for_another_version_is_not_moved(world, base):
    with refused(VersionChanged):
        moved(world, SECOND, base=base)
    body = {"text": SECOND, "reason": "It is time.", "base": base}
    answer = Caller(person=world.officer).post(VERSIONS, body)
    assert (answer.status, answer.code) == (409, "policy_version_changed")


def test_an_old_text_is_published_again_and_said_to_be_one(world, second):
    published(world, second, SECOND)
    officer = Caller(person=world.officer)
    assert officer.post(f"{VERSIONS}/1/again", {"reason": "Back."}).status == 202
    motion = Motion.objects.pending().get()
    assert motion.summary == "Publish version 1 of Policy again"
    shown = act_named(motion.act).describe(motion)
    assert ("Roll back", "the text of version 1, as it was published") in shown.rows
    assert "+defaults: {queue: first-line, due_within: PT4H, verdicts: 1}" in shown.diff
    vote(motion, second)
    assert [v.text for v in PolicyVersion.objects.order_by("number")] == [FIRST, SECOND, FIRST]


def test_the_newest_text_is_not_published_again(world):
    with refused(TextUnchanged):
        moved(world, FIRST, again=1)
    officer = Caller(person=world.officer)
    assert officer.post(f"{VERSIONS}/1/again", {"reason": "Back."}).code == "policy_unchanged"
    assert officer.post(f"{VERSIONS}/7/again", {"reason": "Back."}).status == 404


def test_nobody_passes_another_text_off_as_an_old_one(world, second):
    published(world, second, SECOND)
    content = {**policies.content_of(world.policy, THIRD), "again": 1}
    body = {"act": policies.NAME, "content": content, "reason": "Back."}
    answer = Caller(person=world.officer).post("motions", body)
    assert (answer.status, answer.pointers) == (422, ["/again"])


@pytest.mark.parametrize("how", ["closed", "removed", "never there"])
def test_a_queue_that_takes_no_cases_is_a_fault_at_every_door(world, client, how):
    if how != "never there":
        _shut(make_queue("elsewhere"), how)
    text = policy_text(rules=ELSEWHERE)
    officer = Caller(person=world.officer)
    line = 1 + next(i for i, row in enumerate(text.splitlines()) if "queue: elsewhere" in row)
    said = f"Line {line}, column 12: "
    for path in (f"{VERSIONS[:-8]}validate", VERSIONS):
        answer = officer.post(path, {"text": text} | ({"reason": "x"} if path == VERSIONS else {}))
        assert (answer.status, answer.pointers) == (422, ["/rules/0/queue"])
        assert answer.body["errors"][0]["detail"].startswith(said)
    saved = officer.post("policies/lending-policy/draft", {"text": text}).body
    code = "closed_queue" if how == "closed" else "unknown_queue"
    assert [(p["line"], p["column"], p["code"]) for p in saved["problems"]] == [(line, 12, code)]
    client.force_login(world.officer)
    admin = f"/admin/governance/policy/{world.policy.pk}/publish/"
    assert said in client.post(admin, {"text": text, "check": ""}).text
    assert f"{line}:12" in client.get("/policies/lending-policy/draft/").text
    assert not Motion.objects.exists()


@pytest.mark.parametrize("how", ["closed", "removed"])
def test_a_queue_that_goes_between_proposal_and_last_ballot_stops_it(world, second, how):
    queue = make_queue("elsewhere")
    motion = moved(world, policy_text(rules=ELSEWHERE))
    _shut(queue, how)
    notes = act_named(motion.act).describe(motion).notes
    assert notes[0] == "This text cannot be published as things are now."
    assert "elsewhere" in notes[1]
    with refused(PolicyTextInvalid):
        vote(motion, second)
    assert PolicyVersion.objects.count() == 1


def test_overlapping_rules_are_told_and_keep_nothing_back(world, second):
    text = policy_text(rules=ELSEWHERE.replace("    queue: elsewhere\n", "") + HELD)
    officer = Caller(person=world.officer)
    checked = officer.post("policies/lending-policy/validate", {"text": text})
    (warning,) = checked.body["warnings"]
    assert (checked.status, warning["code"], warning["pointer"]) == (200, "overlap", "/rules/1")
    motion = moved(world, text)
    valid, told = act_named(motion.act).describe(motion).notes
    assert valid.startswith("The text is valid")
    assert told.startswith(f"Line {warning['line']}, column {warning['column']}: ")
    vote(motion, second)
    assert PolicyVersion.objects.count() == 2


HELD = """
  - id: small
    title: Small incomes are refused
    when: income < 100.0
    then: block
    reason: Too small.
"""


def test_rules_that_never_apply_are_not_put_forward(world):
    text = policy_text(rules=HELD + HELD.replace("id: small", "id: again"))
    with refused(PolicyTextInvalid) as refusal:
        moved(world, text)
    assert [(e.pointer, e.code) for e in refusal.value.errors] == [("/rules/1", "unreachable")]


def test_the_second_person_is_told_that_nothing_was_tried_out(world, second, client):
    motion = moved(world, SECOND)
    client.force_login(second)
    assert "No simulation of this text was made." in client.get(f"/motions/{motion.pk}/").text
    assert Caller(person=second).get(f"motions/{motion.pk}").body["findings"] == []


def test_the_second_person_is_shown_what_was_found(world, second, client, monkeypatch):
    monkeypatch.setattr(findings, "_readers", [])

    @findings.knows_of_texts
    def found(policy, text):
        return [Finding("Tried", (f"{policy.slug}: {len(text)}",), ("All of it", "/policies/"))]

    motion = moved(world, SECOND)
    client.force_login(second)
    page = client.get(f"/motions/{motion.pk}/").text
    assert f"lending-policy: {len(SECOND)}" in page
    assert 'href="/policies/">All of it</a>' in page
    told = Caller(person=second).get(f"motions/{motion.pk}").body["findings"]
    assert told == [
        {"title": "Tried", "lines": [f"lending-policy: {len(SECOND)}"], "link": "/policies/"}
    ]


def _shut(queue: Queue, how: str) -> None:
    if how == "removed":
        remove(queue)
        return
    queue.is_open = False
    change(queue, "is_open")
