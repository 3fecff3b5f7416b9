"""What a verification says of a ledger that nobody has touched."""

from governance.models import Checkpoint, LedgerEntry, LedgerPending, Log
from governance.services.verifying.whole import verify_ledger


def test_an_untouched_ledger_is_sound_and_everything_was_looked_at(world):
    found = verify_ledger()

    assert found.faults == []
    log = Log.objects.get()
    counts = found.counts
    assert counts["leaves"] == counts["entries"] == counts["published"] == log.size > 40
    assert counts["pending"] == LedgerPending.objects.count() > 3
    assert counts["linked"] == LedgerEntry.objects.count() == counts["entries"] + counts["pending"]
    assert counts["checkpoints"] == Checkpoint.objects.count() == 3
    assert counts["erased"] == 2
    assert counts["payloads"] == 3
    assert counts["history_rows"] > 20
    assert counts["rows"] > 20
    assert counts["documents"] == 1
    assert not counts["unknown"]
