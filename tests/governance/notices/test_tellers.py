"""Every teller, asked about what the verbs did: none fails, and each page is there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from governance.models import Notice, NoticeCause, Qualification, ReportKind, ReportRun
from governance.notices.registry import teller_of
from governance.services.motions import move, withdraw_motion
from governance.services.qualifications import warn_of_lapse
from governance.services.reports import REPORTS
from models_registry.motions import policies
from tests.factories import NOON, SETUP, build_world, change, make_person, policy_text
from tests.governance.notices.telling import kinds_told, tell
from tests.reviews.admin.rows import add_one_of_each

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=2)


def test_no_teller_fails_on_what_the_verbs_do():
    world = build_world(text=policy_text(audit_rate=1))
    make_person(roles=["auditor"])
    add_one_of_each(world, 1)
    told = set(NoticeCause.objects.values_list("event", flat=True))
    assert all(map(teller_of, told))
    assert len(told) >= 5
    tell(LATER)
    assert not NoticeCause.objects.exists(), "a teller failed"
    browser = Client()
    browser.force_login(world.officer)
    for notice in Notice.objects.filter(person=world.officer):
        assert browser.get(notice.path).status_code == 200, notice.path


def test_a_motion_is_told_to_who_may_vote_and_its_end_to_who_moved_it():
    world, second = build_world(), make_person(roles=["compliance-officer"])
    tell()
    motion = move(
        act=policies.NAME,
        content=policies.content_of(world.policy, policy_text(verdicts=2)),
        reason="Two people rule on each case from now on.",
        mover=world.officer,
        now=NOON,
    )
    tell()
    assert kinds_told(second) == ["motion_waits"]
    assert kinds_told(world.officer) == []
    assert Notice.objects.get(person=second).path == f"/motions/{motion.pk}/"
    withdraw_motion(motion_id=motion.pk, mover=world.officer, now=NOON)
    tell()
    assert kinds_told(world.officer) == []


def test_who_asked_for_a_report_is_told_that_it_failed():
    world = build_world()
    run = ReportRun(
        kind=ReportKind.HUMAN_OVERSIGHT, system="lending", period_start=NOON - timedelta(days=1),
        period_end=NOON, cut_off=NOON, requested_by=world.officer, requested_at=NOON,
    )  # fmt: skip
    change(run)
    REPORTS.fail(run_id=run.pk, reason="It broke.", actor=SETUP, now=NOON)
    tell()
    [notice] = Notice.objects.filter(kind="report_failed")
    assert (notice.person, notice.path) == (world.officer, f"/reports/{run.pk}/")


def test_whose_qualification_lapses_is_told():
    world, now = build_world(), timezone.now()
    row = Qualification.objects.get(person=world.reviewer)
    row.valid_until = now + timedelta(days=5)
    change(row)
    warn_of_lapse(qualification_id=row.pk, actor=SETUP, now=now)
    tell(now)
    assert "qualification_lapsing" in kinds_told(world.reviewer)
    assert "qualification_lapsing" not in kinds_told(world.reviewers[1])
