"""Verifications in shares, by many workers: what they find, and what comes of it."""

from __future__ import annotations

from datetime import timedelta

from governance.models import (
    Actor,
    LedgerAlarm,
    LedgerEntry,
    VerificationPart,
    VerificationRun,
)
from governance.services.sealing import seal_once
from governance.services.verifying.runs import (
    request_due_verification,
    request_verification,
    sweep_verifications,
    take_part,
)
from governance.services.verifying.whole import verify_ledger
from governance.tasks import check_verification_part
from tests.governance.ledger.sealing_world import enter_some
from tests.governance.ledger.tampering import execute, guards_off
from tests.governance.verifying import on_entries, on_rows
from tests.governance.verifying.on_entries import LATER

ACTOR = Actor.system("test")


def ask(*, whole: bool = True, now=LATER) -> VerificationRun:
    run = request_verification(whole=whole, actor=ACTOR, now=now)
    assert run is not None
    return run


def work() -> None:
    """As workers do, until nothing is left."""
    while VerificationPart.objects.filter(outcome__isnull=True, taken_at=None).exists():
        check_verification_part()


def done(**request) -> VerificationRun:
    run = ask(**request)
    work()
    run.refresh_from_db()
    return run


def last_entry(run: VerificationRun) -> LedgerEntry:
    return LedgerEntry.objects.filter(subject_id=run.pk).order_by("-object_seq")[0]


def open_alarms() -> list[str]:
    return list(LedgerAlarm.objects.open().values_list("kind", flat=True))


def test_workers_find_what_one_process_finds(world):
    alone = verify_ledger()
    run = done()

    assert (run.state, run.fault_count, run.findings) == ("done", 0, [])
    told = {"pending", "linked", "objects", "history_rows", "rows"}  # The run enters itself, too.
    for word in alone.counts.keys() - told:
        assert run.counts[word] == alone.counts[word]
    assert run.erased == alone.erased
    assert run.entries == run.counts["entries"] + run.counts["pending"]
    assert last_entry(run).event == "governance.verificationrun.finished"
    assert not VerificationPart.objects.exists()
    assert open_alarms() == []


def test_faults_are_kept_entered_and_raise_the_alarm_with_the_first_one(world):
    words = on_entries.edit_a_body(None)
    run = done()

    assert run.state == "done"
    assert run.fault_count == len(run.findings) > 1
    assert run.findings[0]["wrong"] == "changed"
    assert words in run.findings[0]["place"]
    assert words in bytes(last_entry(run).leaf).decode()
    alarm = LedgerAlarm.objects.open().get()
    assert (alarm.kind, words in alarm.detail) == ("unsound", True)


def test_only_a_sound_verification_of_everything_clears_the_alarm(world):
    sound = done()
    enter_some(1, LATER)
    seal_once(now=LATER)
    on_rows.forge_once(None)
    assert done().fault_count == 1
    with guards_off("governance_refusal"):
        execute("DELETE FROM governance_refusal")

    part = done(whole=False)
    assert (part.is_whole, part.fault_count) == (False, 0)
    assert open_alarms() == ["unsound"]
    assert sound.is_whole
    assert done().fault_count == 0
    assert open_alarms() == []


def test_between_whole_ones_only_what_is_new_is_looked_at(world):
    first = request_due_verification(actor=ACTOR, now=LATER)
    assert request_due_verification(actor=ACTOR, now=LATER) is None, "one is running"
    work()
    second = request_due_verification(actor=ACTOR, now=LATER + timedelta(minutes=15))
    work()
    third = request_due_verification(actor=ACTOR, now=LATER + timedelta(days=1))

    assert [run.is_whole for run in (first, second, third)] == [True, False, True]
    second.refresh_from_db()
    assert 0 < second.counts["objects"] < verify_ledger().counts["objects"]


def test_a_share_whose_worker_died_is_taken_again(world):
    run = ask()
    taken = [take_part() for _ in range(run.parts.count())]
    assert take_part() is None
    assert {part.number for part in taken} == set(range(len(taken)))
    execute("UPDATE governance_verificationpart SET taken_at = now() - interval '16 minutes'")

    assert take_part() == taken[0]


def test_a_run_whose_last_worker_died_before_its_sum_is_summed_up_by_the_sweep(world):
    run = ask()
    for part in run.parts.all():
        part.outcome = {
            "counts": {}, "archived": {}, "fault_count": 0, "faults": [], "erased": [], "root": "",
        }  # fmt: skip
        part.save()

    sweep_verifications(actor=ACTOR, now=LATER)
    run.refresh_from_db()
    assert run.state == "done"


def test_a_share_that_cannot_be_done_fails_the_run_and_raises_the_alarm(world):
    run = ask()
    execute('UPDATE governance_verificationpart SET share = share || \'{"kind": "unheard"}\'')
    check_verification_part()

    run.refresh_from_db()
    assert (run.state, "Share 0" in run.failure) == ("failed", True)
    assert last_entry(run).event == "governance.verificationrun.failed"
    assert open_alarms() == ["unsound"]
    assert not VerificationPart.objects.exists()


def test_a_run_that_nobody_works_on_fails_after_most_of_a_day(world):
    run = ask()
    sweep_verifications(actor=ACTOR, now=LATER + timedelta(hours=19))
    run.refresh_from_db()
    assert run.state == "running"

    sweep_verifications(actor=ACTOR, now=LATER + timedelta(hours=21))
    run.refresh_from_db()
    assert run.state == "failed"
