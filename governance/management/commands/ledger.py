"""`manage.py ledger VERB`: the operator's door to the ledger."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from governance.management.ledger import (
    archive,
    bundle,
    harden,
    keys,
    open_origin,
    replay,
    seal,
    verify,
    witness,
)
from governance.management.ledger.verb import Verb

VERBS: dict[str, Verb] = {
    "archive": archive,
    "bundle": bundle,
    "harden": harden,
    "keys": keys,
    "open-origin": open_origin,
    "replay": replay,
    "seal": seal,
    "verify": verify,
    "witness": witness,
}


class Command(BaseCommand):
    help = "Looks after the ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for name, verb in VERBS.items():
            verb.add_arguments(verbs.add_parser(name, help=verb.HELP, description=verb.HELP))

    def handle(self, *args: Any, **options: Any) -> None:
        VERBS[options["verb"]].run(self, options)
