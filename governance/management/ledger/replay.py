"""`manage.py ledger replay`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.errors import DomainError
from governance.ledger.store import StoreUnreachable
from governance.models import Actor
from governance.services.replaying import Replay, replay_log

HELP = "after a restored backup: bring the sealed entries back from the ledger's store"


def add_arguments(parser: ArgumentParser) -> None:
    """`replay` takes none."""


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Replay, and say what came back and what is left to do."""

    def show_progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            command.stderr.write(f"\r{done:,} of {total:,} leaves", ending="")

    try:
        replay = replay_log(
            actor=Actor.system("ledger replay"), now=timezone.now(), progress=show_progress
        )
    except (DomainError, StoreUnreachable) as refusal:
        raise CommandError(str(refusal)) from refusal
    for line in _summary(replay):
        command.stdout.write(line)


def _summary(replay: Replay) -> list[str]:
    lines = [
        f"Leaves {replay.first:,} to {replay.size - 1:,} are back, under the signed root.",
        f"{replay.entries:,} entries had been lost: what they tell of is in the ledger, "
        "and its rows are gone.",
        *(f"  {count:,} {event}" for event, count in sorted(replay.events.items())),
    ]
    if replay.erased.payloads or replay.erased.subjects:
        lines.append(
            f"Erased again: {replay.erased.payloads:,} payloads and the keys of "
            f"{replay.erased.subjects:,} people."
        )
    if replay.erased.kept:
        people = ", ".join(str(subject) for subject in replay.erased.kept)
        lines.append(f"To be erased again by hand, for something new was sealed: {people}.")
    return lines
