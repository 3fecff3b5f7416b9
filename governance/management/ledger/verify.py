"""`manage.py ledger verify`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.ledger.verify import MEANINGS
from governance.services.verifying.outcome import Outcome
from governance.services.verifying.outside import Held
from governance.services.verifying.whole import verify_ledger

HELP = "check everything; exit code 1 and a list when something is wrong"


def add_arguments(parser: ArgumentParser) -> None:
    """Say what follows the verb on the command line."""
    parser.add_argument(
        "--from-checkpoint",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="a checkpoint of this log that somebody else holds: a signed note; may be repeated",
    )
    parser.add_argument(
        "--jobs", metavar="N", type=int, default=1, help="processes that share the work (1)"
    )


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Check everything, write nothing, and print what was found."""
    if options["jobs"] < 1:
        raise CommandError("It takes at least one process.", returncode=2)
    held = [_held(path) for path in options["from_checkpoint"]]

    def show_progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            command.stderr.write(f"\r{done:,} of {total:,} shares", ending="")

    found = verify_ledger(held=held, jobs=options["jobs"], progress=show_progress)
    if sys.stderr.isatty():
        command.stderr.write("")
    for line in _summary(found, held):
        command.stdout.write(line)
    if not found.is_sound:
        raise CommandError("The record is not what was entered.", returncode=1)


def _held(path: Path) -> Held:
    try:
        return Held(f"checkpoint in {path}", path.read_bytes())
    except OSError as fault:
        raise CommandError(f"{path} cannot be read: {fault.strerror}", returncode=2) from fault


def _summary(found: Outcome, held: list[Held]) -> Iterator[str]:
    if found.is_sound:
        yield "The ledger is sound."
    else:
        yield f"The ledger is NOT sound: {found.fault_count:,} faults."
        yield from _faults(found)
    counts = found.counts
    yield (
        f"{counts['leaves']:,} sealed entries compared with the tree and "
        f"{counts['checkpoints']:,} checkpoints, {counts['pending']:,} entries await their seal."
    )
    yield (
        f"{counts['objects']:,} objects, {counts['history_rows']:,} history rows, "
        f"{counts['rows']:,} rows and {counts['payloads']:,} payloads compared with their entries."
    )
    yield from _remarks(found)
    if counts["published"]:
        yield f"{counts['published']:,} published entries are those that are stored here."
    for note in held:
        yield f"Compared with the {note.name}."


def _faults(found: Outcome) -> Iterator[str]:
    first = found.faults[0]
    yield f"The first one: {MEANINGS[first.wrong]}."
    for fault in found.faults:
        yield f"  {fault}"
    if found.fault_count > len(found.faults):
        yield f"  and {found.fault_count - len(found.faults):,} more"


def _remarks(found: Outcome) -> Iterator[str]:
    """What is no fault, and what a reader of the result must know."""
    if found.counts["erased"]:
        yield f"{found.counts['erased']:,} entries are valid, their payload lawfully erased:"
        for erased in found.erased:
            at = f"on {erased['at'][:10]}" if erased["at"] else "as an archived entry tells"
            yield f"  entry {erased['entry']}: payload {erased['payload']} erased {at}"
    if found.counts["payloads_unopened"]:
        yield (
            f"{found.counts['payloads_unopened']:,} payloads were not opened: the master key is "
            "not here. Their stored commitments are those of their entries."
        )
    for partition, count in sorted(found.archived.items()):
        yield (
            f"{count:,} entries of {partition} are in the archive only: their hashes were "
            "compared, their bytes with `ledger archive verify`."
        )
    if found.counts["lost"]:
        yield (
            f"{found.counts['lost']:,} rows were lost when a backup was restored; their entries "
            "are whole."
        )
    if found.counts["unknown"]:
        yield f"{found.counts['unknown']:,} entries are about kinds of rows that are no more."
