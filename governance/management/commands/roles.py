"""`manage.py roles` and `roles add ROLE`: what newer versions give to the standard roles.

Exit codes: 0 done, or nothing to do; 1 refused, with the reason.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.errors import DomainError
from governance.management.passwords import password_of
from governance.models import User
from governance.services.standard_roles import Standing, add_standard_permissions, standings


class Command(BaseCommand):
    help = (
        "The standard roles beside what a new installation would give them. Nothing is added "
        "unless it is asked for."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb")
        add = verbs.add_parser("add", help="give a role what came with newer versions")
        add.add_argument("role", help="slug, such as compliance-officer")
        add.add_argument(
            "--by",
            required=True,
            metavar="USERNAME",
            help="who adds it, and may change roles; their password is asked for",
        )
        add.add_argument(
            "--permission",
            action="append",
            default=[],
            help="only this one; may be repeated. Left out: all that came with newer versions",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        known = {one.role.slug: one for one in standings()}
        if options["verb"] != "add":
            for one in known.values():
                self._tell(one)
            return
        if options["role"] not in known:
            raise CommandError(
                f"There is no standard role {options['role']!r}. Known: {', '.join(sorted(known))}"
            )
        self._add(known[options["role"]], options)

    def _tell(self, one: Standing) -> None:
        if not (one.offered or one.taken_away):
            self.stdout.write(f"{one.role.slug}: has all that a new installation gives it")
        for permission in one.offered:
            self.stdout.write(f"{one.role.slug}: may be given {permission} (of a newer version)")
        for permission in one.taken_away:
            self.stdout.write(f"{one.role.slug}: lacks {permission} (taken away here; not offered)")

    def _add(self, one: Standing, options: dict[str, Any]) -> None:
        wanted = options["permission"] or one.offered
        if not wanted:
            self.stdout.write(f"{one.role.slug}: nothing to add")
            return
        person = User.objects.filter(username=options["by"], is_active=True).first()
        if person is None or not person.check_password(password_of(person)):
            raise CommandError("This is no active account with that password. Nothing was added.")
        try:
            add_standard_permissions(
                role=one.role, permissions=wanted, added_by=person, now=timezone.now()
            )
        except DomainError as refusal:
            faults = "".join(f"\n  {error.detail}" for error in refusal.errors)
            raise CommandError(f"{refusal.detail}. Nothing was added.{faults}") from refusal
        self.stdout.write(f"{one.role.slug}: was given {', '.join(wanted)}")
