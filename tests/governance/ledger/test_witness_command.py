"""`manage.py ledger witness`: a second party's process and a live server, without a database."""

import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from config.env import PROJECT_DIR
from governance.ledger.note import Algorithm, SignedNote, VerifierKey
from governance.ledger.signing import verifier_keys
from governance.ledger.tree_rows import current_log
from governance.models import Actor, Cosignature
from governance.services.sealing import seal_once
from governance.services.witnesses import trust_witness
from tests.factories import NOON
from tests.governance.ledger.sealing_world import enter_some
from tests.governance.ledger.served_log import LOG_VKEY, ServedLog, leaves, serving

NAME = "auditor.example"


def arguments(url, folder, *log_keys):
    named = [part for key in log_keys for part in ("--log-key", str(key))]
    files = ("--key", str(folder / "key.pem"), "--state", str(folder / "memory"))
    return ["ledger", "witness", url, "--name", NAME, *files, *named]


def vkey_in(said):
    [line] = [line for line in said.splitlines() if NAME in line]
    return VerifierKey.parse(line.rsplit(" ", 1)[1])


@pytest.mark.django_db(transaction=True)
def test_an_auditors_process_witnesses_a_live_log(live_server, tmp_path):
    enter_some(3)
    seal_once(now=NOON)
    log_keys = verifier_keys(current_log())
    surroundings = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "COUNTERSIGN_DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    }

    def run():
        command = arguments(f"{live_server.url}/ledger", tmp_path, *log_keys)
        return subprocess.run(
            [sys.executable, "manage.py", *command, "--once"],
            cwd=PROJECT_DIR,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
        )

    stranger = run()
    assert stranger.returncode == 1
    assert f"Begins with the checkpoint of {log_keys[0].name} at " in stranger.stdout
    assert "403" in stranger.stderr
    vkey = vkey_in(stranger.stdout)
    assert vkey.algorithm is Algorithm.COSIGNATURE_V1

    trust_witness(verifier=str(vkey), actor=Actor.system("setup"), now=NOON)
    enter_some(300)
    newest = seal_once(now=NOON)
    trusted = run()
    assert (trusted.returncode, trusted.stderr) == (0, "")
    assert f"Cosigned at {newest.size}: " in trusted.stdout
    assert vkey_in(trusted.stdout) == vkey
    assert Cosignature.objects.get().checkpoint == newest
    assert not (tmp_path / "data").exists()


def test_it_ends_with_a_code_of_its_own_when_the_history_breaks(tmp_path, capsys):
    with serving(ServedLog()) as log:
        log.answers["cosignatures"] = lambda _: (201, "text/plain", b"")
        command = arguments(log.url, tmp_path, LOG_VKEY)
        log.show(leaves(10))
        call_command(*command, "--once")
        log.show(leaves(20, "forged"))

        # Not told to end, it would go on for ever; this ends it.
        with pytest.raises(CommandError, match="forked") as refusal:
            call_command(*command, "--every", "0")
    assert refusal.value.returncode == 2
    assert str(tmp_path / "memory.refused") in str(refusal.value)
    assert (tmp_path / "memory.refused").read_bytes() == log.files["checkpoint"]
    assert log.asked.count("cosignatures") == 1


def test_it_goes_on_until_the_log_answers_again(tmp_path, capsys):
    rounds = []

    def take(body):
        rounds.append(SignedNote.parse(body))
        if len(rounds) == 1:
            return 503, "text/plain", b"Not now\n"
        log.show(leaves(10, "forged"))  # The end of the test.
        return 201, "text/plain", b""

    with serving(ServedLog()) as log:
        log.show(leaves(10))
        log.answers["cosignatures"] = take
        with pytest.raises(CommandError, match="forked"):
            call_command(*arguments(log.url, tmp_path, LOG_VKEY), "--every", "0")
    assert "503 Not now; tried again later." in capsys.readouterr().err
    assert len(rounds) == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--log-key", "no key"], "is no verifier key"),
        (["--log-key", str(LOG_VKEY), "--name", "with space"], "cannot be the name of a key"),
        (["--log-key", str(VerifierKey("other.example", LOG_VKEY.public))], "one and the same log"),
        (
            [
                "--log-key",
                str(VerifierKey(LOG_VKEY.name, LOG_VKEY.public, Algorithm.COSIGNATURE_V1)),
            ],
            "must sign checkpoints",
        ),
    ],
)
def test_what_it_is_told_wrongly_it_says(tmp_path, wrong, said):
    with pytest.raises(CommandError, match=said):
        call_command(*arguments("http://127.0.0.1:9", tmp_path, LOG_VKEY), *wrong, "--once")


def test_its_key_is_its_own_and_made_once(tmp_path, capsys):
    command = [*arguments("http://127.0.0.1:9", tmp_path, LOG_VKEY), "--once"]
    for _ in range(2):
        with pytest.raises(CommandError, match="gives no answer"):
            call_command(*command)
    said = capsys.readouterr().out
    assert said.count("Made a new key") == 1
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0
    (tmp_path / "key.pem").write_text("damaged")
    with pytest.raises(CommandError, match="private key in PEM"):
        call_command(*command)
