"""`manage.py ledger open-origin`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.errors import DomainError
from governance.models import Actor
from governance.services.origins import open_origin

HELP = "close a log that cannot be continued, and open the one that the settings name"


def add_arguments(parser: ArgumentParser) -> None:
    """`open-origin --reason TEXT`."""
    parser.add_argument(
        "--reason", required=True, help="why, for everybody to read; it must name nobody"
    )


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Open the log. Needs the keys that sign, as the sealer does."""
    try:
        log = open_origin(
            reason=options["reason"],
            actor=Actor.system("ledger open-origin"),
            now=timezone.now(),
        )
    except DomainError as refusal:
        raise CommandError(refusal.detail) from refusal
    command.stdout.write(f"{log.origin} is open and follows {log.predecessor}.")
