"""A finished report is approved by two people: exactly these bytes, and not by who asked alone."""

import pytest

from governance.errors import InputInvalid, NotPermitted
from governance.models import Motion
from governance.motions import report_approvals
from governance.motions.report_approvals import ReportApproved, ReportNotFinished
from governance.selectors.motions import waiting_for
from governance.services.motions import BarredFromVote, move
from governance.services.report_making import MadeReport
from governance.services.reports import REPORTS, finish_report
from tests.factories import NOON
from tests.governance.motions.motioning import vote
from tests.governance.reports_flow.test_run_reports import WORKER
from tests.reviews.report_sections.world import CUT_OFF, person
from tests.reviews.written import Written, refused


@pytest.fixture
def second(world):
    return person("paula", "compliance-officer")


@pytest.fixture
def run(world, ask):
    """A finished report; what it says does not matter here, so it is not made."""
    run = ask()
    REPORTS.take_up(run_id=run.pk, actor=WORKER, now=CUT_OFF)
    made = MadeReport(json=b"{}", html=b"<main><p>The report.</p></main>", pdf=b"%PDF")
    finish_report(run_id=run.pk, made=made, actor=WORKER, now=CUT_OFF)
    run.refresh_from_db()
    return run


def moved(run, mover, **changes):
    content = dict(report_approvals.content_of(run)) | changes
    return move(act=report_approvals.NAME, content=content, reason="Read.", mover=mover, now=NOON)


def test_two_people_approve_exactly_this_document(world, run, second):
    motion = moved(run, world.officer)
    assert motion.content["json_sha256"] == run.document.json_sha256
    written = Written()

    assert vote(motion, second).state == Motion.State.CARRIED

    run.refresh_from_db()
    assert run.approval == motion
    assert written.events() == [
        "governance.motionballot.cast",
        "governance.report.approved",
        "governance.motion.carried",
    ]
    assert run.history.latest().actor == f"person:{second.pseudonym}"


def test_who_asked_for_it_may_move_and_does_not_vote(world, run, second):
    motion = moved(run, second)
    with refused(BarredFromVote):
        vote(motion, world.officer)
    assert waiting_for(world.officer, NOON) == []
    third = person("ola", "compliance-officer")
    assert waiting_for(third, NOON) == [motion]
    assert vote(motion, third).state == Motion.State.CARRIED


def test_it_is_approved_once(world, run, second):
    vote(moved(run, world.officer), second)
    with refused(ReportApproved):
        moved(run, world.officer)


def test_a_report_that_is_not_finished_is_not_approved(world, ask):
    run = ask()
    with refused(ReportNotFinished):
        moved(run, world.officer)


def test_other_bytes_are_not_approved(world, run):
    with refused(InputInvalid) as refusal:
        moved(run, world.officer, json_sha256="0" * 64)
    assert [error.pointer for error in refusal.value.errors] == ["/json_sha256"]


def test_an_owner_of_another_system_neither_moves_nor_sees_it(world, run, people):
    with refused(InputInvalid):
        moved(run, people["other owner"])
    motion = moved(run, world.officer)
    with refused(Motion.DoesNotExist):
        vote(motion, people["other owner"])
    assert waiting_for(people["other owner"], NOON) == []
    assert waiting_for(people["owner"], NOON) == [motion]


def test_an_auditor_reads_it_and_has_no_vote(world, run, people):
    motion = moved(run, world.officer)
    with refused(NotPermitted):
        vote(motion, people["auditor"])


def test_the_pages_say_whether_it_is_approved_and_lead_there(world, run, second, browser):
    page = f"/reports/{run.pk}/"
    assert "Not approved" in browser("officer").get(page).text
    assert "/approval/" not in browser("auditor").get(page).text

    empty = browser("officer").post(f"{page}approval/", {"reason": ""})
    assert (empty.status_code, Motion.objects.count()) == (200, 0)
    answer = browser("officer").post(f"{page}approval/", {"reason": "Read it whole."})
    motion = Motion.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/motions/{motion.pk}/")
    assert f"/motions/{motion.pk}/" in browser("auditor").get(page).text
    assert browser("officer").post(f"{page}approval/", {"reason": "Again."}).status_code == 409

    vote(motion, second)
    assert "Approved by two people on 23 Nov 2026, 12:00" in browser("auditor").get(page).text


def test_nobody_else_opens_the_form(world, run, browser):
    for who, status in (("auditor", 403), ("reviewer", 403), ("other owner", 404), ("owner", 200)):
        assert browser(who).get(f"/reports/{run.pk}/approval/").status_code == status


def test_the_api_says_so_too(world, run, second, api):
    place = f"/api/v1/reports/{run.pk}"
    assert api("officer").get(place).data["approval"] is None
    assert api("auditor").post(f"{place}/approval", {"reason": "x"}).status_code == 403
    put = api("officer").post(f"{place}/approval", {"reason": "Read it whole."})
    assert (put.status_code, put.data["state"]) == (202, "pending")
    motion = Motion.objects.get()
    vote(motion, second)
    shown = api("auditor").get(place).data["approval"]
    assert shown["motion"] == str(motion.pk)
