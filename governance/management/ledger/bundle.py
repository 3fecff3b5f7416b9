"""`manage.py ledger bundle`."""

from __future__ import annotations

import shutil
import time
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.errors import DomainError
from governance.models import Actor, EvidenceBundle, User
from governance.services.bundle_files import open_file
from governance.services.bundles import Wanted, request_bundle
from governance.tasks import run_bundle

HELP = "make an evidence bundle for somebody, by their rights, and write it to a file"
ACTOR = Actor.system("ledger bundle")
_LOOKED_EVERY_SECONDS = 1.0


def add_arguments(parser: ArgumentParser) -> None:
    """What it is about, for whom, and where to."""
    parser.add_argument("--about", required=True, choices=EvidenceBundle.About.values)
    parser.add_argument("--id", required=True, type=UUID, help="of what it is about")
    parser.add_argument(
        "--from", dest="start", type=_instant, help="of a system: 2026-11-01T00:00:00Z, inclusive"
    )
    parser.add_argument("--to", dest="end", type=_instant, help="of a system: exclusive")
    parser.add_argument("--for", dest="username", required=True, metavar="USERNAME")
    parser.add_argument("--held", type=Path, help="a file with the checkpoint the auditor keeps")
    parser.add_argument("--out", required=True, type=Path, help="the zip to write")


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Ask, wait for the seal, make the bundle here and write it out."""
    if (options["start"] is None) != (options["end"] is None):
        raise CommandError("A period takes --from and --to.")
    person = User.objects.filter(username=options["username"]).first()
    if person is None:
        raise CommandError(f"There is no account {options['username']}.")
    bundle = _ask(person, options)
    while bundle.state in (EvidenceBundle.State.QUEUED, EvidenceBundle.State.RUNNING):
        run_bundle(bundle)
        bundle.refresh_from_db()
        if bundle.finished_at is None:
            time.sleep(_LOOKED_EVERY_SECONDS)
    if bundle.state == EvidenceBundle.State.FAILED:
        raise CommandError(bundle.failure)
    _write(bundle, options["out"])
    command.stdout.write(f"{bundle.entries:,} entries, SHA-256 {bundle.sha256}")
    command.stdout.write(f"Check it: python3 verify.py {options['out']}")


def _ask(person: User, options: dict[str, Any]) -> EvidenceBundle:
    start, held = options["start"], options["held"]
    try:
        return request_bundle(
            wanted=Wanted(
                about=options["about"],
                about_id=options["id"],
                period=None if start is None else (start, options["end"]),
                held="" if held is None else held.read_text(encoding="utf-8"),
            ),
            requested_by=person,
            actor=ACTOR,
            now=timezone.now(),
        )
    except DomainError as refusal:
        told = [refusal.detail, *(f"{one.pointer}: {one.detail}" for one in refusal.errors)]
        raise CommandError(f"{refusal.title}. {' '.join(told)}") from refusal
    except ObjectDoesNotExist as fault:
        raise CommandError(f"{person.username} sees nothing of that kind and id.") from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise CommandError(f"The held checkpoint cannot be read: {fault}") from fault


def _write(bundle: EvidenceBundle, out: Path) -> None:
    file = open_file(bundle)
    if file is None:
        raise CommandError("Content in the bundle was erased in the meantime. Ask for a new one.")
    try:
        with file, out.open("wb") as target:
            shutil.copyfileobj(file, target)
    except OSError as fault:
        raise CommandError(str(fault)) from fault


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as fault:
        raise ArgumentTypeError(f"{text!r} is no instant, such as 2026-11-01T00:00:00Z") from fault
    if at.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} does not say in which time zone; end it with Z for UTC")
    return at
