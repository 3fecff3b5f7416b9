"""`manage.py ledger archive list | write | detach | verify | restore`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.errors import DomainError
from governance.ledger.archive_check import ArchiveFindings, Progress, check_archive
from governance.ledger.archive_manifest import NAME
from governance.ledger.note import KeyMalformed, VerifierKey
from governance.ledger.partition_rows import holds_entries
from governance.ledger.partitions import entries_outside, partitions
from governance.ledger.store import StoreUnreachable, ledger_store
from governance.models import Actor, ArchivedPartition
from governance.services.archive_moves import detach_partition, restore_partition
from governance.services.archiving import in_words, keys_of_all_logs, write_partition

HELP = "move months that are over to the archive and back; check the archive"
ACTOR = Actor.system("ledger archive")


def add_arguments(parser: ArgumentParser) -> None:
    """`archive` with a verb of its own."""
    verbs = parser.add_subparsers(dest="what", required=True)
    verbs.add_parser("list", help="the months, and which of them are in the archive")
    write = verbs.add_parser("write", help="write a month to the archive; it stays here as well")
    which = write.add_mutually_exclusive_group(required=True)
    which.add_argument("name", nargs="?", help="the partition")
    which.add_argument(
        "--before",
        type=_day,
        metavar="DATE",
        help="every month that was over by this day, UTC, and is not in the archive yet",
    )
    for verb, says in (
        ("detach", "take a month that is in the archive out of the database"),
        ("restore", "bring a month back into the database"),
    ):
        mover = verbs.add_parser(verb, help=says)
        mover.add_argument("name", help="the partition")
        _add_jobs(mover)
    verify = verbs.add_parser("verify", help="check the archive against the tree's signed root")
    verify.add_argument("name", nargs="?", help="the partition; all without it")
    _add_jobs(verify)
    verify.add_argument(
        "--without-database",
        action="store_true",
        help="ask the store alone, as somebody does who has no more than a copy of it",
    )
    verify.add_argument(
        "--key",
        action="append",
        default=[],
        type=_key,
        metavar="VKEY",
        help="trust this verifier key of the log; without one, and without a database, the keys "
        "that the archive names are taken, and shown",
    )


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Do what the verb says."""
    try:
        _VERBS[options["what"]](command, options)
    except (DomainError, StoreUnreachable) as refusal:
        raise CommandError(str(refusal)) from refusal


def _list(command: BaseCommand, options: dict[str, Any]) -> None:
    known = {row.name: row for row in ArchivedPartition.objects.order_by("begins_at")}
    here = {part.name: part for part in partitions()}
    for name in sorted({*known, *here}):
        row, part = known.get(name), here.get(name)
        state = row.get_state_display() if row else "in the database only"
        if part is not None and not part.is_sealed:
            state += ", not sealed"
        entries = row.entries if row else part.entries if part else None
        about = "" if row else "about "
        command.stdout.write(
            f"{name}  {about}{entries:,} entries  {state}"
            if entries is not None
            else f"{name}  not counted yet  {state}"
        )
    outside = entries_outside()
    if outside:
        command.stdout.write(f"{outside:,} entries lie outside every month; see docs/archive.md.")


def _write(command: BaseCommand, options: dict[str, Any]) -> None:
    names = [options["name"]] if options["name"] else _to_write(options["before"])
    if not names:
        command.stdout.write("There is no such month that is not in the archive.")
    for name in names:
        row = write_partition(
            name=name, actor=ACTOR, now=timezone.now(), progress=_shown(command, "written")
        )
        command.stdout.write(f"{name}: {row.entries:,} entries in {row.place}")


def _to_write(before: datetime) -> list[str]:
    known = set(ArchivedPartition.objects.values_list("name", flat=True))
    return [
        part.name
        for part in partitions()
        if part.ends_at <= before and part.name not in known and holds_entries(part.name)
    ]


def _detach(command: BaseCommand, options: dict[str, Any]) -> None:
    detach_partition(
        name=options["name"],
        actor=ACTOR,
        now=timezone.now(),
        jobs=options["jobs"],
        progress=_shown(command, "checked"),
    )
    command.stdout.write(f"{options['name']} is in the archive only.")


def _restore(command: BaseCommand, options: dict[str, Any]) -> None:
    restore_partition(
        name=options["name"],
        actor=ACTOR,
        now=timezone.now(),
        jobs=options["jobs"],
        progress=_shown(command, "checked"),
    )
    command.stdout.write(f"{options['name']} is in the database again.")


def _verify(command: BaseCommand, options: dict[str, Any]) -> None:
    places = _places_in_store if options["without_database"] else _places_in_rows
    keys = options["key"] or ([] if options["without_database"] else keys_of_all_logs())
    wanted = places(options["name"])
    if not wanted:
        raise CommandError("There is no such archived partition.")
    unsound = 0
    for home, place, digest in wanted:
        found = check_archive(
            place,
            home=home,
            keys=keys,
            manifest_sha256=digest,
            jobs=options["jobs"],
            progress=_shown(command, "checked"),
        )
        unsound += not found.is_sound
        _report(command, place, found)
    if unsound:
        raise CommandError(f"{unsound} of {len(wanted)} are not what was sealed.", returncode=1)


def _places_in_rows(name: str | None) -> list[tuple[str, str, str]]:
    rows = ArchivedPartition.objects.order_by("begins_at")
    if name is not None:
        rows = rows.filter(name=name)
    return [(row.origin, row.place, row.manifest_sha256) for row in rows]


def _places_in_store(name: str | None) -> list[tuple[str, str, str]]:
    origin = settings.COUNTERSIGN_LOG_ORIGIN
    folder = "archive" if name is None else f"archive/{name}"
    paths = sorted(ledger_store(origin).paths(folder))
    return [(origin, path, "") for path in paths if path.endswith(f"/{NAME}")]


def _report(command: BaseCommand, place: str, found: ArchiveFindings) -> None:
    verdict = "sound" if found.is_sound else f"NOT sound, {found.fault_count:,} faults"
    command.stdout.write(f"{place}: {verdict}, {found.leaves:,} leaves")
    for key in found.keys:
        command.stdout.write(f"  signed by {key}")
    for fault in found.faults:
        command.stdout.write(f"  {in_words(fault)}")


def _shown(command: BaseCommand, done: str) -> Progress | None:
    if not sys.stderr.isatty():
        return None

    def show(count: int, total: int) -> None:
        ending = "\n" if count == total else ""
        command.stderr.write(f"\r{count:,} of {total:,} entries {done}", ending=ending)

    return show


def _add_jobs(parser: ArgumentParser) -> None:
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes that check")


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as fault:
        raise ArgumentTypeError("a day is written as 2026-11-23") from fault


def _key(text: str) -> VerifierKey:
    try:
        return VerifierKey.parse(text)
    except KeyMalformed as fault:
        raise ArgumentTypeError(str(fault)) from fault


_VERBS: dict[str, Callable[[BaseCommand, dict[str, Any]], None]] = {
    "list": _list,
    "write": _write,
    "detach": _detach,
    "verify": _verify,
    "restore": _restore,
}
