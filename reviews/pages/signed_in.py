"""Requests of people who are signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib.auth.decorators import login_required, user_passes_test
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from governance.models import User

Page = Callable[..., HttpResponse]


class SignedInRequest(HttpRequest):
    """What a view behind `signed_in` gets."""

    user: User


def signed_in(page: Page) -> Page:
    """Strangers are led to the sign-in and back."""
    decorated: Page = login_required(page)
    return decorated


def may(*permissions: str) -> Callable[[Page], Page]:
    """Signed in, and with one of `permissions`; 403 without."""

    def decorate(page: Page) -> Page:
        decorated: Page = login_required(
            user_passes_test(partial(_holds_one_of, permissions))(page)
        )
        return decorated

    return decorate


def _holds_one_of(permissions: tuple[str, ...], person: Any) -> bool:
    if any(map(person.has_perm, permissions)):
        return True
    raise PermissionDenied


def verb_of(page_name: str) -> Callable[[Page], Page]:
    """A view that acts, thus only on POST. A GET, such as the way back from a sign-in that came
    between, leads to the page that the act belongs to."""

    def decorate(act: Page) -> Page:
        @require_http_methods(["GET", "POST"])
        @wraps(act)
        def wrapped(request: HttpRequest, **named: Any) -> HttpResponse:
            if request.method == "GET":
                back: HttpResponse = redirect(page_name, **named)
                return back
            return act(request, **named)

        guarded: Page = wrapped
        return guarded

    return decorate
