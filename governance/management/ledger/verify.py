"""`manage.py ledger verify`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.services.verification import VerificationResult, verify_ledger

HELP = "check everything; exit code 1 and a list when something is wrong"


def add_arguments(parser: ArgumentParser) -> None:
    """`verify` takes none."""


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Check every entry, history row and payload, and print what was found."""

    def show_progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            command.stderr.write(f"\r{done:,} of {total:,} entries", ending="")

    result = verify_ledger(show_progress)
    command.stderr.write("")
    for line in _summary(result):
        command.stdout.write(line)
    for fault in result.faults:
        command.stdout.write(f"  {fault.wrong}: {fault.place}: {fault.detail}")
    if not result.is_sound:
        raise CommandError("The record is not what was entered.", returncode=1)


def _summary(result: VerificationResult) -> list[str]:
    verdict = "sound" if result.is_sound else f"NOT sound, {result.fault_count:,} faults"
    return [
        f"The ledger is {verdict}.",
        f"{result.entries:,} entries, {result.history_rows:,} history rows, "
        f"{result.payloads:,} payloads checked; {result.erased:,} payloads erased, "
        f"{result.pending:,} entries await their seal.",
    ]
