"""Keys that sign checkpoints: they overlap, each coming and going is entered, and one always
carries on."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command

from governance.ledger.checkpoint import open_checkpoint
from governance.ledger.key_files import KeysUnreadable, add_key_file, folder_stamp, read_key_files
from governance.ledger.note import NotSigned, SignedNote, VerifierKey, verify_note
from governance.ledger.signing import verifier_keys
from governance.ledger.store import CHECKPOINT
from governance.ledger.tree_rows import current_log
from governance.ledger.trouble import Reason, SealingRefused
from governance.models import Checkpoint, CheckpointKey, LedgerEntry
from governance.services.sealing import Sealer, seal_once
from tests.factories import NOON
from tests.governance.ledger.sealing_world import check_everything, enter_some, store

DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.COUNTERSIGN_CHECKPOINT_KEYS = tmp_path / "keys"
    add_key_file(tmp_path / "keys")
    return tmp_path / "keys"


def verifier(folder: Path, name: str) -> VerifierKey:
    place = sorted(path.name for path in folder.iterdir()).index(name)
    return VerifierKey.of("countersign.localhost/test", read_key_files(folder)[place])


def signed_by() -> list[str]:
    """The verifier keys whose signatures on the published checkpoint verify."""
    note = SignedNote.parse(store().read(CHECKPOINT))
    return [str(key) for key in verify_note(note, verifier_keys(current_log()))]


def events(key: VerifierKey) -> list[str]:
    row = CheckpointKey.objects.get(verifier=str(key))
    entries = LedgerEntry.objects.filter(subject_id=row.pk).order_by("object_seq")
    return [entry.event.removeprefix("governance.") for entry in entries]


@pytest.mark.django_db
def test_keys_rotate_with_an_overlap_and_every_checkpoint_shares_a_key_with_the_last(folder):
    seal_once(now=NOON)
    old = verifier(folder, "1.pem")

    add_key_file(folder)
    new = verifier(folder, "2.pem")
    seal_once(now=NOON + DAY)
    both = signed_by()
    (folder / "1.pem").unlink()
    seal_once(now=NOON + 31 * DAY)

    assert both == [str(old), str(new)]
    assert signed_by() == [str(new)]
    assert events(old) == [
        "log.opened",
        "checkpointkey.introduced",
        "checkpointkey.retired",
    ]
    assert events(new) == ["checkpointkey.introduced"]
    assert CheckpointKey.objects.get(verifier=str(old)).retired_at == NOON + 31 * DAY
    for row in Checkpoint.objects.exclude(size=current_log().size):
        open_checkpoint(bytes(row.note), current_log().origin, [old])
    check_everything()


@pytest.mark.django_db
def test_a_key_signs_first_where_its_introduction_is_sealed(folder):
    seal_once(now=NOON)
    add_key_file(folder)

    seal_once(now=NOON + DAY)

    new = CheckpointKey.objects.get(verifier=str(verifier(folder, "2.pem")))
    told = LedgerEntry.objects.get(subject_id=new.pk)
    assert orjson.loads(bytes(told.leaf))["body"]["verifier"] == new.verifier
    first, second = Checkpoint.objects.order_by("size")
    key = [VerifierKey.parse(new.verifier)]
    with pytest.raises(NotSigned):
        open_checkpoint(bytes(first.note), current_log().origin, key)
    open_checkpoint(bytes(second.note), current_log().origin, key)


@pytest.mark.django_db
def test_an_idle_sealer_sees_a_new_key(folder):
    sealer = Sealer()
    for _ in range(3):
        sealer.cycle(now=NOON)
    add_key_file(folder)

    sealer.cycle(now=NOON + timedelta(seconds=1))

    assert len(signed_by()) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("with_another", [False, True])
def test_a_lost_key_stops_the_signing_and_comes_back_with_its_file(folder, with_another):
    seal_once(now=NOON)
    kept = (folder / "1.pem").read_bytes()
    (folder / "1.pem").unlink()
    if with_another:
        add_key_file(folder)
    enter_some(1)

    with pytest.raises(SealingRefused) as refusal:
        seal_once(now=NOON + DAY)

    assert refusal.value.reason is Reason.KEY_LOST
    assert Checkpoint.objects.count() == 1
    assert CheckpointKey.objects.get().retired_at is None

    (folder / "0.pem").write_bytes(kept)
    seal_once(now=NOON + DAY)
    assert current_log().trouble == ""
    assert len(signed_by()) == 1 + with_another


@pytest.mark.django_db
def test_a_key_that_signed_nothing_yet_cannot_carry_on_alone(folder):
    sealer = Sealer()
    while sealer.cycle(now=NOON).goes_on:
        pass
    add_key_file(folder)
    note = store().read(CHECKPOINT)
    store().delete(CHECKPOINT)  # So that the new key is entered, and nothing signed.
    with pytest.raises(SealingRefused):
        sealer.cycle(now=NOON + timedelta(seconds=1))
    store().write(CHECKPOINT, note)
    assert CheckpointKey.objects.count() == 2

    kept = (folder / "1.pem").read_bytes()
    (folder / "1.pem").unlink()
    with pytest.raises(SealingRefused) as refusal:
        seal_once(now=NOON + DAY)

    assert refusal.value.reason is Reason.KEY_LOST
    assert not CheckpointKey.objects.exclude(retired_at=None).exists()
    (folder / "1.pem").write_bytes(kept)
    seal_once(now=NOON + DAY)
    assert len(signed_by()) == 2


@pytest.mark.django_db
def test_a_retired_key_never_signs_again(folder):
    seal_once(now=NOON)
    add_key_file(folder)
    seal_once(now=NOON + DAY)
    kept = (folder / "1.pem").read_bytes()
    (folder / "1.pem").unlink()
    seal_once(now=NOON + 2 * DAY)

    (folder / "1.pem").write_bytes(kept)
    enter_some(1)
    seal_once(now=NOON + 3 * DAY)

    assert signed_by() == [str(verifier(folder, "2.pem"))]


@pytest.mark.django_db
def test_a_file_that_is_no_key_stops_the_signing_and_is_named(folder):
    seal_once(now=NOON)
    (folder / "2.pem").write_text("no key")
    enter_some(1)

    with pytest.raises(SealingRefused, match=r"2\.pem holds no key") as refusal:
        seal_once(now=NOON + DAY)

    assert refusal.value.reason is Reason.KEYS_UNREADABLE
    assert Checkpoint.objects.count() == 1


@pytest.mark.django_db
def test_without_a_key_no_log_is_opened(folder):
    (folder / "1.pem").unlink()

    with pytest.raises(SealingRefused) as refusal:
        seal_once(now=NOON)

    assert refusal.value.reason is Reason.KEYS_UNREADABLE


@pytest.mark.django_db
def test_the_command_lists_the_keys_and_makes_one(folder, capsys):
    with pytest.raises(CommandError, match="No log"):
        call_command("ledger", "keys")
    seal_once(now=NOON)

    call_command("ledger", "keys", "--add")
    assert "2.pem" in capsys.readouterr().out
    seal_once(now=NOON + DAY)
    (folder / "1.pem").unlink()
    seal_once(now=NOON + 2 * DAY)

    call_command("ledger", "keys")
    [first, second] = capsys.readouterr().out.splitlines()
    assert first.endswith("since 2026-11-23 12:00 UTC, retired 2026-11-25 12:00 UTC")
    assert second == f"{verifier(folder, '2.pem')}  since 2026-11-24 12:00 UTC, signs"


def test_keys_are_read_in_the_order_of_their_numbers(tmp_path):
    for _ in range(10):
        add_key_file(tmp_path)

    keys = read_key_files(tmp_path)

    (tmp_path / "10.pem").unlink()
    assert [key.private_bytes_raw() for key in read_key_files(tmp_path)] == [
        key.private_bytes_raw() for key in keys[:9]
    ]


def test_a_changed_folder_has_another_stamp(tmp_path):
    add_key_file(tmp_path)
    before = folder_stamp(tmp_path)
    assert folder_stamp(tmp_path) == before

    add_key_file(tmp_path)

    assert folder_stamp(tmp_path) != before
    with pytest.raises(KeysUnreadable, match="No such file"):
        folder_stamp(tmp_path / "nowhere")
