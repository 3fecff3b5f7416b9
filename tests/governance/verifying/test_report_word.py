"""What a report says of the ledger: verified against a signed checkpoint, or why not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.ids import uuid7
from governance.models import ArchivedPartition, Checkpoint, LedgerEntry
from governance.reports.document import LedgerResult
from governance.reports.period import Period
from governance.services.report_ledger import ledger_check
from governance.services.sealing import seal_once
from tests.factories import LONG_AGO, NOON, change
from tests.governance.ledger.sealing_world import enter_some
from tests.governance.ledger.tampering import execute, guards_off
from tests.governance.verifying import on_entries, on_tree

SEALED = NOON + timedelta(minutes=3)
CUT_OFF = NOON + timedelta(minutes=5)


def period(*, end=NOON + timedelta(minutes=2), cut_off=CUT_OFF) -> Period:
    return Period(uuid7(), "lending", LONG_AGO - timedelta(days=1), end, cut_off)


def test_entries_under_a_signed_checkpoint_are_verified(world):
    seal_once(now=SEALED)
    newest = Checkpoint.objects.order_by("-size")[0]

    check = ledger_check(period())
    # The installation's own entries bear the day of the test's run.
    entries = LedgerEntry.objects.filter(at__lt=period().end).count()
    assert check.result is LedgerResult.VERIFIED, check
    assert (check.tree_size, check.root_hash) == (newest.size, bytes(newest.root).hex())
    assert (check.origin, check.signed_at) == (newest.log.origin, SEALED)
    assert f"Each of the {entries} entries" in check.detail


def test_what_comes_later_changes_nothing(world):
    seal_once(now=SEALED)
    before = ledger_check(period())
    enter_some(2, CUT_OFF)
    seal_once(now=CUT_OFF - timedelta(minutes=1))

    assert ledger_check(period()) == before


@pytest.mark.parametrize("signed", [None, CUT_OFF, CUT_OFF - timedelta(seconds=59)])
def test_entries_without_their_seal_well_before_the_cut_off_are_not_verified(world, signed):
    if signed is not None:
        seal_once(now=signed)
    assert ledger_check(period()).result is LedgerResult.UNSEALED


@pytest.mark.parametrize(
    "attack",
    [
        on_entries.edit_a_body,
        on_entries.flip_a_leaf,
        on_entries.swap_two,
        on_tree.flip_a_tile,
    ],
)
def test_entries_that_are_not_what_was_sealed_fail(world, attack):
    seal_once(now=SEALED)
    attack(None)
    check = ledger_check(period())
    assert (check.result, check.root_hash) == (LedgerResult.FAILED, None)


@pytest.mark.parametrize(
    "change",
    [
        f"root = {on_entries.flipped('root')}",
        "note = (SELECT note FROM governance_checkpoint ORDER BY size LIMIT 1)",
        "note = decode('00', 'hex')",
    ],
)
def test_a_checkpoint_that_is_not_the_logs_fails(world, change):
    seal_once(now=SEALED)
    with guards_off(on_entries.CHECKPOINTS):
        execute(f"UPDATE {on_entries.CHECKPOINTS} SET {change}")
    assert ledger_check(period()).result is LedgerResult.FAILED


def test_a_period_that_is_in_the_archive_is_not_verified_here(world):
    seal_once(now=SEALED)
    change(
        ArchivedPartition(
            name="governance_ledgerentry_y2026m11",
            begins_at=NOON - timedelta(days=22),
            ends_at=NOON + timedelta(days=7),
            entries=1,
            place="archive",
            manifest_sha256="0" * 64,
            state="detached",
            changed_at=NOON,
        )
    )
    assert ledger_check(period()).result is LedgerResult.NOT_RUN
