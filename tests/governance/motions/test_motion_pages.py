"""Motions in the browser."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.models import Motion, MotionBallot, Refusal
from governance.quorum import QuorumRule, Stage, plain
from tests.factories import NOON, make_person
from tests.governance.api.calling import at
from tests.governance.motions.motioning import ACT, content, moved, officers, takes, vote
from tests.governance.pages.reading import Markup, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    """The pages read it; the motions of these tests are open at noon."""
    cache.clear()
    with at(NOON):
        yield


@pytest.fixture
def people():
    return officers(5)


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def ballot(motion, **changes):
    return {"choice": "approve", "reason": "Read.", "digest": motion.digest} | changes


def test_what_waits_for_the_person_stands_first_and_on_the_dashboard(people):
    motion = moved(people[0])
    page = browser(people[1])
    listed = page.get("/motions/")
    assert listed.context["waiting"] == [motion]
    assert "1 motion waits for your approval" in page.get("/").text
    mine = browser(people[0])
    assert mine.get("/motions/").context["waiting"] == []
    assert "Nothing waits for your vote." in mine.get("/motions/").text
    assert "waits for your approval" not in mine.get("/").text


def test_a_stage_for_others_does_not_wait_for_the_person(people):
    takes(QuorumRule((Stage("a", 1, 1), Stage("b", 1, 1, ("senior-reviewer",)))))
    both = make_person(roles=["compliance-officer", "senior-reviewer"])
    motion = moved(people[0], content(plain(2)))
    vote(motion, people[1])
    assert browser(people[2]).get("/motions/").context["waiting"] == []
    assert browser(both).get("/motions/").context["waiting"] == [motion]
    assert "senior-reviewer" in browser(people[2]).get(f"/motions/{motion.pk}/").context["why_not"]


def test_an_empty_list_says_so_and_filters_narrow_it(people):
    page = browser(people[0])
    assert "No motion fits" in page.get("/motions/").text
    first = moved(people[0])
    vote(first, people[1], "reject")
    second = moved(people[0])
    assert page.get("/motions/").context["rows"] == [second, first]
    assert page.get("/motions/?state=rejected").context["rows"] == [first]
    assert page.get("/motions/?act=governance.report.approve").context["rows"] == []
    assert page.get("/motions/?state=odd").context["rows"] == [second, first]
    assert page.get("/motions/?before=odd").status_code == 404


def test_the_second_person_reads_and_approves(people):
    motion = moved(people[0])
    page = browser(people[1])
    shown = page.get(f"/motions/{motion.pk}/")
    takes_two = "2 of 3 other people"
    for words in ("Change the quorum of an act", "More eyes.", motion.digest, takes_two):
        assert words in shown.text

    answer = page.post(f"/motions/{motion.pk}/", ballot(motion))

    assert (answer.status_code, answer.url) == (302, f"/motions/{motion.pk}/")
    motion.refresh_from_db()
    assert motion.state == Motion.State.CARRIED
    assert "it was carried out" in page.get(answer.url).text


def test_a_rejection_without_a_reason_comes_back_with_what_was_typed(people):
    motion = moved(people[0])
    sent = ballot(motion, choice="reject", reason=" ")
    answer = browser(people[1]).post(f"/motions/{motion.pk}/", sent)
    assert answer.status_code == 422
    assert "1 to 500 characters" in answer.text
    assert answer.context["form"]["choice"].value() == "reject"
    assert not MotionBallot.objects.exists()


def test_a_vote_from_a_page_that_showed_something_else_is_refused_and_entered(people):
    motion = moved(people[0])
    sent = ballot(motion, digest="0" * 64)
    answer = browser(people[1]).post(f"/motions/{motion.pk}/", sent)
    assert answer.status_code == 409
    assert Refusal.objects.get().code == "motion_other_content"
    assert not MotionBallot.objects.exists()


def test_until_it_is_closed_the_page_tells_who_voted_and_not_how(people):
    takes(plain(2))
    motion = moved(people[0], content(plain(3)))
    vote(motion, people[1], reason="Sealed words.")
    auditor = make_person(roles=["auditor"])
    for reader in (people[0], people[2], auditor):
        text = browser(reader).get(f"/motions/{motion.pk}/").text
        assert people[1].display_name in text
        assert "sealed" in text
        assert "Sealed words." not in text
        assert "Approves" not in text
    vote(motion, people[2])
    text = browser(auditor).get(f"/motions/{motion.pk}/").text
    assert "Sealed words." in text
    assert "Approves" in text


def test_nor_does_the_administration_tell(people):
    takes(plain(2))
    motion = moved(people[0], content(plain(3)))
    vote(motion, people[1], reason="Sealed words.")
    auditor = browser(make_person(roles=["auditor"]))
    cast = MotionBallot.objects.get()
    place = "/admin/governance/motionballot/"
    for page in (place, f"{place}{cast.pk}/change/", f"{place}{cast.pk}/history/"):
        text = auditor.get(page).text
        assert "Sealed words." not in text
        assert "approve on" not in text
        assert ">approve<" not in text
    # A list of those who approved would tell as well.
    for query in ("choice=approve", "choice__exact=approve", "reason__startswith=Sealed"):
        assert auditor.get(f"{place}?{query}").status_code in (302, 400)


def test_the_mover_takes_it_back_and_others_are_not_offered_to(people):
    motion = moved(people[0])
    mine, other = browser(people[0]), browser(people[1])
    place = f"/motions/{motion.pk}/withdraw/"
    assert place in mine.get(f"/motions/{motion.pk}/").text
    assert place not in other.get(f"/motions/{motion.pk}/").text
    refused = other.post(place)
    assert refused.status_code == 403
    assert "Only the person who moved it takes it back" in refused.text
    motion.refresh_from_db()
    assert motion.state == Motion.State.PENDING
    assert mine.get(place).status_code == 302
    mine.post(place)
    motion.refresh_from_db()
    assert motion.state == Motion.State.WITHDRAWN


@pytest.mark.parametrize(
    ("role", "listed", "one"),
    [
        ("reviewer", 403, 403),
        ("senior-reviewer", 200, 404),
        ("compliance-officer", 200, 200),
        ("auditor", 200, 200),
        ("administrator", 200, 200),
    ],
)
def test_who_sees_what(people, role, listed, one):
    motion = moved(people[0])
    page = browser(make_person(roles=[role]))
    assert page.get("/motions/").status_code == listed
    assert page.get("/motions/quorums/").status_code == listed
    assert page.get(f"/motions/{motion.pk}/").status_code == one
    assert page.post(f"/motions/{motion.pk}/", ballot(motion)).status_code in (one, 302, 403)


def test_a_stranger_is_led_to_the_sign_in(people):
    motion = moved(people[0])
    for page in ("/motions/", f"/motions/{motion.pk}/"):
        assert Client().get(page).url.startswith("/sign-in/")


def test_another_quorum_is_put_forward_on_its_page(people):
    page = browser(people[0])
    assert "1 other person" in page.get("/motions/quorums/").text
    sent = {"required": 2, "panel": 3, "roles": ["compliance-officer"], "reason": "More eyes."}
    answer = page.post(f"/motions/quorums/{ACT}/", sent)
    motion = Motion.objects.get()
    assert answer.url == f"/motions/{motion.pk}/"
    stage = {
        "name": "vote", "required": 2, "panel": 3, "roles": ["compliance-officer"], "veto": False,
    }  # fmt: skip
    assert motion.content == {"act": ACT, "quorum": {"preset": "", "stages": [stage]}}
    vote(motion, people[1])
    assert "2 of 3 other people" in page.get("/motions/quorums/").text


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"required": 1, "panel": 2}, 200, "not more than half"),
        ({"required": 9, "panel": 9}, 422, "could vote today"),
        ({"reason": ""}, 200, "required"),
    ],
)
def test_a_faulty_quorum_comes_back_with_its_fault(people, changes, status, words):
    sent = {"required": 2, "panel": 2, "reason": "x"} | changes
    answer = browser(people[0]).post(f"/motions/quorums/{ACT}/", sent)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert not Motion.objects.exists()


def test_only_officers_change_quorums_and_only_of_acts_there_are(people):
    assert browser(people[0]).get("/motions/quorums/nothing/").status_code == 404
    auditor = browser(make_person(roles=["auditor"]))
    assert auditor.get(f"/motions/quorums/{ACT}/").status_code == 403


def test_the_lists_cost_the_same_however_many_there_are(people):
    takes(plain(3))
    page = browser(people[4])

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert page.get("/motions/").status_code == 200
        with CaptureQueriesContext(connection) as more:
            assert page.get("/").status_code == 200
        return len(captured), len(more)

    vote(moved(people[0], content(plain(2))), people[1])
    page.get("/motions/")
    few = queries()
    for mover in people[1:4]:
        vote(moved(mover, content(QuorumRule((Stage(mover.username, 1, 1),)))), people[0])
    assert queries() == few


@pytest.mark.parametrize("path", ["/motions/", "/motions/{}/", "/motions/quorums/",
                                  f"/motions/quorums/{ACT}/"])  # fmt: skip
def test_no_page_holds_inline_script_or_style(people, path):
    hostile = "<script>alert(1)</script>"
    asked = content(QuorumRule((Stage(hostile, 1, 1),)))
    motion = moved(people[0], asked)
    response = browser(people[1]).get(path.format(motion.pk))
    assert response.status_code == 200
    assert Markup(text_of(response)).forbidden == []
    assert hostile not in text_of(response)
