"""Erases everything kept about one person, by pseudonym."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.errors import DomainError
from governance.models import Payload, User
from governance.services.erasure import erase_subject


class Command(BaseCommand):
    help = "Erase for good what is kept about a person. The ledger keeps that it was, and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pseudonym", type=UUID, help="as decisions name the person")
        parser.add_argument(
            "--ground", required=True, help="why, in words that name nobody; it is kept for ever"
        )
        parser.add_argument(
            "--by", required=True, metavar="USERNAME", help="who erases; takes the right to erase"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["by"], is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active account {options['by']!r}. Nothing was erased.")
        if not options["yes"]:
            self._ask(options["pseudonym"])
        try:
            erased = erase_subject(
                subject_id=options["pseudonym"],
                ground=options["ground"],
                person=person,
                now=timezone.now(),
            )
        except DomainError as refusal:
            raise CommandError(f"{refusal.detail}. Nothing was erased.") from refusal
        self.stdout.write(
            f"Erased: {erased.payloads} sealed documents, the identity and the key. "
            "Backups hold them until they run out."
        )

    def _ask(self, pseudonym: UUID) -> None:
        count = Payload.objects.filter(subject_id=pseudonym).count()
        self.stdout.write(f"{count} sealed documents will be gone for good. Type erase to go on:")
        if input() != "erase":
            raise CommandError("Nothing was erased.")
