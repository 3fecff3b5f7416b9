"""What each verb of `manage.py ledger` is made of."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, Protocol

from django.core.management.base import BaseCommand


class Verb(Protocol):
    """A module of this package. `run` raises CommandError with a sentence for the operator."""

    HELP: str

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what follows the verb on the command line."""

    def run(self, command: BaseCommand, options: dict[str, Any]) -> None:
        """Do it, and write to the command's stdout what came of it."""
