"""`manage.py load_demo`: the demonstration, through the API of a running Countersign."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reviews.demo.errors import DemoError
from reviews.demo.load import load_demo
from reviews.demo.reviewing import Pace


class Command(BaseCommand):
    """Loads the demo systems, their decisions and their simulated reviewers."""

    help = (
        "Load the demonstration: three AI systems on real public data, invented people. "
        "Repeating it adds only what is missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--url", required=True, help="where this Countersign answers: http://127.0.0.1:8000"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load_demo(
                url=options["url"],
                data_dir=settings.COUNTERSIGN_DATA_DIR,
                pace=Pace(clock=timezone.now, wait=time.sleep),
                say=self._say,
            )
        except DemoError as error:
            raise CommandError(str(error)) from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        # A pipe is buffered, and whoever waits wants to see the progress.
        self.stdout.flush()
