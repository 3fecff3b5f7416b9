"""The archive speaks for itself: checked from its store alone, and what is wrong is named."""

import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management import CommandError, call_command

from config.env import PROJECT_DIR
from governance.ledger.archive_check import check_archive
from governance.ledger.archive_manifest import Manifest
from governance.ledger.archived_file import as_file
from governance.ledger.checkpoint import Checkpoint, sign_checkpoint
from governance.ledger.note import VerifierKey
from governance.ledger.parquet import COLUMNS, write_csv, write_parquet
from governance.ledger.verify import Wrong
from governance.models import Leaf, LedgerEntry
from governance.services.archiving import keys_of_all_logs
from tests.governance.archive.conftest import ENTRIES, OF_MAY, PER_FILE, first_leaf
from tests.governance.ledger.sealing_world import store

pytestmark = pytest.mark.django_db


def check(row, **options):
    home = settings.COUNTERSIGN_LOG_ORIGIN
    return check_archive(row.place, home=home, **{"keys": keys_of_all_logs()} | options)


def files_of(row, ending):
    folder = row.place.rpartition("/")[0]
    return sorted(path for path in store().paths(folder) if path.endswith(ending))


def flipped(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def faults_with(path, content, row, **options):
    """What is found while the file has other bytes."""
    before = store().read(path)
    store().write(path, content)
    try:
        return check(row, **options).faults
    finally:
        store().write(path, before)


def rewritten(content, tmp_path, change):
    """A Parquet file with changed lines, made as ours are."""
    text, file = tmp_path / "changed.csv", tmp_path / "changed.parquet"
    with as_file(content) as parquet:
        write_csv(parquet, text, list(COLUMNS))
    lines = text.read_text().replace("\\x", "").splitlines(keepends=True)
    text.write_text("".join(change(lines)))
    write_parquet(text, file)
    return file.read_bytes()


def test_an_untouched_archive_is_sound_and_says_which_key_signed_it(written):
    found = check(written, manifest_sha256=written.manifest_sha256)

    assert found.faults == []
    assert found.leaves == ENTRIES
    assert found.keys == [str(key) for key in keys_of_all_logs()]


def test_it_is_checked_from_a_copy_of_the_store_where_no_database_is(written, tmp_path):
    shutil.copytree(settings.COUNTERSIGN_PLACES.ledger, tmp_path / "ledger")
    asked = [sys.executable, "manage.py", "ledger", "archive", "verify", "--without-database"]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "COUNTERSIGN_DATA_DIR": str(tmp_path / "nothing"),
        "COUNTERSIGN_LEDGER_STORE": str(tmp_path / "ledger"),
        "COUNTERSIGN_LOG_ORIGIN": settings.COUNTERSIGN_LOG_ORIGIN,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    }

    answer = subprocess.run(
        [*asked, "--jobs", "2", "--key", str(keys_of_all_logs()[0])],
        env=environment,
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert answer.returncode == 0, answer.stderr
    assert f"{written.place}: sound, {ENTRIES} leaves" in answer.stdout


def test_a_flipped_byte_anywhere_in_a_file_of_leaves_is_found_and_the_file_named(written):
    [path, _] = files_of(written, ".parquet")
    content = store().read(path)
    for at in random.Random(1).sample(range(len(content)), 10):
        faults = faults_with(path, flipped(content, at), written)
        assert path in {fault.place for fault in faults}, at


def test_a_flipped_byte_anywhere_in_the_manifest_is_found_even_without_the_ledgers_word(written):
    content = store().read(written.place)
    for at in random.Random(2).sample(range(len(content)), 60):
        assert faults_with(written.place, flipped(content, at), written), content[at - 20 : at + 20]


def test_a_flipped_byte_in_a_tile_is_found_and_the_tile_named(written):
    full = [path for path in store().paths("tile/0") if ".p/" not in path]
    for path in [*full, *files_of(written, ".p/28")]:
        content = store().read(path)
        faults = faults_with(path, flipped(content, 5), written)
        named = " ".join(f"{fault.place} {fault.detail}" for fault in faults)
        assert path in named
        assert {fault.wrong for fault in faults} == {Wrong.TILE_CHANGED}


def test_one_forged_leaf_in_a_file_that_the_manifest_vouches_for_is_named(written, tmp_path):
    [path, _] = files_of(written, ".parquet")
    leaf = Leaf.objects.get(index=first_leaf() + 40)
    entry = LedgerEntry.objects.get(pk=leaf.entry_id)
    forged = bytes(entry.leaf).replace(b"usual", b"other")

    def forge(lines):
        old = bytes(entry.leaf).hex().upper()
        return [line.replace(old, forged.hex()) for line in lines]

    content = rewritten(store().read(path), tmp_path, forge)
    faults = faults_with(path, content, written)

    assert {fault.index for fault in faults if fault.index is not None} == {leaf.index}
    assert f"entry {entry.pk}" in {fault.place for fault in faults}
    assert "it is not the leaf that the tree holds there" in {fault.detail for fault in faults}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda lines: lines[:50] + lines[51:], Wrong.MISSING),
        (lambda lines: [*lines[:50], lines[51], lines[50], *lines[52:]], Wrong.REORDERED),
        (lambda lines: [*lines[:50], lines[50], *lines[50:]], Wrong.REORDERED),
        (lambda lines: [lines[0].rstrip()[:-64] + "0" * 64 + "\n", *lines[1:]], Wrong.CHANGED),
        (
            lambda lines: [line.replace("system:test", "system:else") for line in lines],
            Wrong.CHANGED,
        ),
    ],
    ids=["left out", "swapped", "doubled", "another hash", "another actor beside the leaf"],
)
def test_leaves_that_are_not_as_they_were_sealed_are_told(written, tmp_path, change, wrong):
    [path, _] = files_of(written, ".parquet")

    faults = faults_with(path, rewritten(store().read(path), tmp_path, change), written)

    assert wrong in {fault.wrong for fault in faults}


def test_a_missing_file_is_named(written):
    [path, _] = files_of(written, ".parquet")
    store().delete(path)

    [fault] = check(written).faults
    assert (fault.place, fault.detail) == (path, "it is not in the store")


def test_an_archive_that_somebody_else_signed_is_not_ours(written):
    manifest = Manifest.parse(store().read(written.place))
    theirs = Ed25519PrivateKey.generate()
    [log] = manifest.logs
    tree = Checkpoint(log.origin, 1_000, b"R" * 32)
    forged = replace(
        manifest,
        logs=(
            replace(
                log,
                checkpoint=sign_checkpoint(tree, [theirs]).decode(),
                keys=(str(VerifierKey.of(log.origin, theirs)),),
            ),
        ),
    )

    [fault] = faults_with(written.place, forged.encode(), written)

    assert fault.wrong == Wrong.CHECKPOINT_CHANGED


def test_an_older_manifest_in_the_place_of_the_one_that_was_entered_is_told(written):
    manifest = Manifest.parse(store().read(written.place))
    [log] = manifest.logs
    shorter = replace(manifest, logs=(replace(log, files=log.files[:1]),))

    faults = faults_with(
        written.place, shorter.encode(), written, manifest_sha256=written.manifest_sha256
    )

    assert "it is not the one that was entered" in {fault.detail for fault in faults}


def test_the_command_names_the_first_bad_leaf_and_fails(written, tmp_path, capsys):
    path = files_of(written, ".parquet")[1]
    usual, other = (word.hex().upper() for word in (b"usual", b"other"))
    store().write(
        path,
        rewritten(
            store().read(path), tmp_path, lambda lines: [lines[0].replace(usual, other), *lines[1:]]
        ),
    )

    with pytest.raises(CommandError, match="1 of 1 are not what was sealed"):
        call_command("ledger", "archive", "verify", OF_MAY)

    shown = capsys.readouterr().out
    assert f"{written.place}: NOT sound" in shown
    assert first_leaf() < PER_FILE
    assert f"changed: leaf {PER_FILE}, entry" in shown
