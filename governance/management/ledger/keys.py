"""`manage.py ledger keys`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from governance.ledger.key_files import KeysUnreadable, add_key_file
from governance.ledger.tree_rows import current_log
from governance.models import Log
from governance.selectors.checkpoint_keys import KeyStanding, key_standings

HELP = "list the keys that sign the checkpoints, or make another one"


def add_arguments(parser: ArgumentParser) -> None:
    """`--add` is for the sealer's host and account."""
    parser.add_argument(
        "--add", action="store_true", help="write a new key into COUNTERSIGN_CHECKPOINT_KEYS"
    )


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Print the keys as C2SP verifier keys, which is what who checks the log has to be given."""
    if options["add"]:
        command.stdout.write(f"Written: {_add()}. The sealer enters it and signs with it.")
        return
    try:
        standings = key_standings(current_log())
    except Log.DoesNotExist:
        raise CommandError("No log has been opened yet; the first seal does it.") from None
    for standing in standings:
        command.stdout.write(_line(standing))


def _add() -> str:
    if settings.COUNTERSIGN_CHECKPOINT_KEYS is None:
        raise CommandError("COUNTERSIGN_CHECKPOINT_KEYS names no folder.")
    try:
        return str(add_key_file(settings.COUNTERSIGN_CHECKPOINT_KEYS))
    except KeysUnreadable as fault:
        raise CommandError(str(fault)) from None


def _line(standing: KeyStanding) -> str:
    since = f"since {standing.introduced_at:%Y-%m-%d %H:%M} UTC"
    if standing.retired_at is not None:
        until = f"retired {standing.retired_at:%Y-%m-%d %H:%M} UTC"
    else:
        until = "signs" if standing.signs else "does not sign yet"
    return f"{standing.verifier}  {since}, {until}"
