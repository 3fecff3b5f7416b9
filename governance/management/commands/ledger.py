"""`manage.py ledger verify`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.services.verification import VerificationResult, verify_ledger


class Command(BaseCommand):
    help = "Looks after the ledger. verify: checks every entry, history row and payload."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser(
            "verify", help="check everything; exit code 1 and a list when something is wrong"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify_ledger(self._show_progress)
        self.stderr.write("")
        for line in _summary(result):
            self.stdout.write(line)
        for fault in result.faults:
            self.stdout.write(f"  {fault.wrong}: {fault.place}: {fault.detail}")
        if not result.is_sound:
            raise CommandError("The record is not what was entered.", returncode=1)

    def _show_progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,} entries", ending="")


def _summary(result: VerificationResult) -> list[str]:
    verdict = "sound" if result.is_sound else f"NOT sound, {result.fault_count:,} faults"
    return [
        f"The ledger is {verdict}.",
        f"{result.entries:,} entries, {result.history_rows:,} history rows, "
        f"{result.payloads:,} payloads checked; {result.erased:,} payloads erased, "
        f"{result.pending:,} entries await their seal.",
    ]
