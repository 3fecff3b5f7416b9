"""From the signals of Django and allauth to the ledger."""

from __future__ import annotations

from functools import partial
from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa import signals as second_factor
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.utils import timezone

from governance.models import User
from governance.services import sessions


def connect() -> None:
    """Called once, when the apps are ready."""
    user_logged_in.connect(_opened)
    user_logged_out.connect(_closed)
    user_login_failed.connect(_password_refused)
    second_factor.authentication_failed.connect(_factor_refused)
    password_changed.connect(_password_changed)
    second_factor.authenticator_added.connect(_factor_added)
    second_factor.authenticator_removed.connect(_factor_removed)
    second_factor.authenticator_reset.connect(_factor_reset)


def _opened(user: User, **_: Any) -> None:
    sessions.enter_sign_in(person=user, now=timezone.now())


def _closed(user: User | None, **_: Any) -> None:
    # Whose session had run out signs out as nobody.
    if user is not None:
        sessions.enter_sign_out(person=user, now=timezone.now())


def _password_refused(credentials: dict[str, Any], **_: Any) -> None:
    sessions.enter_refused_sign_in(username=credentials.get("username", ""), now=timezone.now())


def _factor_refused(user: User, authenticator: Any, **_: Any) -> None:
    sessions.enter_refused_factor(person=user, factor=authenticator.type, now=timezone.now())


def _password_changed(user: User, **_: Any) -> None:
    sessions.enter_new_password(person=user, now=timezone.now())


def _factor_changed(event: str, user: User, authenticator: Any, **_: Any) -> None:
    sessions.enter_factor_change(
        person=user, event=event, factor=authenticator.type, now=timezone.now()
    )


_factor_added = partial(_factor_changed, "added")
_factor_removed = partial(_factor_changed, "removed")
_factor_reset = partial(_factor_changed, "reset")
