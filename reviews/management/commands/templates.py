"""`manage.py templates list | show NAME | load NAME`: the industry templates.

Exit codes: 0 done, or nothing to do; 1 refused; 2 no such template; 3 what is there differs.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from governance.errors import DomainError
from governance.management.passwords import password_of
from governance.models import User
from reviews.industries import IndustryTemplate, TemplateUnknown, names, template_named
from reviews.industries.words import told
from reviews.selectors.template_standing import Part, State, standing_of
from reviews.services.templates import (
    PERMISSION,
    TemplateDiffers,
    check_standing,
    load_template,
)

UNKNOWN, DIFFERS = 2, 3


class Command(BaseCommand):
    help = "Industry templates: an AI system with questionnaire, policy, queues and examples."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="the templates that there are")
        show = verbs.add_parser("show", help="what a template says, in words")
        show.add_argument("name")
        load = verbs.add_parser(
            "load",
            help="make what is missing of a template, as drafts, and put forward what takes two",
        )
        load.add_argument("name")
        load.add_argument(
            "--owner",
            default="",
            metavar="EMAIL",
            help="e-mail address or user name of who owns it and puts it forward; their password "
            "is asked for. Left out: whoever alone may load templates",
        )
        load.add_argument("--organisation", default="", help="whose AI system it is")
        load.add_argument(
            "--check", action="store_true", help="say what would be made, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            match options["verb"]:
                case "list":
                    self._list()
                case "show":
                    self.stdout.write("\n".join(told(template_named(options["name"]))))
                case _:
                    self._load(template_named(options["name"]), options)
        except TemplateUnknown as refusal:
            raise CommandError(refusal.detail, returncode=UNKNOWN) from refusal
        except TemplateDiffers as refusal:
            lines = "\n".join(f"  {error.detail}" for error in refusal.errors)
            raise CommandError(
                f"{refusal.title}; nothing was loaded:\n{lines}", returncode=DIFFERS
            ) from refusal
        except DomainError as refusal:
            faults = "".join(f"\n  {error.detail}" for error in refusal.errors)
            raise CommandError(f"{refusal.detail}. Nothing was loaded.{faults}") from refusal

    def _list(self) -> None:
        for name in names():
            template = template_named(name)
            modes = ", ".join(system.any_rules.mode.value for system in template.systems)
            self.stdout.write(f"{name:<14} {modes:<11} {template.summary}")

    def _load(self, template: IndustryTemplate, options: dict[str, Any]) -> None:
        if options["check"]:
            parts = standing_of(template)
            check_standing(parts)
            self._tell(parts)
            self.stdout.write("The template is sound. Nothing was changed.")
            return
        owner = _owner(options["owner"])
        # Else one person at a shell could load it as somebody else and approve it as themself.
        if not owner.check_password(password_of(owner)):
            raise CommandError("This is not the password of that account. Nothing was loaded.")
        parts = load_template(
            template=template,
            owner=owner,
            organisation=options["organisation"],
            now=timezone.now(),
        )
        self._tell(parts)
        waiting = [part for part in parts if part.state is State.WAITS]
        if waiting:
            self.stdout.write(
                f"{len(waiting)} of it take a second person, on /motions/. Until the policy's text "
                "is approved, every decision is blocked."
            )

    def _tell(self, parts: list[Part]) -> None:
        for part in parts:
            self.stdout.write(str(part))


def _owner(wanted: str) -> User:
    """The named account, or whoever alone may load. Raises CommandError."""
    active = User.objects.filter(is_active=True)
    if wanted:
        found = list(active.filter(Q(email__iexact=wanted) | Q(username=wanted))[:2])
        if len(found) == 1:
            return found[0]
        why = "is no active account" if not found else "names more than one account"
        raise CommandError(f"{wanted!r} {why}. Nothing was loaded.")
    able = [person for person in active.order_by("username") if person.has_perm(PERMISSION)]
    if len(able) == 1:
        return able[0]
    known = ", ".join(person.username for person in able) or "nobody may"
    raise CommandError(f"Name who loads it with --owner ({known}). Nothing was loaded.")
