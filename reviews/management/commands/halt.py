"""Stops AI systems from the machine itself: takes PostgreSQL, and no web, worker or broker."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.errors import DomainError
from governance.models import Actor, User
from models_registry.models import AISystem, Halt
from reviews.services.halt_scope import Scope, scope_named
from reviews.services.halting import LONGEST_REASON, SCOPE, place_halt

PERMISSION = "models_registry.place_halt"


class Command(BaseCommand):
    help = (
        "Stop everything, one AI system, one decision type or one model version, from the next "
        "request on; or list what is stopped. A halt is lifted by two people, signed in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", nargs="?", choices=["place", "list"], default="place")
        parser.add_argument("--everything", action="store_true")
        parser.add_argument("--system", metavar="SLUG")
        parser.add_argument("--decision-type", metavar="SLUG")
        parser.add_argument("--model-version", metavar="VERSION", help="of the --system")
        parser.add_argument("--reason", help="without personal data; it is kept for ever")
        parser.add_argument("--drill", action="store_true", help="rehearsed; it stops all the same")
        parser.add_argument(
            "--by",
            metavar="EMAIL",
            help="whose halt it is, by e-mail address or user name; takes the right to place it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "list":
            self._list()
        else:
            self._place(options)

    def _list(self) -> None:
        halts = list(Halt.objects.in_force().select_related(*SCOPE).order_by("placed_at"))
        for halt in halts:
            drill = " (drill)" if halt.is_drill else ""
            self.stdout.write(
                f"{halt.pk}  since {halt.placed_at:%Y-%m-%d %H:%M:%S} UTC  "
                f"{_in_words(halt)}{drill}: {halt.reason}"
            )
        if not halts:
            self.stdout.write("Nothing is halted.")

    def _place(self, options: dict[str, Any]) -> None:
        reason, person = _reason(options["reason"]), _person(options["by"])
        scope = _scope(options)
        halt = place_halt(
            system=scope.system,
            decision_type=scope.decision_type,
            model_version=scope.model_version,
            reason=reason,
            is_drill=options["drill"],
            placed_by=person,
            actor=Actor.of(person),
            now=timezone.now(),
        )
        self.stdout.write(
            f"Halt {halt.pk} is in force: {_in_words(halt)} is stopped. "
            f"{halt.voids.count()} unused permits were made void in {halt.stopped_within_ms} ms."
        )


def _reason(text: str | None) -> str:
    reason = (text or "").strip()
    if not 1 <= len(reason) <= LONGEST_REASON or "\x00" in reason:
        raise CommandError(f"Say why: --reason takes 1 to {LONGEST_REASON} characters.")
    return reason


def _person(name: str | None) -> User:
    if not name:
        raise CommandError("Say whose halt it is: --by takes an e-mail address.")
    active = User.objects.filter(is_active=True)
    found = list(active.filter(email__iexact=name)[:2]) or list(active.filter(username=name))
    if len(found) != 1:
        raise CommandError(f"{name!r} is not the address of one active account. Nothing stopped.")
    if not found[0].has_perm(PERMISSION):
        raise CommandError(f"{name!r} has no right to place a halt. Nothing stopped.")
    return found[0]


def _scope(options: dict[str, Any]) -> Scope:
    names = {name: options[name] for name in ("system", "decision_type", "model_version")}
    named = any(value is not None for value in names.values())
    if options["everything"] == named:
        raise CommandError(
            "Say what to stop: --everything, or one of --system, --decision-type, or --system "
            "with --model-version. Nothing stopped."
        )
    try:
        return scope_named(**names, among=AISystem.objects.all())
    except DomainError as refusal:
        faults = " ".join(f"{error.pointer[1:]}: {error.detail}" for error in refusal.errors)
        raise CommandError(f"{refusal.detail}. {faults} Nothing stopped.") from refusal


def _in_words(halt: Halt) -> str:
    return str(halt.stopped or "everything")
