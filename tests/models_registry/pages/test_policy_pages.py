"""The pages of policies: reading their versions, writing the next one, and rolling back."""

from __future__ import annotations

import pytest
from django.test import Client

from governance.models import Motion, PolicyDraft, PolicyVersion
from governance.services.policies import create_policy, publish_version
from models_registry.models.decision_type import policy_schemas
from tests.factories import LONG_AGO, NOON, SETUP, World, build_world, make_person, policy_text

pytestmark = pytest.mark.django_db

TEXT, OTHER = policy_text(verdicts=2), policy_text(verdicts=3)
FAULTY = policy_text().replace("outcome ==", "outcmoe ==")
PAGE, DRAFT = "/policies/lending-policy/", "/policies/lending-policy/draft/"
BUDGET = 16


@pytest.fixture
def world() -> World:
    return build_world()


def browser(*roles: str) -> Client:
    client = Client()
    client.force_login(make_person(roles=list(roles)))
    return client


@pytest.fixture
def officer(world: World) -> Client:
    return browser("compliance-officer")


def publish(world: World, text: str) -> PolicyVersion:
    return publish_version(
        policy=world.policy,
        text=text,
        schemas=policy_schemas(world.policy),
        publisher=world.officer,
        now=NOON,
    )


@pytest.mark.parametrize("more", [0, 30])
def test_the_list_costs_the_same_whatever_its_length(
    world: World, officer: Client, django_assert_max_num_queries, more: int
) -> None:
    for number in range(more):
        create_policy(slug=f"p{number}", name="P", owner=world.officer, actor=SETUP, now=LONG_AGO)
    with django_assert_max_num_queries(BUDGET):
        page = officer.get("/policies/")
    assert len(page.context["rows"]) == 1 + more
    assert "version 1" in page.text


@pytest.mark.parametrize("versions", [1, 12])
def test_a_policys_page_costs_the_same_however_often_it_was_published(
    world: World, officer: Client, django_assert_max_num_queries, versions: int
) -> None:
    for number in range(2, versions + 1):
        publish(world, f"# {number}\n{policy_text()}")
    with django_assert_max_num_queries(BUDGET):
        page = officer.get(PAGE)
    assert len(page.context["versions"]) == versions


def test_the_newest_text_is_the_start_of_a_draft(world: World, officer: Client) -> None:
    page = officer.get(DRAFT)
    assert page.context["form"]["text"].value() == world.policy_version.text
    assert "this is the text of version 1" in page.text
    assert not PolicyDraft.objects.exists()


def test_a_text_with_faults_is_saved_and_each_is_shown_beside_its_line(officer: Client) -> None:
    sent = {"text": FAULTY.replace("\n", "\r\n"), "revision": 0, "save": "1"}
    assert officer.post(DRAFT, sent).url == DRAFT
    assert PolicyDraft.objects.get().text == FAULTY
    page = officer.get(DRAFT)
    line = 1 + next(i for i, row in enumerate(FAULTY.splitlines()) if "outcmoe" in row)
    assert f'href="#line-{line}">{line}:' in page.text
    assert f'id="line-{line}" data-kind="removed"' in page.text
    assert "outcmoe" in page.context["form"]["text"].value()


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(officer: Client) -> None:
    officer.post(DRAFT, {"text": TEXT, "revision": 0})
    page = browser("compliance-officer").post(DRAFT, {"text": OTHER, "revision": 0})
    assert page.status_code == 412
    assert PolicyDraft.objects.get().text == TEXT
    kinds = {line.kind for line in page.context["others"]}
    assert {"added", "removed"} <= kinds
    assert 'name="revision" value="1"' in page.text
    assert page.context["form"]["text"].value() == OTHER
    assert officer.post(DRAFT, {"text": OTHER, "revision": 1}).status_code == 302


def test_a_draft_is_put_forward_with_a_reason(world: World, officer: Client) -> None:
    sent = {"text": TEXT, "revision": 0, "publish": "1"}
    page = officer.post(DRAFT, sent | {"reason": ""})
    assert page.status_code == 422
    answer = officer.post(DRAFT, sent | {"revision": 1, "reason": "Two look."})
    motion = Motion.objects.get()
    assert answer.url == f"/motions/{motion.pk}/"
    assert "This waits for a second person." in officer.get(PAGE).text
    assert PolicyVersion.objects.count() == 1


def test_a_faulty_draft_is_kept_but_not_put_forward(officer: Client) -> None:
    sent = {"text": FAULTY, "revision": 0, "publish": "1", "reason": "Try."}
    assert officer.post(DRAFT, sent).status_code == 422
    assert PolicyDraft.objects.get().text == FAULTY
    assert not Motion.objects.exists()


def test_a_draft_of_an_older_version_shows_what_came_since_and_goes_on_from_it(
    world: World, officer: Client
) -> None:
    officer.post(DRAFT, {"text": TEXT, "revision": 0})
    publish(world, OTHER)
    page = officer.get(DRAFT)
    assert "Version 2 was published since" in page.text
    sent = {"text": TEXT, "revision": 1, "publish": "1", "reason": "Two."}
    assert officer.post(DRAFT, sent).status_code == 409
    assert officer.post(DRAFT, sent | {"go_on": "on"}).status_code == 302
    assert Motion.objects.get().content["base"] == 2


def test_a_draft_is_discarded_by_whoever_has_seen_it(officer: Client) -> None:
    officer.post(DRAFT, {"text": TEXT, "revision": 0})
    for revision in ("", "x", "7"):
        assert officer.post(f"{DRAFT}discard/", {"revision": revision}).url == DRAFT
    assert PolicyDraft.objects.get().state == "open"
    assert officer.post(f"{DRAFT}discard/", {"revision": "1"}).url == PAGE
    assert PolicyDraft.objects.get().state == "discarded"


def test_an_old_text_is_put_forward_again_from_the_list_of_versions(
    world: World, officer: Client
) -> None:
    publish(world, TEXT)
    again = f"{PAGE}versions/1/again/"
    page = officer.post(again, {"reason": ""})
    assert page.status_code == 422
    motion_page = officer.post(again, {"reason": "Back."}).url
    assert "the text of version 1, as it was published" in officer.get(motion_page).text


@pytest.mark.parametrize("address", [DRAFT, f"{PAGE}versions/1/again/", f"{DRAFT}discard/"])
def test_who_may_not_publish_writes_nothing(world: World, address: str) -> None:
    auditor = browser("auditor")
    assert auditor.get(PAGE).status_code == 200
    assert "Write the next version" not in auditor.get(PAGE).text
    assert auditor.post(address, {"text": TEXT, "revision": 0, "reason": "x"}).status_code == 403
    assert browser("reviewer").get(PAGE).status_code == 403


def test_the_schema_of_a_policys_text_is_open_to_everybody() -> None:
    answer = Client().get("/schemas/policy.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/schema+json"
    assert answer.json()["title"] == "Countersign oversight policy"
    again = Client().get("/schemas/policy.json", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
