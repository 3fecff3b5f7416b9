"""What every request carries: an id, and the name of who acts; and what shared caches are told."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from governance.errors import NotPermitted
from governance.ids import uuid7
from governance.models import Actor, User, acting
from governance.request_id import current_request_id
from governance.services.refusals import enter_refusal

Handler = Callable[[HttpRequest], HttpResponse]

_WELL_FORMED_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class RequestIDMiddleware:
    """Takes over a well-formed `X-Request-ID`, else makes one; echoes it, binds it to the logs."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        # Anything else could forge log lines.
        current = given if _WELL_FORMED_ID.fullmatch(given) else str(uuid7())
        token = current_request_id.set(current)
        try:
            with structlog.contextvars.bound_contextvars(request_id=current):
                response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-ID"] = current
        return response


class ActorMiddleware:
    """Names the signed-in person as the actor of every change, for doors such as the admin.

    Before anybody is signed in, the web process itself acts: a system act, with no name.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        actor = Actor.of(user) if isinstance(user, User) else Actor.system("web")
        with acting(actor):
            return self.get_response(request)


class RefusalMiddleware:
    """Enters what a page or the administration refuses at its door, for want of a permission.

    A verb's refusals are entered where they are shown, and the API's by its own handler. By now
    the view's transaction has been rolled back, so the entry stays.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """None: Django goes on to its own page for a 403."""
        if isinstance(exception, PermissionDenied):
            match = request.resolver_match
            act = match.view_name if match is not None else "unknown"
            refusal = NotPermitted("The roles held do not permit this")
            enter_refusal(refusal, actor=request.user, act=act)


class SharedCacheMiddleware:
    """What is the same for everybody says so: caches on the way need not tell visitors apart.

    The session and the language are looked at in every request, and so end up in `Vary`.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "public" in response.get("Cache-Control", "") and "Vary" in response:
            named = [name.strip() for name in response["Vary"].split(",")]
            kept = [name for name in named if name not in ("Cookie", "Accept-Language")]
            del response["Vary"]
            if kept:
                response["Vary"] = ", ".join(kept)
        return response
