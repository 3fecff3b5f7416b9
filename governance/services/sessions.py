"""Sign-ins on the record: opened, refused, closed, and what protects an account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from governance.ledger import record
from governance.models import Actor, User


def enter_sign_in(*, person: User, now: datetime) -> None:
    """Enter that `person` signed in, with every factor that their account asks for."""
    _enter("governance.session.opened", person, Actor.of(person), {}, now)


def enter_sign_out(*, person: User, now: datetime) -> None:
    _enter("governance.session.closed", person, Actor.of(person), {}, now)


def enter_refused_sign_in(*, username: str, now: datetime) -> None:
    """Enter a try with a wrong password. A name that no account has leaves no entry: what was
    typed there may be anything, a password too."""
    person = User.objects.filter(username=username).first()
    if person is not None:
        enter_refused_factor(person=person, factor="password", now=now)


def enter_refused_factor(*, person: User, factor: str, now: datetime) -> None:
    """Enter a try that failed at `factor`. The web acts: nobody showed that they are `person`."""
    _enter("governance.session.refused", person, Actor.system("web"), {"factor": factor}, now)


def enter_new_password(*, person: User, now: datetime) -> None:
    _enter("governance.user.password_changed", person, Actor.of(person), {}, now)


def enter_factor_change(
    *, person: User, event: str, factor: str, actor: Actor, now: datetime
) -> None:
    """`event`: added or removed; `factor`: totp or recovery_codes. Others than the person may
    remove one, such as an administrator when a telephone was lost."""
    _enter(f"governance.secondfactor.{event}", person, actor, {"factor": factor}, now)


@transaction.atomic
def _enter(
    event: str, person: User, actor: Actor, body: Mapping[str, object], now: datetime
) -> None:
    record.append(event, subject=person, actor=actor, at=now, body=body)
