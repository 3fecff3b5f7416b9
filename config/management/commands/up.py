"""`manage.py up`: the product on one machine, until Ctrl-C."""

import os
import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.env import child_environment
from config.processes.errors import ServiceError
from config.processes.machine import Machine
from config.processes.supervisor import Supervisor

DEFAULT_PORT = 8000


class _KeepsLines(RawDescriptionHelpFormatter):
    """Shows the help as it is written."""


class Command(BaseCommand):
    """Runs PostgreSQL, the broker, the sealer, the web process, two Celery workers and beat."""

    requires_system_checks = []
    help = """Run Countersign on this machine until Ctrl-C.

Starts, in this order: PostgreSQL, the migrations, the broker, the ledger's sealer, the
web process, the Celery worker for urgent work, Celery beat, and the worker for bulk
work. PostgreSQL and Redis are embedded unless DATABASE_URL and REDIS_URL name others.
All data, sockets and the keys made at the first start are in one directory; remove it
to start anew.

When everything is ready the address is printed. /livez answers as soon as the web
process lives, /readyz tells about each part, /healthz also what runs late. One Ctrl-C
stops everything cleanly, a second one at once. If a part dies, everything stops and the
exit code is not 0.

With --demo a marked demonstration is loaded over the API; it prints the accounts to
sign in with. Without it, make the first account with: manage.py create_administrator"""

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=_KeepsLines, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demonstration")
        parser.add_argument(
            "--port", type=int, default=DEFAULT_PORT, help=f"of the web process ({DEFAULT_PORT})"
        )
        parser.add_argument(
            "--data", type=Path, metavar="DIR", help="data directory (.countersign)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["data"] is not None:
            _settle_in(options["data"].expanduser().resolve())
        machine = Machine(options["port"], options["demo"], Supervisor())
        try:
            machine.run()
        except ServiceError as error:
            raise CommandError(str(error), returncode=error.exit_code) from None


def _settle_in(data_dir: Path) -> None:
    """Go on in `data_dir`. The settings were read for another one, so start over with that."""
    if data_dir != settings.COUNTERSIGN_DATA_DIR:
        environment = child_environment(COUNTERSIGN_DATA_DIR=str(data_dir))
        os.execve(sys.executable, [sys.executable, *sys.argv], environment)
