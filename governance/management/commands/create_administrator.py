"""The first account of an installation; every later one is made in the administration."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from governance.errors import DomainError
from governance.models import Actor, ReviewerRole, User
from governance.services.accounts import assign_role, create_account

ADMINISTRATOR = "administrator"


class Command(BaseCommand):
    help = "Make an account that may create accounts, roles and API keys."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True)
        parser.add_argument("--name", default="", help="as shown to others; else the user name")
        parser.add_argument(
            "--role",
            action="append",
            default=[],
            metavar="SLUG",
            help="a further role, such as compliance-officer; may be repeated",
        )
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input instead of asking for it twice",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        roles = _roles([ADMINISTRATOR, *options["role"]])
        username = options["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise CommandError(f"There is an account {username!r} already. Nothing was changed.")
        password = self._password(from_stdin=options["password_stdin"])
        try:
            _make(username, options["name"] or username, password, roles)
        except DomainError as refusal:
            faults = " ".join(error.detail for error in refusal.errors)
            raise CommandError(f"{refusal.detail}. {faults} Nothing was changed.") from refusal
        names = ", ".join(role.name for role in roles)
        self.stdout.write(f"{username} can sign in now. Roles: {names}")

    def _password(self, *, from_stdin: bool) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        password = getpass("Password: ")
        if getpass("Password again: ") != password:
            raise CommandError("The two passwords are not the same. Nothing was changed.")
        return password


def _roles(slugs: list[str]) -> list[ReviewerRole]:
    """The named roles, each once, in the order given."""
    known = {role.slug: role for role in ReviewerRole.objects.all()}
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        raise CommandError(
            f"There is no role {', '.join(unknown)}. Known: {', '.join(sorted(known))}"
        )
    return [known[slug] for slug in dict.fromkeys(slugs)]


@transaction.atomic
def _make(username: str, name: str, password: str, roles: list[ReviewerRole]) -> None:
    actor, now = Actor.system("create_administrator"), timezone.now()
    person = create_account(
        username=username, display_name=name, password=password, actor=actor, now=now
    )
    for role in roles:
        assign_role(person=person, role=role, actor=actor, now=now)
