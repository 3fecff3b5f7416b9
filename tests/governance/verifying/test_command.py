"""`manage.py ledger verify`: what an operator reads, and the exit code."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg.conninfo import make_conninfo

from governance.models import Checkpoint
from tests.governance.verifying import on_entries, on_store

SOUND = "The ledger is sound."


def verify(*arguments: object) -> None:
    call_command("ledger", "verify", *map(str, arguments))


def refused(*arguments: object) -> int:
    with pytest.raises(CommandError) as refusal:
        verify(*arguments)
    return refusal.value.returncode


def test_a_sound_ledger_is_called_so_and_erased_payloads_are_listed(world, capsys):
    verify()

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == SOUND
    assert "2 entries are valid, their payload lawfully erased:" in lines
    erased = [line for line in lines if re.search(r"payload \S+ erased on 2026-11-23$", line)]
    assert len(erased) == 2


def test_faults_are_listed_the_first_bad_entry_first_and_the_exit_code_is_one(world, capsys):
    entry = on_entries.edit_a_body(None)

    assert refused() == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("The ledger is NOT sound:")
    assert lines[1] == "The first one: an entry is not what was entered."
    assert lines[2].startswith("  changed: leaf ")
    assert entry in lines[2]


def test_a_checkpoint_that_somebody_else_holds_is_compared(world, tmp_path, capsys):
    held = [tmp_path / name for name in ("first", "last")]
    for path, row in zip(held, Checkpoint.objects.order_by("size")[:2], strict=True):
        path.write_bytes(bytes(row.note))
    verify("--from-checkpoint", held[0], "--from-checkpoint", held[1])
    said = capsys.readouterr().out
    assert said.count("Compared with the checkpoint in") == 2

    on_store.rebuild_with_the_old_key(None)
    verify()
    assert refused("--from-checkpoint", held[1]) == 1
    assert f"forked: leaf {row.size - 1}, checkpoint in {held[1]}" in capsys.readouterr().out


def test_what_is_no_checkpoint_of_this_log_vouches_for_nothing(world, tmp_path, capsys):
    path = tmp_path / "note"
    path.write_bytes(b"something else")
    assert refused("--from-checkpoint", path) == 1
    assert "no key of this log vouches for it" in capsys.readouterr().out
    assert refused("--from-checkpoint", tmp_path / "nothing") == 2
    assert refused("--jobs", 0) == 2


def test_several_processes_find_what_one_finds(world, sealed_world, capsys):
    verify()
    alone = capsys.readouterr().out
    done = run_verify("--jobs", "2")
    assert (done.returncode, done.stdout) == (0, alone), done.stderr


def run_verify(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, on the rows that are committed."""
    place = connection.settings_dict
    address = make_conninfo(
        host=place["HOST"], user=place["USER"], password=place["PASSWORD"], dbname=place["NAME"]
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": address,
        "COUNTERSIGN_DATA_DIR": str(settings.COUNTERSIGN_DATA_DIR),
        "COUNTERSIGN_LOG_ORIGIN": settings.COUNTERSIGN_LOG_ORIGIN,
        "COUNTERSIGN_MASTER_KEY": base64.b64encode(settings.COUNTERSIGN_MASTER_KEY).decode(),
    }
    command = [sys.executable, str(Path(settings.BASE_DIR, "manage.py")), "ledger", "verify"]
    return subprocess.run(
        [*command, *arguments], env=environment, capture_output=True, text=True, timeout=120
    )
