"""A log of more than one part: each part, and what is above them, is compared."""

from __future__ import annotations

import pytest

from governance.ledger.verify import Wrong
from governance.ledger.verify_tree import SUBTREE
from governance.models import Checkpoint, Log, VerificationRun
from governance.services.sealing import seal_once
from governance.services.verifying.plan import Kind, make_plan
from governance.services.verifying.runs import request_verification
from governance.services.verifying.whole import verify_ledger
from governance.tasks import check_verification_part
from tests.factories import NOON, SETUP
from tests.governance.ledger.entered import enter_many
from tests.governance.ledger.tampering import execute, guards_off
from tests.governance.verifying.on_entries import TILES, flipped

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

BATCH = 2_000


def seal_two_parts() -> Log:
    """With checkpoints in both parts."""
    for _ in range(SUBTREE // BATCH + 1):
        enter_many(BATCH, NOON)
        seal_once(now=NOON)
    return Log.objects.get()


def verify_what_is_new() -> VerificationRun:
    run = request_verification(whole=False, actor=SETUP, now=NOON)
    while run.parts.exists():
        check_verification_part()
    run.refresh_from_db()
    return run


def test_two_parts_are_verified_and_a_hash_above_them_is_found():
    log = seal_two_parts()
    shares = [(share.low, share.high) for share in make_plan().shares if share.kind is Kind.LEAVES]
    assert shares == [(0, SUBTREE), (SUBTREE, log.size)]
    found = verify_ledger()
    assert found.faults == []
    assert found.counts["leaves"] == found.counts["published"] == log.size
    assert found.counts["checkpoints"] == Checkpoint.objects.count()

    whole, new = verify_what_is_new(), verify_what_is_new()
    assert (whole.is_whole, whole.fault_count) == (True, 0), "there was none before it"
    assert (new.since, new.fault_count) == (SUBTREE, 0)
    assert new.counts["leaves"] == log.size - SUBTREE

    with guards_off(TILES):
        execute(f"UPDATE {TILES} SET hashes = {flipped('hashes')} WHERE level = 2")
    first = verify_ledger().faults[0]
    assert (first.wrong, first.place, first.index) == (Wrong.TILE_CHANGED, "tile 2/0", 0)
    assert verify_what_is_new().fault_count > 0
