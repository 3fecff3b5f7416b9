"""What the report's section on logging says of the ledger's verification."""

from __future__ import annotations

from datetime import timedelta

from governance.ids import uuid7
from governance.models import VerificationRun
from governance.report_sections import logging
from governance.reports.blocks import Finding, Result
from governance.reports.period import Period
from governance.services.verifying.runs import fail_verification, request_verification
from governance.tasks import check_verification_part
from tests.factories import LONG_AGO, NOON, SETUP
from tests.governance.ledger.tampering import execute, guards_off
from tests.governance.verifying import on_rows
from tests.governance.verifying.on_entries import LATER

CUT_OFF = LATER + timedelta(hours=1)


def finding() -> Finding:
    section = logging.logging(
        Period(uuid7(), "lending", LONG_AGO - timedelta(days=1), LATER, CUT_OFF)
    )
    [found] = [
        block for block in section.blocks if getattr(block, "check", "") == "log-verification"
    ]
    return found


def verified(*, finished_at=LATER) -> VerificationRun:
    run = request_verification(whole=True, actor=SETUP, now=LATER)
    while run.parts.exists():
        check_verification_part()
    with guards_off("governance_verificationrun"):
        execute("UPDATE governance_verificationrun SET finished_at = %s", finished_at)
    return run


def test_the_last_verification_before_the_cut_off_is_told_with_its_instant(world):
    verified()
    found = finding()
    assert (found.result, "Verified at" in found.reason) == (Result.MET, True)


def test_its_faults_are_told_by_their_kinds(world):
    on_rows.rewrite_once(None)
    verified()
    found = finding()
    assert (found.result, "found: 1, of" in found.reason) == (Result.NOT_MET, True)
    assert "row_changed" in found.reason


def test_one_that_failed_assesses_nothing(world):
    run = request_verification(whole=True, actor=SETUP, now=NOON)
    fail_verification(run_id=run.pk, reason="Nobody worked.", actor=SETUP, now=LATER)
    found = finding()
    assert (found.result, "Nobody worked." in found.reason) == (Result.NOT_ASSESSABLE, True)


def test_without_one_a_small_ledger_is_verified_now(world, monkeypatch):
    verified(finished_at=CUT_OFF)
    on_rows.rewrite_once(None)
    assert finding().result is Result.NOT_MET
    monkeypatch.setattr(logging, "VERIFIED_AT_ONCE", 10)
    assert finding().result is Result.NOT_ASSESSABLE
