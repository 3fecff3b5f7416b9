"""What the sealer refuses: it names the reason, signs nothing, and goes on where it may."""

import shutil
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from governance.ledger.checkpoint import Checkpoint as SignedState
from governance.ledger.checkpoint import sign_checkpoint
from governance.ledger.store import CHECKPOINT
from governance.ledger.tree_rows import current_log
from governance.ledger.trouble import FINAL, Reason, SealingRefused, reason_of
from governance.models import Checkpoint, Leaf, LedgerPending, Log
from governance.services.integrating import integrate
from governance.services.sealing import Sealer, seal_once
from tests.factories import NOON
from tests.governance.ledger.sealing_world import (
    check_everything,
    enter_some,
    published_checkpoint,
    sealed_ids,
    store,
)
from tests.governance.ledger.tampering import execute, guards_off

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=2)
ENTRIES = "governance_ledgerentry"


@pytest.fixture
def log() -> Log:
    seal_once(now=NOON)
    return current_log()


def refused(now=LATER) -> Reason:
    """The reason why a sealer that has just started refuses; it stands in the log's row."""
    with pytest.raises(SealingRefused) as refusal:
        seal_once(now=now)
    trouble = current_log().trouble
    assert trouble == refusal.value.detail
    assert reason_of(trouble) is refusal.value.reason
    return refusal.value.reason


def state() -> tuple[int, int, bytes | None]:
    """What no refusal may change: the places given, the checkpoints signed, the store's own."""
    return Leaf.objects.count(), Checkpoint.objects.count(), store().read(CHECKPOINT)


def change_leaf(entry_id, was: str, becomes: str) -> None:
    with guards_off(ENTRIES):
        execute(
            f"UPDATE {ENTRIES} SET leaf = convert_to("
            "replace(convert_from(leaf, 'UTF8'), %s, %s), 'UTF8') WHERE id = %s",
            was,
            becomes,
            entry_id,
        )


def test_a_restored_backup_is_refused_within_one_cycle_and_nothing_is_sealed(log):
    backup = transaction.savepoint()
    enter_some(2)
    seal_once(now=NOON)
    transaction.savepoint_rollback(backup)
    enter_some(1)
    before = state()

    assert refused() is Reason.RESTORED_BACKUP

    assert state() == before
    assert LedgerPending.objects.count() == 1


def test_a_running_sealer_notices_a_restored_backup_too(log):
    sealer = Sealer()
    sealer.cycle(now=NOON)
    backup = transaction.savepoint()
    enter_some(2)
    sealer.cycle(now=NOON)
    transaction.savepoint_rollback(backup)

    with pytest.raises(SealingRefused) as refusal:
        sealer.cycle(now=LATER)

    assert refusal.value.reason is Reason.RESTORED_BACKUP


def test_a_restored_backup_that_grew_again_is_a_fork(log):
    backup = transaction.savepoint()
    enter_some(2)
    seal_once(now=NOON)
    transaction.savepoint_rollback(backup)
    enter_some(3)
    integrate()
    before = state()

    assert refused() is Reason.FORK

    assert state() == before


def test_another_root_of_the_same_size_is_a_fork(log):
    backup = transaction.savepoint()
    enter_some(1)
    seal_once(now=NOON)
    transaction.savepoint_rollback(backup)
    enter_some(1)
    integrate()

    assert refused() is Reason.FORK


@pytest.mark.parametrize("reason", sorted(FINAL))
def test_what_a_person_has_to_look_into_stays_until_they_have(log, reason):
    Log.objects.update(trouble=f"{reason}: of yesterday", trouble_since=NOON)
    enter_some(1)
    before = state()

    assert refused() is reason
    assert (state(), current_log().trouble_since) == (before, NOON)

    Log.objects.update(trouble="", trouble_since=None)
    seal_once(now=LATER)
    check_everything()


def test_an_emptied_database_does_not_open_a_published_log_again():
    nothing = transaction.savepoint()
    seal_once(now=NOON)
    transaction.savepoint_rollback(nothing)

    with pytest.raises(SealingRefused) as refusal:
        seal_once(now=LATER)

    assert refusal.value.reason is Reason.RESTORED_BACKUP
    assert not Log.objects.exists()
    assert not Leaf.objects.exists()


def test_another_origin_is_not_opened_by_the_way(log, settings):
    settings.COUNTERSIGN_LOG_ORIGIN = "countersign.localhost/other"

    with pytest.raises(SealingRefused) as refusal:
        seal_once(now=LATER)

    assert refusal.value.reason is Reason.ORIGIN_CHANGED
    assert Log.objects.get() == log


def test_an_emptied_store_is_refused_until_somebody_says_that_it_is_new(log):
    shutil.rmtree(settings.COUNTERSIGN_PLACES.ledger)
    enter_some(1)

    assert refused() is Reason.STORE_EMPTIED
    assert store().read(CHECKPOINT) is None

    seal_once(now=LATER, store_is_new=True)
    assert published_checkpoint().size == current_log().size
    assert current_log().trouble == ""
    check_everything()


@pytest.mark.parametrize("whose", ["strangers", "nobodys"])
def test_a_checkpoint_of_somebody_else_is_refused_and_left_as_it_is(log, whose):
    stranger = Ed25519PrivateKey.generate()
    foreign = SignedState(log.origin, log.size, bytes(log.root))
    note = sign_checkpoint(foreign, [stranger]) if whose == "strangers" else b"not a note"
    ours = store().read(CHECKPOINT)
    store().write(CHECKPOINT, note)
    enter_some(1)
    before = state()

    assert refused() is Reason.FOREIGN_CHECKPOINT
    assert state() == before

    store().write(CHECKPOINT, ours)
    seal_once(now=LATER)
    assert current_log().trouble == ""
    check_everything()


def test_while_the_store_is_away_places_are_given_and_the_checkpoint_follows(log):
    sealer = Sealer()
    sealer.cycle(now=NOON)
    away = settings.COUNTERSIGN_PLACES.ledger.rename(settings.COUNTERSIGN_DATA_DIR / "away")
    settings.COUNTERSIGN_PLACES.ledger.write_text("no folder")
    entered = enter_some(2)

    for second in range(2):
        with pytest.raises(SealingRefused) as refusal:
            sealer.cycle(now=NOON + timedelta(seconds=second))
    settings.COUNTERSIGN_PLACES.ledger.unlink()
    away.rename(settings.COUNTERSIGN_PLACES.ledger)

    assert refusal.value.reason is Reason.STORE_UNREACHABLE
    assert sealed_ids()[-2:] == entered
    troubled = current_log()
    assert (reason_of(troubled.trouble), troubled.trouble_since) == (
        Reason.STORE_UNREACHABLE,
        NOON,
    )
    assert published_checkpoint().size == troubled.size - 2

    sealer.cycle(now=NOON + timedelta(seconds=2))
    assert current_log().trouble == ""
    assert published_checkpoint().size == troubled.size
    check_everything()


def test_a_sealer_that_could_not_compare_yet_gives_no_places(log):
    away = settings.COUNTERSIGN_PLACES.ledger.rename(settings.COUNTERSIGN_DATA_DIR / "away")
    settings.COUNTERSIGN_PLACES.ledger.write_text("no folder")
    enter_some(2)

    reason = refused()
    settings.COUNTERSIGN_PLACES.ledger.unlink()
    away.rename(settings.COUNTERSIGN_PLACES.ledger)

    assert reason is Reason.STORE_UNREACHABLE
    assert Leaf.objects.count() == log.size


def test_a_leaf_changed_before_its_seal_is_named_and_nothing_is_sealed_past_it(log):
    before, changed, after = enter_some(3)
    change_leaf(changed, "usual", "other")

    assert refused() is Reason.ENTRY_CHANGED

    assert str(changed) in current_log().trouble
    assert sealed_ids()[-1] == before
    assert published_checkpoint().size == log.size + 1
    assert list(LedgerPending.objects.values_list("entry_id", flat=True)) == [changed, after]

    change_leaf(changed, "other", "usual")
    seal_once(now=LATER)
    assert sealed_ids()[-3:] == [before, changed, after]
    assert current_log().trouble == ""
    check_everything()


def test_a_leaf_whose_hash_in_the_queue_was_changed_with_it_cannot_be_told_here(log):
    """That is what a checkpoint cannot know: it was never entered otherwise for an outsider."""
    [changed] = enter_some(1)
    change_leaf(changed, "usual", "other")
    with guards_off("governance_ledgerpending"):
        execute(
            "UPDATE governance_ledgerpending AS waiting SET leaf_hash = entry.leaf_hash "
            f"FROM {ENTRIES} AS entry WHERE entry.id = waiting.entry_id"
        )

    seal_once(now=LATER)

    assert sealed_ids()[-1] == changed


def test_a_missing_entry_is_named(log):
    [gone] = enter_some(1)
    with guards_off(ENTRIES):
        execute(f"DELETE FROM {ENTRIES} WHERE id = %s", gone)

    assert refused() is Reason.ENTRY_MISSING
    assert str(gone) in current_log().trouble
    assert Leaf.objects.count() == log.size


def test_an_entry_is_not_sealed_twice(log):
    [entry_id] = enter_some(1)
    seal_once(now=NOON)
    with guards_off("governance_ledgerpending"):
        execute(
            "INSERT INTO governance_ledgerpending (entry_id, leaf_hash) "
            f"SELECT id, leaf_hash FROM {ENTRIES} WHERE id = %s",
            entry_id,
        )
    enter_some(1)
    before = state()

    assert refused() is Reason.ENTRY_TWICE
    assert str(entry_id) in current_log().trouble
    assert state() == before


def test_a_sealed_leaf_changed_before_it_was_published_is_not_signed(log):
    [changed] = enter_some(1)
    integrate()
    change_leaf(changed, "usual", "other")

    assert refused() is Reason.ENTRY_CHANGED
    assert str(changed) in current_log().trouble
    assert published_checkpoint().size == log.size


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        ("governance_tile", "UPDATE governance_tile SET hashes = set_byte(hashes, 40, 7)"),
        ("governance_tile", "DELETE FROM governance_tile"),
        ("governance_log", "UPDATE governance_log SET root = set_byte(root, 0, 7)"),
        ("governance_log", "UPDATE governance_log SET size = size + 1"),
    ],
)
def test_a_damaged_tree_is_not_built_upon(log, table, damage):
    with guards_off(table):
        execute(damage)
    enter_some(1)
    before = state()

    assert refused() in {Reason.TREE_DAMAGED, Reason.FORK}
    assert state() == before


def test_a_leaf_beyond_the_logs_end_is_a_damaged_tree(log):
    execute(
        "INSERT INTO governance_leaf (log_id, index, entry_id) VALUES (%s, %s, gen_random_uuid())",
        log.pk,
        log.size,
    )
    enter_some(1)
    before = state()

    assert refused() is Reason.TREE_DAMAGED
    assert state() == before


def test_no_second_root_is_signed_for_a_size(log):
    enter_some(1)
    forged = b"\x07" * 32
    note = store().read(CHECKPOINT)
    Checkpoint.objects.create(log=log, size=log.size + 1, root=forged, note=note, signed_at=NOON)

    assert refused() is Reason.FORK
    assert store().read(CHECKPOINT) == note


def test_while_the_clock_reads_earlier_than_the_last_checkpoint_nothing_is_signed(log):
    entered = enter_some(1)

    assert refused(now=NOON - timedelta(hours=1)) is Reason.CLOCK_BEHIND
    assert sealed_ids()[-1:] == entered
    assert published_checkpoint().size == log.size

    seal_once(now=NOON + timedelta(seconds=1))
    assert current_log().trouble == ""
    check_everything()
