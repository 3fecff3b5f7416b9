"""`manage.py ledger witness`."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.durable_file import write_file
from governance.ledger.key_files import new_key_pem, read_key_pem
from governance.ledger.note import Algorithm, KeyMalformed, VerifierKey
from governance.ledger.witnessing import (
    CannotCheck,
    Cosigned,
    HistoryBroken,
    Memory,
    MemoryInUse,
    Witness,
)

HELP = "vouch for somebody's log as a second party; needs no database, only a file as its memory"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("url", help="where the log is, such as https://oversight.example/ledger")
    parser.add_argument("--name", required=True, help="the witness's name, such as auditor.example")
    parser.add_argument("--key", required=True, type=Path, help="its key, PEM; made where missing")
    parser.add_argument("--state", required=True, type=Path, help="its memory; never to be lost")
    parser.add_argument(
        "--log-key",
        required=True,
        action="append",
        help="verifier key of the log, from whom you trust; several while the log's keys change",
    )
    parser.add_argument("--once", action="store_true", help="cosign once and end")
    parser.add_argument("--every", type=float, default=60.0, help="seconds, 60 unless said")


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Cosign now, and then every so many seconds, until the log's history breaks."""
    witness = _witness(command, options)
    try:
        with witness.memory.held():
            while not _round(command, witness, is_last=options["once"]):
                time.sleep(options["every"])
    except (MemoryInUse, OSError) as fault:
        raise CommandError(str(fault)) from fault
    except KeyboardInterrupt:
        command.stdout.write("Stopped.")


def _round(command: BaseCommand, witness: Witness, *, is_last: bool) -> bool:
    """One look at the log; whether it was the last one."""
    try:
        cosigned = witness.cosign_newest(int(time.time()))
        _say(command, cosigned)
        witness.hand_in(cosigned)
    except HistoryBroken as fault:
        raise CommandError(
            f"{fault}. Nothing was signed. Keep {witness.memory.refused} and the memory: the two "
            "checkpoints in them are both signed by the log.",
            returncode=2,
        ) from fault
    except CannotCheck as fault:
        if is_last:
            raise CommandError(str(fault)) from fault
        command.stderr.write(f"{fault}; tried again later.")
    return is_last


def _say(command: BaseCommand, cosigned: Cosigned) -> None:
    newest, before = cosigned.checkpoint, cosigned.before
    if before is None:
        command.stdout.write(
            f"Begins with the checkpoint of {newest.origin} at {newest.size}, root "
            f"{newest.root.hex()}. What came before is taken as it is; from here on nothing may "
            "change."
        )
    elif before.size < newest.size:
        added = newest.size - before.size
        command.stdout.write(f"Cosigned at {newest.size}: {added} more, and all before unchanged.")


def _witness(command: BaseCommand, options: dict[str, Any]) -> Witness:
    try:
        log_keys = [VerifierKey.parse(text) for text in options["log_key"]]
        private_key = read_key_pem(_key_file(command, options["key"]))
        own = VerifierKey.of(options["name"], private_key, Algorithm.COSIGNATURE_V1)
    except (KeyMalformed, ValueError) as fault:
        raise CommandError(str(fault)) from fault
    except OSError as fault:
        raise CommandError(f"{options['key']} cannot be read: {fault.strerror}") from fault
    if {(key.name, key.algorithm) for key in log_keys} != {(log_keys[0].name, Algorithm.ED25519)}:
        raise CommandError("The log's keys must sign checkpoints, and be of one and the same log.")
    command.stdout.write(f"This witness's verifier key, for those who run the log: {own}")
    memory = Memory(options["state"])
    return Witness(options["url"], log_keys, own.name, private_key, memory)


def _key_file(command: BaseCommand, path: Path) -> bytes:
    if not path.exists():
        write_file(path, [new_key_pem()], mode=0o600)
        command.stdout.write(f"Made a new key in {path}.")
    return path.read_bytes()
