"""Puts forward that everything kept about one person is erased, by pseudonym."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.errors import DomainError
from governance.management.passwords import password_of
from governance.models import Payload, User
from governance.motions import erasure
from governance.services.motions import move


class Command(BaseCommand):
    help = (
        "Put forward that what is kept about a person is erased for good. It is erased when a "
        "second person approves it, signed in. The ledger keeps that it was, and why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pseudonym", type=UUID, help="as decisions name the person")
        parser.add_argument(
            "--ground", required=True, help="why, in words that name nobody; it is kept for ever"
        )
        parser.add_argument(
            "--by",
            required=True,
            metavar="USERNAME",
            help="who puts it forward; takes the right to erase, and their password is asked for",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["by"], is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active account {options['by']!r}. Nothing was moved.")
        # Else one person at a shell could move it as somebody else and approve it as themself.
        if not person.check_password(password_of(person)):
            raise CommandError("This is not the password of that account. Nothing was moved.")
        try:
            motion = move(
                act=erasure.NAME,
                content=erasure.content_of(options["pseudonym"], options["ground"]),
                reason=options["ground"],
                mover=person,
                now=timezone.now(),
            )
        except DomainError as refusal:
            raise CommandError(f"{refusal.detail}. Nothing was moved.") from refusal
        count = Payload.objects.filter(subject_id=options["pseudonym"]).count()
        self.stdout.write(
            f"Motion {motion.pk}: {count} sealed documents, the identity and the key are erased "
            f"when a second person approves it on /motions/{motion.pk}/, "
            f"until {motion.expires_at:%Y-%m-%d %H:%M} UTC."
        )
