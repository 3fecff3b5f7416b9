"""From the signals of Django and allauth to the ledger."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa import signals as second_factor
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from governance.models import User, current_actor
from governance.services import sessions


def connect() -> None:
    """Called once, when the apps are ready."""
    user_logged_in.connect(_opened)
    user_logged_out.connect(_closed)
    user_login_failed.connect(_password_refused)
    second_factor.authentication_failed.connect(_factor_refused)
    password_changed.connect(_password_changed)
    # The rows' own signals, for allauth's come after the commit: too late to fail with the change.
    post_save.connect(_factor_added, sender=Authenticator)
    post_delete.connect(_factor_removed, sender=Authenticator)


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


def _factor_added(instance: Authenticator, created: bool, **_: Any) -> None:
    # Its every use rewrites the row, which is no change of the protection.
    if created:
        _enter_change("added", instance)


def _factor_removed(instance: Authenticator, **_: Any) -> None:
    _enter_change("removed", instance)


def _enter_change(event: str, factor: Authenticator) -> None:
    sessions.enter_factor_change(
        person=factor.user,
        event=event,
        factor=factor.type,
        actor=current_actor(),
        now=timezone.now(),
    )
