"""Writing, checking and putting forward a policy's versions."""

import pytest

from governance.models import LedgerEntry, Motion, Policy, PolicyVersion, Refusal
from tests.factories import build_world, policy_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def page(world):
    return f"/admin/governance/policy/{world.policy.pk}/publish/"


def test_the_newest_text_is_the_start_and_a_check_changes_nothing(signed_in, world, page):
    officer = signed_in("compliance-officer")
    assert world.policy_version.text.strip() in officer.get(page).context["form"]["text"].value()
    answer = officer.post(page, {"text": policy_text(verdicts=2), "check": ""})
    assert answer.status_code == 200
    assert "could be put forward as it stands" in answer.text
    assert PolicyVersion.objects.count() == 1


def test_a_fault_is_shown_with_line_and_column_and_what_was_typed_stays(signed_in, page):
    officer = signed_in("compliance-officer")
    text = policy_text().replace("outcome ==", "outcmoe ==")
    line = 1 + next(i for i, row in enumerate(text.splitlines()) if "outcmoe" in row)
    for button in ("check", "publish"):
        answer = officer.post(page, {"text": text, button: ""})
        assert answer.status_code == 422
        assert f"Line {line}, column" in answer.text
        assert "outcmoe" in answer.context["form"]["text"].value()
    assert PolicyVersion.objects.count() == 1
    assert not Refusal.objects.exists()


def test_a_text_is_put_forward_and_published_by_a_second_persons_vote(signed_in, world, page):
    officer = signed_in("compliance-officer")
    sent_by_a_browser = policy_text(verdicts=2).replace("\n", "\r\n")
    sent = {"text": sent_by_a_browser, "reason": "Two people from now on.", "publish": ""}
    answer = officer.post(page, sent)
    motion = Motion.objects.get()
    assert answer.url == f"/motions/{motion.pk}/"
    assert PolicyVersion.objects.count() == 1
    vote = {"choice": "approve", "reason": "", "digest": motion.digest}
    assert signed_in("compliance-officer").post(answer.url, vote).status_code == 302
    version = PolicyVersion.objects.get(number=2)
    assert (version.motion, version.published_by) == (motion, motion.moved_by)
    assert version.text == policy_text(verdicts=2)
    entry = LedgerEntry.objects.get(subject_id=version.pk)
    assert (entry.event, entry.actor) == (
        "governance.policyversion.published",
        f"person:{motion.ballots.get().voter.pseudonym}",
    )
    shown = officer.get(f"/admin/governance/policyversion/{version.pk}/change/").text
    assert "-defaults: {queue: first-line, due_within: PT4H, verdicts: 1}" in shown
    assert "+defaults: {queue: first-line, due_within: PT4H, verdicts: 2}" in shown


def test_the_same_text_again_is_refused_and_entered(signed_in, page):
    officer = signed_in("compliance-officer")
    answer = officer.post(page, {"text": policy_text(), "publish": ""})
    assert answer.status_code == 409
    assert Refusal.objects.get().code == "policy_unchanged"


@pytest.mark.parametrize("role", ["auditor", "system-owner", "administrator", "reviewer"])
def test_nobody_else_publishes(signed_in, page, role):
    client = signed_in(role)
    for answer in (client.get(page), client.post(page, {"text": policy_text(), "publish": ""})):
        assert answer.status_code in (302, 403)
    assert PolicyVersion.objects.count() == 1


def test_a_policy_is_made_for_whoever_makes_it(signed_in):
    officer = signed_in("compliance-officer")
    made = officer.post("/admin/governance/policy/add/", {"slug": "care", "name": "Care"})
    assert made.status_code == 302
    assert str(Policy.objects.get(slug="care").owner_id) == officer.session["_auth_user_id"]
