"""A restored backup (the database is behind its own ledger): refused, replayed, sound again."""

from datetime import UTC, datetime

import orjson
import pytest
from django.core.management import CommandError, call_command

from governance.ledger.key_files import add_key_file
from governance.ledger.partitions import entries_outside, make_ahead, partitions
from governance.ledger.store import CHECKPOINT
from governance.ledger.tree_rows import current_log
from governance.ledger.trouble import Reason, SealingRefused
from governance.models import (
    CheckpointKey,
    Leaf,
    LedgerEntry,
    LedgerPending,
    Payload,
    SubjectKey,
)
from governance.services.erasure import erase_subject
from governance.services.integrating import integrate
from governance.services.replaying import ReplayRefused, replay_log
from governance.services.sealing import Sealer, seal_once
from governance.services.verifying.whole import verify_ledger
from tests.factories import NOON, build_world
from tests.governance.ledger.entered import enter, enter_many
from tests.governance.ledger.sealing_world import (
    check_everything,
    published_checkpoint,
    sealed_ids,
    store,
)
from tests.governance.restore.conftest import OPERATOR

FAR = datetime(2027, 8, 1, tzinfo=UTC)


def replay():
    return replay_log(actor=OPERATOR, now=NOON)


def state():
    """Everything that a refused replay must leave alone."""
    log = current_log()
    return log.size, bytes(log.root), log.trouble, sealed_ids(), LedgerEntry.objects.count()


@pytest.fixture
def restored(backup):
    """Sealed entries, a backup of them, 260 more that are sealed and published, and back."""
    first, *_ = enter_many(40, NOON)
    seal_once(now=NOON)
    backup.take()
    second = enter(NOON, after=first)
    enter_many(259, NOON)
    seal_once(now=NOON)
    backup.put_back()
    return second


def test_the_sealer_refuses_in_its_first_cycle_and_seals_nothing(restored):
    enter(NOON)
    size = current_log().size

    with pytest.raises(SealingRefused) as refusal:
        Sealer().cycle(now=NOON)

    assert refusal.value.reason is Reason.RESTORED_BACKUP
    assert current_log().size == size
    assert current_log().trouble.startswith("restored backup")


def test_a_replay_gives_the_identical_root_and_sealing_goes_on(restored):
    published = published_checkpoint()
    size = current_log().size
    with pytest.raises(SealingRefused):
        seal_once(now=NOON)

    replayed = replay()

    log = current_log()
    assert (log.size, bytes(log.root)) == (published.size, published.root)
    assert (replayed.first, replayed.size, replayed.entries) == (size, published.size, 260)
    assert log.trouble == ""
    assert bytes(LedgerEntry.objects.get(pk=restored.pk).leaf) == bytes(restored.leaf)
    enter(NOON, after=restored)
    assert seal_once(now=NOON).size == published.size + 2
    check_everything()


def test_the_ledger_says_which_leaves_came_back(restored):
    replayed = replay()

    told = LedgerEntry.objects.get(event="governance.log.replayed")
    body = orjson.loads(bytes(told.leaf))["body"]
    assert (body["from"], body["to"]) == (replayed.first, replayed.size)
    assert body["root"] == published_checkpoint().root.hex()
    assert told.subject_id == CheckpointKey.objects.get().pk


def test_what_waited_for_its_seal_in_the_backup_gets_the_place_that_it_had(backup):
    seal_once(now=NOON)
    waiting = enter(NOON)
    backup.take()
    enter(NOON)
    seal_once(now=NOON)
    index = Leaf.objects.get(entry_id=waiting.pk).index
    backup.put_back()

    assert replay().entries == 1

    assert Leaf.objects.get(entry_id=waiting.pk).index == index
    assert not LedgerPending.objects.filter(entry_id=waiting.pk).exists()
    check_everything()


def test_work_about_other_objects_that_went_on_after_the_restore_is_kept(restored):
    meanwhile = enter(NOON)

    replay()
    seal_once(now=NOON)

    assert meanwhile.pk in sealed_ids()
    check_everything()


def test_work_about_the_same_object_makes_a_replay_impossible_and_is_named(restored):
    first = LedgerEntry.objects.get(subject_id=restored.subject_id)
    enter(NOON, after=first, event="test.thing.changed")
    before = state()

    with pytest.raises(ReplayRefused) as refusal:
        replay()

    assert f"test.thing.seen, number 2 of test.thing {restored.subject_id}" in str(refusal.value)
    assert "open-origin" in str(refusal.value)
    assert state() == before


def test_entries_that_the_store_has_lost_bring_nothing_back(restored):
    path = "tile/entries/000"
    content, before = store().read(path), state()
    for damaged in (content[:-1], content.replace(b"usual", b"other"), b"", None):
        if damaged is None:
            store().delete(path)
        else:
            store().write(path, damaged)
        with pytest.raises(ReplayRefused, match=f"The store has lost what was signed: {path}"):
            replay()
    assert state() == before


def test_a_checkpoint_that_somebody_else_signed_brings_nothing_back(restored):
    note = store().read(CHECKPOINT)
    store().write(CHECKPOINT, note.replace(b"\n3", b"\n4", 1))
    before = state()

    with pytest.raises(ReplayRefused, match="is not ours"):
        replay()
    assert state() == before


def test_a_database_that_went_on_by_itself_is_no_beginning_of_the_published_log(restored):
    # As a sealer would do that did not compare.
    enter(NOON)
    integrate()
    before = state()

    with pytest.raises(ReplayRefused, match="are not those that were published"):
        replay()
    assert state() == before


def test_a_database_that_is_not_behind_is_left_alone(db):
    seal_once(now=NOON)

    with pytest.raises(ReplayRefused, match="is not behind"):
        replay()


def test_a_restored_product_is_sound_after_a_replay_and_the_lost_rows_are_counted(backup):
    world = build_world()
    case = world.open_case()
    seal_once(now=NOON)
    backup.take()
    world.rule(case)
    world.submit()
    seal_once(now=NOON)
    backup.put_back()

    replay()
    seal_once(now=NOON)

    found = verify_ledger()
    assert found.faults == []
    assert found.counts["lost"] > 0


def test_a_person_who_was_erased_after_the_backup_stays_erased(backup):
    world = build_world()
    world.rule(world.open_case())
    subject = SubjectKey.objects.get()
    seal_once(now=NOON)
    backup.take()
    erase_subject(subject_id=subject.pk, ground="They asked.", person=world.officer, now=NOON)
    seal_once(now=NOON)
    backup.put_back()
    assert Payload.objects.count() == 2

    erased = replay().erased

    assert (erased.payloads, erased.subjects, erased.kept) == (2, 1, ())
    assert not Payload.objects.exists()
    assert not SubjectKey.objects.exists()
    seal_once(now=NOON)
    assert verify_ledger().faults == []


def test_a_key_that_came_and_one_that_went_after_the_backup_are_known_again(
    backup, settings, tmp_path
):
    settings.COUNTERSIGN_CHECKPOINT_KEYS = tmp_path / "keys"
    old = add_key_file(tmp_path / "keys")
    seal_once(now=NOON)
    backup.take()
    add_key_file(tmp_path / "keys")
    enter(NOON)
    seal_once(now=NOON)
    old.unlink()
    enter(NOON)
    seal_once(now=NOON)
    backup.put_back()

    replay()

    [first, second] = CheckpointKey.objects.order_by("introduced_at", "id")
    assert first.retired_at is not None
    assert second.retired_at is None
    assert seal_once(now=NOON).size == current_log().size
    assert verify_ledger().faults == []


def test_the_command_brings_it_back_and_says_so(restored, capsys):
    call_command("ledger", "replay")

    said = capsys.readouterr().out
    assert "under the signed root" in said
    assert "260 entries had been lost" in said
    assert "  260 test.thing.seen\n" in said
    with pytest.raises(CommandError, match="is not behind"):
        call_command("ledger", "replay")


def test_entries_of_months_that_came_after_the_backup_find_a_partition(backup):
    seal_once(now=NOON)
    backup.take()
    make_ahead(FAR)
    enter(FAR)
    seal_once(now=FAR)
    backup.put_back()

    replay_log(actor=OPERATOR, now=FAR)

    assert entries_outside() == 0
    assert {part.begins_at for part in partitions()} >= {FAR, datetime(2027, 3, 1, tzinfo=UTC)}
